-- A mobile number that a person gives on the account pages and that is not verified yet: one at a time.
CREATE TABLE number_changes (
    user_id    TEXT    NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    id         TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    session_id TEXT    NOT NULL,
    proof      TEXT    NOT NULL,
    challenge  TEXT    NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX number_changes_expires_at ON number_changes (expires_at);
