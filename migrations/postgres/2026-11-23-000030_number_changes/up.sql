-- A mobile number that a person gives on the account pages and that is not verified yet: one at a time.
CREATE TABLE number_changes (
    user_id    text   COLLATE "C" NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    id         text   COLLATE "C" NOT NULL,
    version    bigint NOT NULL,
    session_id text   COLLATE "C" NOT NULL,
    proof      text   NOT NULL,
    challenge  text   NOT NULL,
    expires_at bigint NOT NULL
);
CREATE INDEX number_changes_expires_at ON number_changes (expires_at);
