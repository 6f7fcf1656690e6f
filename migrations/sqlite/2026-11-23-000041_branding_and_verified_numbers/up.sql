-- How the pages of people look, as far as it is set in the console or by a configuration file, as JSON.
-- The migration makes the one row.
CREATE TABLE branding (
    id         INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    document   TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
INSERT INTO branding (id, document, version, updated_at) VALUES (1, '{}', 1, 0);

-- The mobile number of a person that a code reached last. Another number in the account is not verified.
CREATE TABLE verified_numbers (
    user_id     TEXT    NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    number      TEXT    NOT NULL,
    verified_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
