-- People, what they prove themselves with, and the names each service provider knows them by.
CREATE TABLE users (
    id         TEXT    NOT NULL PRIMARY KEY,
    username   TEXT    NOT NULL CONSTRAINT users_username UNIQUE,
    state      TEXT    NOT NULL,
    roles      TEXT    NOT NULL,
    claims     TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE credentials (
    user_id       TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    authenticator TEXT    NOT NULL,
    document      TEXT    NOT NULL,
    updated_at    INTEGER NOT NULL,
    PRIMARY KEY (user_id, authenticator)
) STRICT, WITHOUT ROWID;

-- No reference to service_providers: a value once told is never given to another person, even
-- after the service provider was removed.
CREATE TABLE pairwise_ids (
    user_id             TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    service_provider_id TEXT NOT NULL,
    value               TEXT NOT NULL,
    PRIMARY KEY (user_id, service_provider_id),
    CONSTRAINT pairwise_ids_value UNIQUE (service_provider_id, value)
) STRICT, WITHOUT ROWID;
