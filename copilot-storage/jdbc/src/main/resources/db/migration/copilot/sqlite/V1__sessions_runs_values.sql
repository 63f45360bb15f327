-- Times are microseconds since 1970. A session and a run have a number, so that what belongs to them is found by a short key
-- and lies together in the file.

CREATE TABLE copilot_session (
    no      INTEGER PRIMARY KEY,
    tenant  TEXT    NOT NULL,
    id      TEXT    NOT NULL,
    version INTEGER NOT NULL,
    oldest  INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    -- The day of the last change: what is idle is found by it, and its index is written once a day, not at each commit.
    day     INTEGER NOT NULL
);
CREATE UNIQUE INDEX copilot_session_id ON copilot_session (tenant, id);
CREATE INDEX copilot_session_day ON copilot_session (day);

-- no is the session's number, then 28 bits of version. With the integer as key a turn of up to 4 kB lies in the page of its
-- session's other turns; a key of several columns would move all beyond 1 kB to pages of their own.
CREATE TABLE copilot_turn (
    no      INTEGER PRIMARY KEY,
    id      TEXT    NOT NULL,
    time    INTEGER NOT NULL,
    agent   TEXT    NOT NULL,
    content BLOB    NOT NULL
);

CREATE TABLE copilot_state (
    session INTEGER NOT NULL,
    name    TEXT    NOT NULL,
    content BLOB    NOT NULL,
    PRIMARY KEY (session, name)
) WITHOUT ROWID;

CREATE TABLE copilot_run (
    no         INTEGER PRIMARY KEY,
    tenant     TEXT    NOT NULL,
    id         TEXT    NOT NULL,
    agent      TEXT    NOT NULL,
    session    TEXT,
    state      TEXT    NOT NULL,
    fence      INTEGER NOT NULL,
    activation INTEGER NOT NULL,
    attempt    INTEGER NOT NULL,
    holder     TEXT,
    due        INTEGER,
    created    INTEGER NOT NULL,
    changed    INTEGER NOT NULL,
    change     TEXT    NOT NULL,
    expires    INTEGER
);
CREATE UNIQUE INDEX copilot_run_id ON copilot_run (tenant, id);
CREATE INDEX copilot_run_state ON copilot_run (tenant, state, id);
-- A run that has ended is never due, so these do not grow with the runs there ever were.
CREATE INDEX copilot_run_due ON copilot_run (agent, due) WHERE due IS NOT NULL;
CREATE INDEX copilot_run_expires ON copilot_run (expires) WHERE expires IS NOT NULL;

-- A run's input under twice its number, its detail under the next. Apart from the run, whose row is written at each claim.
CREATE TABLE copilot_run_content (
    no      INTEGER PRIMARY KEY,
    content BLOB    NOT NULL
);

CREATE TABLE copilot_step (
    run    INTEGER NOT NULL,
    name   TEXT    NOT NULL,
    result BLOB,
    PRIMARY KEY (run, name)
) WITHOUT ROWID;

CREATE TABLE copilot_event (
    run      INTEGER NOT NULL,
    position INTEGER NOT NULL,
    content  BLOB    NOT NULL,
    PRIMARY KEY (run, position)
) WITHOUT ROWID;

CREATE TABLE copilot_value (
    tenant  TEXT    NOT NULL,
    name    TEXT    NOT NULL,
    version INTEGER NOT NULL,
    expires INTEGER,
    content BLOB    NOT NULL,
    PRIMARY KEY (tenant, name)
) WITHOUT ROWID;
CREATE INDEX copilot_value_expires ON copilot_value (expires) WHERE expires IS NOT NULL;

CREATE TABLE copilot_outbox (
    no      INTEGER PRIMARY KEY,
    tenant  TEXT    NOT NULL,
    topic   TEXT    NOT NULL,
    name    TEXT    NOT NULL,
    content BLOB    NOT NULL
);
