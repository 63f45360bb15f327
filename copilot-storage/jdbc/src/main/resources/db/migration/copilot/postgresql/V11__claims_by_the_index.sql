-- What is due, overdue or over is found along its index, whatever the planner believes of the table: where a backlog has come since
-- the table was last counted, it would read and sort all of it for the first ten.
ALTER FUNCTION copilot_claim(text, text[], bigint, integer, bigint) SET enable_sort = off;
ALTER FUNCTION copilot_delete_sessions(text, bigint, integer) SET enable_sort = off;
ALTER FUNCTION copilot_delete_runs(text, integer) SET enable_sort = off;
ALTER FUNCTION copilot_delete_values(integer) SET enable_sort = off;
ALTER FUNCTION copilot_erase(text, integer) SET enable_sort = off;
-- The few that were found are then looked up one by one, and not among all runs.
ALTER FUNCTION copilot_claim(text, text[], bigint, integer, bigint) SET enable_seqscan = off;
ALTER FUNCTION copilot_renew(text[], text[], bigint[], bigint) SET enable_seqscan = off;
ALTER FUNCTION copilot_claim(text, text[], bigint, integer, bigint) SET enable_hashjoin = off;
ALTER FUNCTION copilot_claim(text, text[], bigint, integer, bigint) SET enable_mergejoin = off;
ALTER FUNCTION copilot_renew(text[], text[], bigint[], bigint) SET enable_hashjoin = off;
ALTER FUNCTION copilot_renew(text[], text[], bigint[], bigint) SET enable_mergejoin = off;

-- Runs that have been due for long, of all tenants, and of all agents but some: from one agent to the next by the index.
DROP FUNCTION copilot_overdue(bigint, integer);
CREATE FUNCTION copilot_overdue(p_time bigint, p_except text[], p_limit integer)
RETURNS SETOF copilot_run LANGUAGE plpgsql SET enable_sort = off AS $$
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
        WHERE agents.agent <> ALL (p_except)
        ORDER BY d.due LIMIT p_limit;
END $$;
