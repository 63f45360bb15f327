-- Sets a value if it is at the expected version (0: if there is none), or deletes it if the new one is null.
-- Returns the new version, 0 for a deletion, null if the value is at another version.
CREATE FUNCTION copilot_set_value(p_tenant text, p_name text, p_expected bigint, p_content bytea, p_ttl bigint)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v_now bigint := copilot_micros(clock_timestamp());
    v_version bigint;
BEGIN
    PERFORM set_config('copilot.tenant', p_tenant, true);
    IF p_content IS NULL AND p_expected = 0 THEN
        PERFORM 1 FROM copilot_value
            WHERE tenant = p_tenant AND name = p_name AND (expires IS NULL OR expires > v_now);
        RETURN CASE WHEN FOUND THEN NULL ELSE 0 END;
    ELSIF p_content IS NULL THEN
        DELETE FROM copilot_value WHERE tenant = p_tenant AND name = p_name AND version = p_expected
            AND (expires IS NULL OR expires > v_now);
        RETURN CASE WHEN FOUND THEN 0 END;
    ELSIF p_expected = 0 THEN
        -- A new value begins at a version that no earlier one of its name had.
        INSERT INTO copilot_value AS v (tenant, name, version, expires, content)
            VALUES (p_tenant, p_name, 1 + floor(random() * 4503599627370496)::bigint, v_now + p_ttl, p_content)
            ON CONFLICT (tenant, name) DO UPDATE
            SET version = excluded.version, expires = excluded.expires, content = excluded.content
            WHERE v.expires <= v_now
            RETURNING v.version INTO v_version;
    ELSE
        UPDATE copilot_value SET version = version + 1, expires = v_now + p_ttl, content = p_content
            WHERE tenant = p_tenant AND name = p_name AND version = p_expected AND (expires IS NULL OR expires > v_now)
            RETURNING version INTO v_version;
    END IF;
    RETURN v_version;
END $$;

-- The number in a counter; its digits are its content.
CREATE FUNCTION copilot_counter(p_content bytea) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF octet_length(p_content) > 20 OR encode(p_content, 'escape') !~ '^-?[0-9]+$' THEN
        RAISE EXCEPTION 'no counter' USING ERRCODE = 'CP002';
    END IF;
    RETURN encode(p_content, 'escape')::bigint;
END $$;

CREATE FUNCTION copilot_add(p_tenant text, p_name text, p_delta bigint, p_ttl bigint)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v_now bigint := copilot_micros(clock_timestamp());
    v_sum bigint;
BEGIN
    PERFORM set_config('copilot.tenant', p_tenant, true);
    INSERT INTO copilot_value AS v (tenant, name, version, expires, content)
        VALUES (p_tenant, p_name, 1 + floor(random() * 4503599627370496)::bigint, v_now + p_ttl,
            convert_to(p_delta::text, 'UTF8'))
        ON CONFLICT (tenant, name) DO UPDATE SET
            version = CASE WHEN v.expires <= v_now THEN excluded.version ELSE v.version + 1 END,
            expires = CASE WHEN v.expires <= v_now THEN excluded.expires ELSE v.expires END,
            content = CASE WHEN v.expires <= v_now THEN excluded.content
                ELSE convert_to((copilot_counter(v.content) + p_delta)::text, 'UTF8') END
        RETURNING copilot_counter(v.content) INTO v_sum;
    RETURN v_sum;
END $$;
