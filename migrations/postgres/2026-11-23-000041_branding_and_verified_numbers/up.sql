-- How the pages of people look, as far as it is set in the console or by a configuration file, as JSON.
-- The migration makes the one row.
CREATE TABLE branding (
    id         bigint NOT NULL PRIMARY KEY CHECK (id = 1),
    document   text   NOT NULL,
    version    bigint NOT NULL,
    updated_at bigint NOT NULL
);
INSERT INTO branding (id, document, version, updated_at) VALUES (1, '{}', 1, 0);

-- The mobile number of a person that a code reached last. Another number in the account is not verified.
CREATE TABLE verified_numbers (
    user_id     text   COLLATE "C" NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    number      text   NOT NULL,
    verified_at bigint NOT NULL
);
