-- Times are microseconds since 1970, by the database's clock. Names sort by code point, whatever the database's locale.
-- A session and a run have a number, so that what belongs to them has a short key.

CREATE TABLE copilot_session (
    no      bigint GENERATED ALWAYS AS IDENTITY,
    version bigint NOT NULL,
    oldest  bigint NOT NULL,
    changed bigint NOT NULL,
    -- The day of the last change: what is idle is found by it, and its index is written once a day, not at each commit.
    day     integer NOT NULL,
    tenant  text COLLATE "C" NOT NULL,
    id      text COLLATE "C" NOT NULL,
    CONSTRAINT copilot_session_id PRIMARY KEY (tenant, id)
) WITH (fillfactor = 75); -- Room for the next version of a row in its own page: then no index is written.
CREATE INDEX copilot_session_day ON copilot_session (day);

CREATE TABLE copilot_turn (
    session bigint NOT NULL,
    version bigint NOT NULL,
    time    bigint NOT NULL,
    tenant  text COLLATE "C" NOT NULL,
    id      text NOT NULL,
    agent   text NOT NULL,
    content bytea NOT NULL,
    CONSTRAINT copilot_turn_version PRIMARY KEY (session, version)
);

CREATE TABLE copilot_state (
    session bigint NOT NULL,
    tenant  text COLLATE "C" NOT NULL,
    name    text COLLATE "C" NOT NULL,
    content bytea NOT NULL,
    CONSTRAINT copilot_state_name PRIMARY KEY (session, name)
) WITH (fillfactor = 75);

CREATE TABLE copilot_run (
    no         bigint GENERATED ALWAYS AS IDENTITY,
    fence      bigint NOT NULL,
    due        bigint,
    expires    bigint,
    created    bigint NOT NULL,
    changed    bigint NOT NULL,
    activation integer NOT NULL,
    attempt    integer NOT NULL,
    tenant     text COLLATE "C" NOT NULL,
    id         text COLLATE "C" NOT NULL,
    agent      text COLLATE "C" NOT NULL,
    session    text,
    state      text COLLATE "C" NOT NULL,
    holder     text,
    change     text NOT NULL,
    input      bytea NOT NULL,
    detail     bytea,
    CONSTRAINT copilot_run_id PRIMARY KEY (tenant, id)
);
CREATE INDEX copilot_run_state ON copilot_run (tenant, state, id);
-- A run that has ended is never due, so these do not grow with the runs there ever were.
CREATE INDEX copilot_run_due ON copilot_run (agent, due) WHERE due IS NOT NULL;
CREATE INDEX copilot_run_expires ON copilot_run (expires) WHERE expires IS NOT NULL;

CREATE TABLE copilot_step (
    run    bigint NOT NULL,
    tenant text COLLATE "C" NOT NULL,
    name   text COLLATE "C" NOT NULL,
    result bytea,
    CONSTRAINT copilot_step_name PRIMARY KEY (run, name)
);

CREATE TABLE copilot_event (
    run      bigint NOT NULL,
    position bigint NOT NULL,
    tenant   text COLLATE "C" NOT NULL,
    content  bytea NOT NULL,
    CONSTRAINT copilot_event_position PRIMARY KEY (run, position)
);

CREATE TABLE copilot_value (
    version bigint NOT NULL,
    expires bigint,
    tenant  text COLLATE "C" NOT NULL,
    name    text COLLATE "C" NOT NULL,
    content bytea NOT NULL,
    CONSTRAINT copilot_value_name PRIMARY KEY (tenant, name)
) WITH (fillfactor = 75);
CREATE INDEX copilot_value_expires ON copilot_value (expires) WHERE expires IS NOT NULL;

CREATE TABLE copilot_outbox (
    no      bigint GENERATED ALWAYS AS IDENTITY,
    tenant  text COLLATE "C" NOT NULL,
    topic   text NOT NULL,
    name    text NOT NULL,
    content bytea NOT NULL,
    CONSTRAINT copilot_outbox_no PRIMARY KEY (no)
);

-- Each transaction says whose data it is about, and sees no other's; also the owner's. '*' is no tenant's name: it stands for
-- the work on all of them. Who says nothing sees nothing.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['copilot_session', 'copilot_turn', 'copilot_state', 'copilot_run', 'copilot_step',
            'copilot_event', 'copilot_value', 'copilot_outbox'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY copilot_tenant ON %I USING (tenant = current_setting(''copilot.tenant'', true)'
            || ' OR current_setting(''copilot.tenant'', true) = ''*'')', name);
    END LOOP;
END $$;

CREATE FUNCTION copilot_micros(moment timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (extract(epoch FROM moment) * 1000000)::bigint;

CREATE FUNCTION copilot_has_ended(state text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN state IN ('COMPLETED', 'FAILED', 'CANCELED', 'REJECTED');
