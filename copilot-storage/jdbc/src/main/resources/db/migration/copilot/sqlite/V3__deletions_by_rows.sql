-- A session may have a million turns, and while they are deleted in one transaction nobody else commits. So a deletion takes the
-- session's row or the run's, after which nobody sees what belonged to it, and notes here what is still to be cleared. That is
-- then cleared so many rows at a time; by anybody, if who began it has ended. No new session or run gets a number that is here.

CREATE TABLE copilot_remains (
    run    INTEGER NOT NULL, -- 1, or 0 for a session
    no     INTEGER NOT NULL,
    tenant TEXT    NOT NULL,
    PRIMARY KEY (run, no)
) WITHOUT ROWID;
