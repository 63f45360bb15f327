-- A session's row goes first: who adds to the session waits for it, and what is deleted next is then all there is.
CREATE FUNCTION copilot_delete_session(p_tenant text, p_id text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v_session bigint;
BEGIN
    PERFORM set_config('copilot.tenant', p_tenant, true);
    DELETE FROM copilot_session WHERE tenant = p_tenant AND id = p_id RETURNING no INTO v_session;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    DELETE FROM copilot_turn WHERE session = v_session;
    DELETE FROM copilot_state WHERE session = v_session;
    RETURN true;
END $$;

-- A run's row goes first here too: whoever changes the run or journals a step of it has ended, or finds no run.
CREATE FUNCTION copilot_delete_run(p_tenant text, p_id text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v_run bigint;
BEGIN
    PERFORM set_config('copilot.tenant', p_tenant, true);
    DELETE FROM copilot_run WHERE tenant = p_tenant AND id = p_id RETURNING no INTO v_run;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    DELETE FROM copilot_step WHERE run = v_run;
    DELETE FROM copilot_event WHERE run = v_run;
    RETURN true;
END $$;

-- Deletes sessions of a tenant (null: of all) that were last changed at that moment or before (null: any).
CREATE FUNCTION copilot_delete_sessions(p_tenant text, p_before bigint, p_limit integer)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    v_sessions bigint[];
BEGIN
    PERFORM set_config('copilot.tenant', coalesce(p_tenant, '*'), true);
    IF p_tenant IS NULL THEN
        WITH old AS MATERIALIZED (
            SELECT tenant, id FROM copilot_session
            WHERE day <= floor(p_before / 86400000000.0)::integer AND changed <= p_before
            ORDER BY day LIMIT p_limit FOR UPDATE SKIP LOCKED),
        gone AS (
            DELETE FROM copilot_session s USING old WHERE s.tenant = old.tenant AND s.id = old.id RETURNING s.no)
        SELECT array_agg(no) INTO v_sessions FROM gone;
    ELSE
        WITH part AS MATERIALIZED (
            SELECT tenant, id FROM copilot_session WHERE tenant = p_tenant ORDER BY id LIMIT p_limit FOR UPDATE),
        gone AS (
            DELETE FROM copilot_session s USING part WHERE s.tenant = part.tenant AND s.id = part.id RETURNING s.no)
        SELECT array_agg(no) INTO v_sessions FROM gone;
    END IF;
    DELETE FROM copilot_turn WHERE session = ANY (v_sessions);
    DELETE FROM copilot_state WHERE session = ANY (v_sessions);
    RETURN coalesce(cardinality(v_sessions), 0);
END $$;

-- Deletes runs of a tenant, or those of all whose time is over.
CREATE FUNCTION copilot_delete_runs(p_tenant text, p_limit integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    v_runs bigint[];
BEGIN
    PERFORM set_config('copilot.tenant', coalesce(p_tenant, '*'), true);
    IF p_tenant IS NULL THEN
        WITH old AS MATERIALIZED (
            SELECT tenant, id FROM copilot_run WHERE expires <= copilot_micros(now())
            ORDER BY expires LIMIT p_limit FOR UPDATE SKIP LOCKED),
        gone AS (
            DELETE FROM copilot_run r USING old WHERE r.tenant = old.tenant AND r.id = old.id RETURNING r.no)
        SELECT array_agg(no) INTO v_runs FROM gone;
    ELSE
        WITH part AS MATERIALIZED (
            SELECT tenant, id FROM copilot_run WHERE tenant = p_tenant ORDER BY id LIMIT p_limit FOR UPDATE),
        gone AS (
            DELETE FROM copilot_run r USING part WHERE r.tenant = part.tenant AND r.id = part.id RETURNING r.no)
        SELECT array_agg(no) INTO v_runs FROM gone;
    END IF;
    DELETE FROM copilot_step WHERE run = ANY (v_runs);
    DELETE FROM copilot_event WHERE run = ANY (v_runs);
    RETURN coalesce(cardinality(v_runs), 0);
END $$;

-- Deletes some of what a tenant has; 0 once nothing is left.
CREATE FUNCTION copilot_erase(p_tenant text, p_limit integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    v_count integer;
BEGIN
    PERFORM set_config('copilot.tenant', p_tenant, true);
    v_count := copilot_delete_sessions(p_tenant, NULL, p_limit);
    IF v_count = 0 THEN
        v_count := copilot_delete_runs(p_tenant, p_limit);
    END IF;
    IF v_count = 0 THEN
        WITH part AS MATERIALIZED (
            SELECT name FROM copilot_value WHERE tenant = p_tenant ORDER BY name LIMIT p_limit FOR UPDATE)
        DELETE FROM copilot_value v USING part WHERE v.tenant = p_tenant AND v.name = part.name;
        GET DIAGNOSTICS v_count = ROW_COUNT;
    END IF;
    IF v_count = 0 THEN
        WITH part AS MATERIALIZED (
            SELECT no FROM copilot_outbox WHERE tenant = p_tenant ORDER BY no LIMIT p_limit FOR UPDATE)
        DELETE FROM copilot_outbox o USING part WHERE o.no = part.no;
        GET DIAGNOSTICS v_count = ROW_COUNT;
    END IF;
    RETURN v_count;
END $$;

-- Deletes values whose time is over.
CREATE FUNCTION copilot_delete_values(p_limit integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    v_count integer;
BEGIN
    PERFORM set_config('copilot.tenant', '*', true);
    WITH old AS MATERIALIZED (
        SELECT tenant, name FROM copilot_value WHERE expires <= copilot_micros(now())
        ORDER BY expires LIMIT p_limit FOR UPDATE SKIP LOCKED)
    DELETE FROM copilot_value v USING old WHERE v.tenant = old.tenant AND v.name = old.name;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END $$;

-- Deletes messages that were published.
CREATE FUNCTION copilot_delete_messages(p_numbers bigint[]) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    v_count integer;
BEGIN
    PERFORM set_config('copilot.tenant', '*', true);
    DELETE FROM copilot_outbox WHERE no = ANY (p_numbers);
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END $$;
