-- Logins in progress, the sessions they leave behind, and what guards both. Every row has an end;
-- the index on it is what the purge walks along.
CREATE TABLE logins (
    id                  TEXT    NOT NULL PRIMARY KEY,
    version             INTEGER NOT NULL,
    service_provider_id TEXT    NOT NULL REFERENCES service_providers (id) ON DELETE CASCADE,
    user_id             TEXT,
    browser_id          TEXT,
    document            TEXT    NOT NULL,
    created_at          INTEGER NOT NULL,
    expires_at          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX logins_service_provider ON logins (service_provider_id);
CREATE INDEX logins_expires_at ON logins (expires_at);

CREATE TABLE sessions (
    id           TEXT    NOT NULL PRIMARY KEY,
    user_id      TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    steps        TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expires_at ON sessions (expires_at);

CREATE TABLE seen_requests (
    service_provider_id TEXT    NOT NULL,
    request_id          TEXT    NOT NULL,
    expires_at          INTEGER NOT NULL,
    PRIMARY KEY (service_provider_id, request_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX seen_requests_expires_at ON seen_requests (expires_at);

CREATE TABLE counters (
    key       TEXT    NOT NULL PRIMARY KEY,
    count     INTEGER NOT NULL,
    since     INTEGER NOT NULL,
    last      INTEGER NOT NULL,
    version   INTEGER NOT NULL,
    forget_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX counters_forget_at ON counters (forget_at);

CREATE TABLE one_time_links (
    id         TEXT    NOT NULL PRIMARY KEY,
    purpose    TEXT    NOT NULL,
    document   TEXT    NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX one_time_links_expires_at ON one_time_links (expires_at);
