-- Takes runs that are due, of all tenants, by the database's clock. One agent's at a time, by the index: runs of agents that
-- nobody here has do not stand in the way. What another has locked is passed over.
CREATE FUNCTION copilot_claim(p_holder text, p_agents text[], p_lease bigint, p_limit integer)
RETURNS SETOF copilot_run LANGUAGE plpgsql AS $$
DECLARE
    v_now bigint := copilot_micros(clock_timestamp());
BEGIN
    PERFORM set_config('copilot.tenant', '*', true);
    RETURN QUERY
        WITH due AS MATERIALIZED (
            SELECT d.* FROM unnest(p_agents) AS a(agent) CROSS JOIN LATERAL (
                SELECT q.tenant, q.id, q.due FROM copilot_run q WHERE q.agent = a.agent AND q.due <= v_now
                ORDER BY q.due LIMIT p_limit FOR NO KEY UPDATE SKIP LOCKED) AS d
            ORDER BY d.due LIMIT p_limit),
        taken AS (
            UPDATE copilot_run r SET fence = r.fence + 1, attempt = r.attempt + 1, holder = p_holder,
                due = v_now + p_lease, changed = v_now,
                state = CASE r.state WHEN 'SUBMITTED' THEN 'WORKING' ELSE r.state END
            FROM due WHERE r.tenant = due.tenant AND r.id = due.id
            RETURNING r.*)
        SELECT taken.* FROM taken JOIN due ON taken.tenant = due.tenant AND taken.id = due.id ORDER BY due.due;
END $$;

-- Prolongs leases; returns the numbers, from 1, of those that were kept.
CREATE FUNCTION copilot_renew(p_tenants text[], p_runs text[], p_fences bigint[], p_lease bigint)
RETURNS SETOF bigint LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('copilot.tenant', '*', true);
    RETURN QUERY
        WITH held AS MATERIALIZED (
            SELECT r.tenant, r.id, h.n FROM unnest(p_tenants, p_runs, p_fences) WITH ORDINALITY AS h(tenant, id, fence, n)
            JOIN copilot_run r ON r.tenant = h.tenant AND r.id = h.id AND r.fence = h.fence
            WHERE r.holder IS NOT NULL AND NOT copilot_has_ended(r.state)
            ORDER BY r.tenant, r.id FOR NO KEY UPDATE OF r),
        kept AS (
            UPDATE copilot_run r SET due = copilot_micros(clock_timestamp()) + p_lease
            FROM held WHERE r.tenant = held.tenant AND r.id = held.id)
        SELECT held.n FROM held;
END $$;

-- Retains events of a run. The lock on the run keeps it from being deleted meanwhile, which would leave events of no run.
CREATE FUNCTION copilot_retain(p_tenant text, p_run text, p_positions bigint[], p_contents bytea[], p_from bigint)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_run bigint;
BEGIN
    PERFORM set_config('copilot.tenant', p_tenant, true);
    SELECT r.no INTO v_run FROM copilot_run r WHERE r.tenant = p_tenant AND r.id = p_run FOR KEY SHARE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    DELETE FROM copilot_event e WHERE e.run = v_run AND e.position < p_from;
    INSERT INTO copilot_event (run, tenant, position, content)
        SELECT v_run, p_tenant, n.position, n.content
        FROM unnest(p_positions, p_contents) AS n(position, content) WHERE n.position >= p_from
        ON CONFLICT (run, position) DO NOTHING;
END $$;
