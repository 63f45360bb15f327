-- Each call of the store is one statement, and so one round trip and one transaction: a function that says first whose data it
-- is about. All run with the rights of who calls them. A column goes before a variable of the same name.

CREATE FUNCTION copilot_session_head(p_tenant text, p_id text)
RETURNS TABLE (version bigint, oldest bigint, changed bigint, name text, content bytea)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    PERFORM set_config('copilot.tenant', p_tenant, true);
    RETURN QUERY SELECT s.version, s.oldest, s.changed, e.name, e.content
        FROM copilot_session s LEFT JOIN copilot_state e ON e.session = s.no
        WHERE s.tenant = p_tenant AND s.id = p_id;
END $$;

CREATE FUNCTION copilot_sessions(p_tenant text, p_after text, p_limit integer)
RETURNS SETOF copilot_session LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('copilot.tenant', p_tenant, true);
    RETURN QUERY SELECT s.* FROM copilot_session s
        WHERE s.tenant = p_tenant AND s.id > p_after ORDER BY s.id LIMIT p_limit;
END $$;

-- The newest first, and not beyond a number of bytes, which is null until there is one turn: so one is always read. A
-- content's size is known without reading it.
-- The session's number comes from a query of its own: with a join, PostgreSQL reads and sorts all turns to find the last.
CREATE FUNCTION copilot_turns(p_tenant text, p_id text, p_up_to bigint, p_limit integer, p_bytes bigint)
RETURNS SETOF copilot_turn LANGUAGE plpgsql AS $$
DECLARE
    v_turn copilot_turn;
    v_bytes bigint;
BEGIN
    PERFORM set_config('copilot.tenant', p_tenant, true);
    FOR v_turn IN SELECT t.* FROM copilot_turn t
            WHERE t.session = (SELECT s.no FROM copilot_session s WHERE s.tenant = p_tenant AND s.id = p_id)
                AND t.version <= p_up_to ORDER BY t.version DESC LIMIT p_limit LOOP
        EXIT WHEN v_bytes + octet_length(v_turn.content) > p_bytes;
        v_bytes := coalesce(v_bytes, 0) + octet_length(v_turn.content);
        RETURN NEXT v_turn;
    END LOOP;
END $$;

CREATE FUNCTION copilot_find_run(p_tenant text, p_id text) RETURNS SETOF copilot_run LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('copilot.tenant', p_tenant, true);
    RETURN QUERY SELECT r.* FROM copilot_run r WHERE r.tenant = p_tenant AND r.id = p_id;
END $$;

CREATE FUNCTION copilot_runs(p_tenant text, p_before text, p_limit integer)
RETURNS SETOF copilot_run LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('copilot.tenant', p_tenant, true);
    RETURN QUERY SELECT r.* FROM copilot_run r
        WHERE r.tenant = p_tenant AND r.id < p_before ORDER BY r.id DESC LIMIT p_limit;
END $$;

CREATE FUNCTION copilot_runs_in(p_tenant text, p_state text, p_before text, p_limit integer)
RETURNS SETOF copilot_run LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('copilot.tenant', p_tenant, true);
    RETURN QUERY SELECT r.* FROM copilot_run r
        WHERE r.tenant = p_tenant AND r.state = p_state AND r.id < p_before ORDER BY r.id DESC LIMIT p_limit;
END $$;

CREATE FUNCTION copilot_find_step(p_tenant text, p_run text, p_name text)
RETURNS SETOF copilot_step LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('copilot.tenant', p_tenant, true);
    RETURN QUERY SELECT s.* FROM copilot_run r JOIN copilot_step s ON s.run = r.no
        WHERE r.tenant = p_tenant AND r.id = p_run AND s.name = p_name;
END $$;

-- In the order of code points.
CREATE FUNCTION copilot_steps(p_tenant text, p_run text, p_after text, p_limit integer, p_bytes bigint)
RETURNS SETOF copilot_step LANGUAGE plpgsql AS $$
DECLARE
    v_step copilot_step;
    v_bytes bigint;
