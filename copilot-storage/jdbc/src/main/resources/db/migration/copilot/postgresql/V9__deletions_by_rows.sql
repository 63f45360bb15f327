-- A session may have a million turns, which nobody deletes in one statement: it would end at its time limit, be undone, and
-- never get on. So a deletion takes the session's row or the run's, after which nobody sees what belonged to it, and notes here
-- what is still to be cleared. That is then cleared so many rows at a time; by anybody, if who began it has ended.
CREATE TABLE copilot_remains (
    no     bigint NOT NULL,
    run    boolean NOT NULL, -- or else a session
    tenant text COLLATE "C" NOT NULL,
    CONSTRAINT copilot_remains_no PRIMARY KEY (run, no)
);
ALTER TABLE copilot_remains ENABLE ROW LEVEL SECURITY;
ALTER TABLE copilot_remains FORCE ROW LEVEL SECURITY;
CREATE POLICY copilot_tenant ON copilot_remains USING (tenant = current_setting('copilot.tenant', true)
    OR current_setting('copilot.tenant', true) = '*');

-- Who adds to the session waits for its row, and then finds no session: what is cleared later is all there is.
CREATE OR REPLACE FUNCTION copilot_delete_session(p_tenant text, p_id text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('copilot.tenant', p_tenant, true);
    WITH gone AS (
        DELETE FROM copilot_session s WHERE s.tenant = p_tenant AND s.id = p_id RETURNING s.no)
    INSERT INTO copilot_remains (no, run, tenant) SELECT gone.no, false, p_tenant FROM gone;
    RETURN FOUND;
END $$;

CREATE OR REPLACE FUNCTION copilot_delete_run(p_tenant text, p_id text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('copilot.tenant', p_tenant, true);
    WITH gone AS (
        DELETE FROM copilot_run r WHERE r.tenant = p_tenant AND r.id = p_id RETURNING r.no)
    INSERT INTO copilot_remains (no, run, tenant) SELECT gone.no, true, p_tenant FROM gone;
    RETURN FOUND;
END $$;

CREATE OR REPLACE FUNCTION copilot_delete_sessions(p_tenant text, p_before bigint, p_limit integer)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    v_count integer;
BEGIN
    PERFORM set_config('copilot.tenant', coalesce(p_tenant, '*'), true);
    IF p_tenant IS NULL THEN
        WITH old AS MATERIALIZED (
            SELECT tenant, id FROM copilot_session
            WHERE day <= floor(p_before / 86400000000.0)::integer AND changed <= p_before
            ORDER BY day LIMIT p_limit FOR UPDATE SKIP LOCKED),
        gone AS (
            DELETE FROM copilot_session s USING old WHERE s.tenant = old.tenant AND s.id = old.id
            RETURNING s.no, s.tenant)
        INSERT INTO copilot_remains (no, run, tenant) SELECT gone.no, false, gone.tenant FROM gone;
    ELSE
        WITH part AS MATERIALIZED (
            SELECT tenant, id FROM copilot_session WHERE tenant = p_tenant ORDER BY id LIMIT p_limit FOR UPDATE),
        gone AS (
            DELETE FROM copilot_session s USING part WHERE s.tenant = part.tenant AND s.id = part.id
            RETURNING s.no, s.tenant)
        INSERT INTO copilot_remains (no, run, tenant) SELECT gone.no, false, gone.tenant FROM gone;
    END IF;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END $$;

CREATE OR REPLACE FUNCTION copilot_delete_runs(p_tenant text, p_limit integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    v_count integer;
BEGIN
    PERFORM set_config('copilot.tenant', coalesce(p_tenant, '*'), true);
    IF p_tenant IS NULL THEN
        WITH old AS MATERIALIZED (
            SELECT tenant, id FROM copilot_run WHERE expires <= copilot_micros(now())
            ORDER BY expires LIMIT p_limit FOR UPDATE SKIP LOCKED),
        gone AS (
            DELETE FROM copilot_run r USING old WHERE r.tenant = old.tenant AND r.id = old.id
            RETURNING r.no, r.tenant)
        INSERT INTO copilot_remains (no, run, tenant) SELECT gone.no, true, gone.tenant FROM gone;
    ELSE
        WITH part AS MATERIALIZED (
            SELECT tenant, id FROM copilot_run WHERE tenant = p_tenant ORDER BY id LIMIT p_limit FOR UPDATE),
        gone AS (
            DELETE FROM copilot_run r USING part WHERE r.tenant = part.tenant AND r.id = part.id
            RETURNING r.no, r.tenant)
        INSERT INTO copilot_remains (no, run, tenant) SELECT gone.no, true, gone.tenant FROM gone;
    END IF;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END $$;

-- Clears what deleted sessions and runs of a tenant left (null: of all tenants, but what another clears), at most so many rows;
-- the note of what is to be cleared is one too. Fewer if nothing is left. The rows are found by their keys, whatever the
-- planner believes of the table, and deleted by their place.
CREATE FUNCTION copilot_clear(p_tenant text, p_rows integer) RETURNS integer LANGUAGE plpgsql SET enable_sort = off AS $$
DECLARE
    v_one copilot_remains;
    v_left integer := p_rows;
    v_count integer;
BEGIN
    PERFORM set_config('copilot.tenant', coalesce(p_tenant, '*'), true);
    WHILE v_left > 0 LOOP
        IF p_tenant IS NULL THEN
            SELECT r.* INTO v_one FROM copilot_remains r ORDER BY r.run, r.no LIMIT 1 FOR UPDATE SKIP LOCKED;
        ELSE
            SELECT r.* INTO v_one FROM copilot_remains r
                WHERE r.tenant = p_tenant ORDER BY r.run, r.no LIMIT 1 FOR UPDATE;
        END IF;
        EXIT WHEN NOT FOUND;
        IF v_one.run THEN
            DELETE FROM copilot_step s WHERE s.ctid = ANY (ARRAY(
                SELECT p.ctid FROM copilot_step p WHERE p.run = v_one.no ORDER BY p.run, p.name LIMIT v_left));
            GET DIAGNOSTICS v_count = ROW_COUNT;
            v_left := v_left - v_count;
            DELETE FROM copilot_event e WHERE e.ctid = ANY (ARRAY(
                SELECT p.ctid FROM copilot_event p WHERE p.run = v_one.no ORDER BY p.run, p.position LIMIT v_left));
        ELSE
            DELETE FROM copilot_state e WHERE e.ctid = ANY (ARRAY(
                SELECT p.ctid FROM copilot_state p WHERE p.session = v_one.no ORDER BY p.session, p.name LIMIT v_left));
            GET DIAGNOSTICS v_count = ROW_COUNT;
            v_left := v_left - v_count;
            DELETE FROM copilot_turn t WHERE t.ctid = ANY (ARRAY(
                SELECT p.ctid FROM copilot_turn p WHERE p.session = v_one.no ORDER BY p.session, p.version LIMIT v_left));
        END IF;
        GET DIAGNOSTICS v_count = ROW_COUNT;
        v_left := v_left - v_count;
        IF v_left > 0 THEN
            DELETE FROM copilot_remains r WHERE r.run = v_one.run AND r.no = v_one.no;
            v_left := v_left - 1;
        END IF;
    END LOOP;
    RETURN p_rows - v_left;
END $$;
