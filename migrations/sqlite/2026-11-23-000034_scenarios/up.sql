-- Questions about sign-ins with the answers that are expected of them, as JSON.
CREATE TABLE scenarios (
    name       TEXT    NOT NULL PRIMARY KEY,
    document   TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
