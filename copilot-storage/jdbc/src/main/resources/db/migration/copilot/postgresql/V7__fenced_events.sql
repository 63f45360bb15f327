-- Retains events of a run that the same transaction has locked; those that are there already stay.
CREATE FUNCTION copilot_add_events(
    p_tenant text, p_run text, p_positions bigint[], p_contents bytea[], p_from bigint)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v_added bigint;
BEGIN
    INSERT INTO copilot_event (run, tenant, position, content)
        SELECT r.no, p_tenant, n.position, n.content
        FROM copilot_run r CROSS JOIN unnest(p_positions, p_contents) AS n(position, content)
        WHERE r.tenant = p_tenant AND r.id = p_run AND n.position >= p_from
        ON CONFLICT (run, position) DO NOTHING;
    GET DIAGNOSTICS v_added = ROW_COUNT;
    RETURN v_added;
END $$;

-- Retains events as long as the run has the fence; says whether it had. The lock keeps the run from being claimed, changed
-- or deleted meanwhile.
DROP FUNCTION copilot_retain(text, text, bigint[], bytea[], bigint);
CREATE FUNCTION copilot_retain(
    p_tenant text, p_run text, p_fence bigint, p_positions bigint[], p_contents bytea[], p_from bigint)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v_run bigint;
    v_fence bigint;
BEGIN
    PERFORM set_config('copilot.tenant', p_tenant, true);
    SELECT r.no, r.fence INTO v_run, v_fence FROM copilot_run r WHERE r.tenant = p_tenant AND r.id = p_run FOR SHARE;
    IF NOT FOUND OR v_fence <> p_fence THEN
        RETURN false;
    END IF;
    DELETE FROM copilot_event e WHERE e.run = v_run AND e.position < p_from;
    PERFORM copilot_add_events(p_tenant, p_run, p_positions, p_contents, p_from);
    RETURN true;
END $$;
