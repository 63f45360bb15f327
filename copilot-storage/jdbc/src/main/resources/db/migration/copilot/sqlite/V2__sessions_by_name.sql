-- The sessions of a tenant lie in the file in the order of their names, so that a page of them is read from a few places however
-- many there are, and one is found without an index beside the table.

CREATE TABLE copilot_session_by_name (
    tenant  TEXT    NOT NULL,
    id      TEXT    NOT NULL,
    no      INTEGER NOT NULL,
    version INTEGER NOT NULL,
    oldest  INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    -- The day of the last change: what is idle is found by it, and its index is written once a day, not at each commit.
    day     INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID;

INSERT INTO copilot_session_by_name (tenant, id, no, version, oldest, changed, day)
SELECT tenant, id, no, version, oldest, changed, day FROM copilot_session ORDER BY tenant, id;

DROP TABLE copilot_session;
ALTER TABLE copilot_session_by_name RENAME TO copilot_session;
CREATE UNIQUE INDEX copilot_session_no ON copilot_session (no);
CREATE INDEX copilot_session_day ON copilot_session (day);
