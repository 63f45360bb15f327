-- Takes runs that are due, of all tenants, by the database's clock. One agent's at a time, by the index: runs of agents that
-- nobody here has do not stand in the way. What another has locked is passed over, and so is what has no room: a content's size
-- is known without reading it.
DROP FUNCTION copilot_claim(text, text[], bigint, integer);
CREATE FUNCTION copilot_claim(p_holder text, p_agents text[], p_lease bigint, p_limit integer, p_bytes bigint)
RETURNS SETOF copilot_run LANGUAGE plpgsql AS $$
DECLARE
    v_now bigint := copilot_micros(clock_timestamp());
BEGIN
    PERFORM set_config('copilot.tenant', '*', true);
    RETURN QUERY
        WITH due AS MATERIALIZED (
            SELECT d.* FROM unnest(p_agents) AS a(agent) CROSS JOIN LATERAL (
                SELECT q.tenant, q.id, q.due, octet_length(q.input) + coalesce(octet_length(q.detail), 0) AS bytes
                FROM copilot_run q WHERE q.agent = a.agent AND q.due <= v_now
                ORDER BY q.due LIMIT p_limit FOR NO KEY UPDATE SKIP LOCKED) AS d
            ORDER BY d.due LIMIT p_limit),
        fitting AS (
            SELECT f.* FROM (
                SELECT due.tenant, due.id, due.due, sum(due.bytes) OVER w AS total, row_number() OVER w AS place
                FROM due WINDOW w AS (ORDER BY due.due, due.tenant, due.id)) AS f
            WHERE f.place = 1 OR f.total <= p_bytes),
        taken AS (
            UPDATE copilot_run r SET fence = r.fence + 1, attempt = r.attempt + 1, holder = p_holder,
                due = v_now + p_lease, changed = v_now,
                state = CASE r.state WHEN 'SUBMITTED' THEN 'WORKING' ELSE r.state END
            FROM fitting WHERE r.tenant = fitting.tenant AND r.id = fitting.id
            RETURNING r.*)
        SELECT taken.* FROM taken JOIN fitting ON taken.tenant = fitting.tenant AND taken.id = fitting.id
        ORDER BY fitting.due;
END $$;

-- Runs that have been due for long, of all tenants and agents: from one agent to the next by the index.
CREATE FUNCTION copilot_overdue(p_time bigint, p_limit integer) RETURNS SETOF copilot_run LANGUAGE plpgsql AS $$
DECLARE
    v_before bigint := copilot_micros(clock_timestamp()) - p_time;
BEGIN
    PERFORM set_config('copilot.tenant', '*', true);
    RETURN QUERY
        WITH RECURSIVE agents(agent) AS (
            (SELECT q.agent FROM copilot_run q WHERE q.due IS NOT NULL ORDER BY q.agent LIMIT 1)
            UNION ALL
            SELECT (SELECT q.agent FROM copilot_run q WHERE q.due IS NOT NULL AND q.agent > agents.agent
                ORDER BY q.agent LIMIT 1)
            FROM agents WHERE agents.agent IS NOT NULL)
        SELECT d.* FROM agents CROSS JOIN LATERAL (
            SELECT q.* FROM copilot_run q WHERE q.agent = agents.agent AND q.due <= v_before
            ORDER BY q.due LIMIT p_limit) AS d
        ORDER BY d.due LIMIT p_limit;
END $$;

-- A session whose first turns are kept no longer; false if there is one of that name.
CREATE FUNCTION copilot_begin_session(p_tenant text, p_session text, p_dropped bigint) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    v_now bigint := copilot_micros(clock_timestamp());
BEGIN
    PERFORM set_config('copilot.tenant', p_tenant, true);
    INSERT INTO copilot_session (tenant, id, version, oldest, changed, day)
        VALUES (p_tenant, p_session, p_dropped, p_dropped + 1, v_now, v_now / 86400000000)
        ON CONFLICT (tenant, id) DO NOTHING;
    RETURN FOUND;
END $$;

-- From the message after a number on.
DROP FUNCTION copilot_messages(integer, bigint);
CREATE FUNCTION copilot_messages(p_after bigint, p_limit integer, p_bytes bigint)
RETURNS SETOF copilot_outbox LANGUAGE plpgsql SET enable_sort = off AS $$
DECLARE
    v_message copilot_outbox;
    v_bytes bigint;
BEGIN
    PERFORM set_config('copilot.tenant', '*', true);
    FOR v_message IN SELECT o.* FROM copilot_outbox o WHERE o.no > p_after ORDER BY o.no LIMIT p_limit LOOP
        EXIT WHEN v_bytes + octet_length(v_message.content) > p_bytes;
        v_bytes := coalesce(v_bytes, 0) + octet_length(v_message.content);
        RETURN NEXT v_message;
    END LOOP;
END $$;
