-- The version at which a value was last added to, or the negative of the version at which it was last set: so a copy tells a counter
-- from digits that somebody set. Any other number, or none, is a row that an earlier version of the program wrote: not known.
ALTER TABLE copilot_value ADD COLUMN counted bigint;

CREATE OR REPLACE FUNCTION copilot_set_value(p_tenant text, p_name text, p_expected bigint, p_content bytea, p_ttl bigint)
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
        v_version := 1 + floor(random() * 4503599627370496)::bigint;
        INSERT INTO copilot_value AS v (tenant, name, version, counted, expires, content)
            VALUES (p_tenant, p_name, v_version, -v_version, v_now + p_ttl, p_content)
            ON CONFLICT (tenant, name) DO UPDATE
            SET version = excluded.version, counted = excluded.counted, expires = excluded.expires,
                content = excluded.content
            WHERE v.expires <= v_now
            RETURNING v.version INTO v_version;
    ELSE
        UPDATE copilot_value SET version = version + 1, counted = -(version + 1), expires = v_now + p_ttl,
                content = p_content
            WHERE tenant = p_tenant AND name = p_name AND version = p_expected AND (expires IS NULL OR expires > v_now)
            RETURNING version INTO v_version;
    END IF;
    RETURN v_version;
END $$;

CREATE OR REPLACE FUNCTION copilot_add(p_tenant text, p_name text, p_delta bigint, p_ttl bigint)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v_now bigint := copilot_micros(clock_timestamp());
    v_first bigint := 1 + floor(random() * 4503599627370496)::bigint;
    v_sum bigint;
BEGIN
    PERFORM set_config('copilot.tenant', p_tenant, true);
    INSERT INTO copilot_value AS v (tenant, name, version, counted, expires, content)
        VALUES (p_tenant, p_name, v_first, v_first, v_now + p_ttl, convert_to(p_delta::text, 'UTF8'))
        ON CONFLICT (tenant, name) DO UPDATE SET
            version = CASE WHEN v.expires <= v_now THEN excluded.version ELSE v.version + 1 END,
            counted = CASE WHEN v.expires <= v_now THEN excluded.counted ELSE v.version + 1 END,
            expires = CASE WHEN v.expires <= v_now THEN excluded.expires ELSE v.expires END,
            content = CASE WHEN v.expires <= v_now THEN excluded.content
                ELSE convert_to((copilot_counter(v.content) + p_delta)::text, 'UTF8') END
        RETURNING copilot_counter(v.content) INTO v_sum;
    RETURN v_sum;
END $$;
