-- A page is read along an index, whatever the planner believes of the table: where it expects few rows of a session, because most
-- have few or none were counted yet, it would read all of a deep one and sort them for the last ten.
ALTER FUNCTION copilot_sessions(text, text, integer) SET enable_sort = off;
ALTER FUNCTION copilot_turns(text, text, bigint, integer, bigint) SET enable_sort = off;
ALTER FUNCTION copilot_runs(text, text, integer) SET enable_sort = off;
ALTER FUNCTION copilot_runs_in(text, text, text, integer) SET enable_sort = off;
ALTER FUNCTION copilot_steps(text, text, text, integer, bigint) SET enable_sort = off;
ALTER FUNCTION copilot_events(text, text, bigint, integer, bigint) SET enable_sort = off;
ALTER FUNCTION copilot_values(text, text, text, text, integer, bigint) SET enable_sort = off;
ALTER FUNCTION copilot_messages(integer, bigint) SET enable_sort = off;
