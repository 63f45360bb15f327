-- A page is planned once for a connection, not anew at each call: where a table is large, the planner takes a plan for any limit to be
-- so much worse than one for this limit that it never keeps one, and planning costs more than reading. Each of these has one index
-- only that gives its order, so no plan can be wrong.
ALTER FUNCTION copilot_sessions(text, text, integer) SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION copilot_turns(text, text, bigint, integer, bigint) SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION copilot_runs(text, text, integer) SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION copilot_steps(text, text, text, integer, bigint) SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION copilot_events(text, text, bigint, integer, bigint) SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION copilot_values(text, text, text, text, integer, bigint) SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION copilot_messages(bigint, integer, bigint) SET plan_cache_mode = force_generic_plan;

-- Of runs in a state the index by id gave the order too, and along it a million finished ones were passed over for the few at work.
-- The order is now that of the index by state and of no other.
CREATE OR REPLACE FUNCTION copilot_runs_in(p_tenant text, p_state text, p_before text, p_limit integer)
RETURNS SETOF copilot_run LANGUAGE plpgsql SET enable_sort = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    PERFORM set_config('copilot.tenant', p_tenant, true);
    RETURN QUERY SELECT r.* FROM copilot_run r
        WHERE r.tenant = p_tenant AND (r.state, r.id) < (p_state, p_before) AND r.state >= p_state
        ORDER BY r.state DESC, r.id DESC LIMIT p_limit;
END $$;