BEGIN
    PERFORM set_config('copilot.tenant', p_tenant, true);
    FOR v_step IN SELECT s.* FROM copilot_step s
            WHERE s.run = (SELECT r.no FROM copilot_run r WHERE r.tenant = p_tenant AND r.id = p_run)
                AND s.name > p_after ORDER BY s.name LIMIT p_limit LOOP
        EXIT WHEN v_bytes + coalesce(octet_length(v_step.result), 0) > p_bytes;
        v_bytes := coalesce(v_bytes, 0) + coalesce(octet_length(v_step.result), 0);
        RETURN NEXT v_step;
    END LOOP;
END $$;

CREATE FUNCTION copilot_events(p_tenant text, p_run text, p_after bigint, p_limit integer, p_bytes bigint)
RETURNS SETOF copilot_event LANGUAGE plpgsql AS $$
DECLARE
    v_event copilot_event;
    v_bytes bigint;
BEGIN
    PERFORM set_config('copilot.tenant', p_tenant, true);
    FOR v_event IN SELECT e.* FROM copilot_event e
            WHERE e.run = (SELECT r.no FROM copilot_run r WHERE r.tenant = p_tenant AND r.id = p_run)
                AND e.position > p_after ORDER BY e.position LIMIT p_limit LOOP
        EXIT WHEN v_bytes + octet_length(v_event.content) > p_bytes;
        v_bytes := coalesce(v_bytes, 0) + octet_length(v_event.content);
        RETURN NEXT v_event;
    END LOOP;
END $$;

CREATE FUNCTION copilot_find_value(p_tenant text, p_name text) RETURNS SETOF copilot_value LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('copilot.tenant', p_tenant, true);
    RETURN QUERY SELECT v.* FROM copilot_value v
        WHERE v.tenant = p_tenant AND v.name = p_name AND (v.expires IS NULL OR v.expires > copilot_micros(now()));
END $$;

-- From a name on (included or not) and up to another (not included), in the order of code points.
CREATE FUNCTION copilot_values(p_tenant text, p_after text, p_from text, p_behind text, p_limit integer, p_bytes bigint)
RETURNS SETOF copilot_value LANGUAGE plpgsql AS $$
DECLARE
    v_value copilot_value;
    v_bytes bigint;
BEGIN
    PERFORM set_config('copilot.tenant', p_tenant, true);
    FOR v_value IN SELECT v.* FROM copilot_value v
            WHERE v.tenant = p_tenant AND v.name > p_after AND v.name >= p_from AND v.name < p_behind
                AND (v.expires IS NULL OR v.expires > copilot_micros(now()))
            ORDER BY v.name LIMIT p_limit LOOP
        EXIT WHEN v_bytes + octet_length(v_value.content) > p_bytes;
        v_bytes := coalesce(v_bytes, 0) + octet_length(v_value.content);
        RETURN NEXT v_value;
    END LOOP;
END $$;

CREATE FUNCTION copilot_messages(p_limit integer, p_bytes bigint)
RETURNS SETOF copilot_outbox LANGUAGE plpgsql AS $$
DECLARE
    v_message copilot_outbox;
    v_bytes bigint;
BEGIN
    PERFORM set_config('copilot.tenant', '*', true);
    FOR v_message IN SELECT o.* FROM copilot_outbox o ORDER BY o.no LIMIT p_limit LOOP
        EXIT WHEN v_bytes + octet_length(v_message.content) > p_bytes;
        v_bytes := coalesce(v_bytes, 0) + octet_length(v_message.content);
        RETURN NEXT v_message;
    END LOOP;
END $$;

-- Steps from one tenant to the next by the indexes, since there may be a million rows of each.
CREATE FUNCTION copilot_tenants(p_after text, p_limit integer) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    v_tenant text := p_after;
BEGIN
    PERFORM set_config('copilot.tenant', '*', true);
    FOR i IN 1 .. p_limit LOOP
        SELECT least(
            (SELECT s.tenant FROM copilot_session s WHERE s.tenant > v_tenant ORDER BY s.tenant LIMIT 1),
            (SELECT r.tenant FROM copilot_run r WHERE r.tenant > v_tenant ORDER BY r.tenant LIMIT 1),
            (SELECT v.tenant FROM copilot_value v WHERE v.tenant > v_tenant ORDER BY v.tenant LIMIT 1),
            (SELECT o.tenant FROM copilot_outbox o WHERE o.tenant > v_tenant ORDER BY o.tenant LIMIT 1))
        INTO v_tenant;
        EXIT WHEN v_tenant IS NULL;
        RETURN NEXT v_tenant;
    END LOOP;
END $$;
