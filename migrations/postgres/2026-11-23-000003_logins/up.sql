-- Logins in progress, the sessions they leave behind, and what guards both. Every row has an end;
-- the index on it is what the purge walks along.
CREATE TABLE logins (
    id                  text COLLATE "C" NOT NULL PRIMARY KEY,
    version             bigint NOT NULL,
    service_provider_id text COLLATE "C" NOT NULL REFERENCES service_providers (id) ON DELETE CASCADE,
    user_id             text COLLATE "C",
    browser_id          text COLLATE "C",
    document            text   NOT NULL,
    created_at          bigint NOT NULL,
    expires_at          bigint NOT NULL
);
CREATE INDEX logins_service_provider ON logins (service_provider_id);
CREATE INDEX logins_expires_at ON logins (expires_at);

CREATE TABLE sessions (
    id           text COLLATE "C" NOT NULL PRIMARY KEY,
    user_id      text COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    steps        text   NOT NULL,
    created_at   bigint NOT NULL,
    last_seen_at bigint NOT NULL,
    expires_at   bigint NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expires_at ON sessions (expires_at);

CREATE TABLE seen_requests (
    service_provider_id text COLLATE "C" NOT NULL,
    request_id          text COLLATE "C" NOT NULL,
    expires_at          bigint NOT NULL,
    PRIMARY KEY (service_provider_id, request_id)
);
CREATE INDEX seen_requests_expires_at ON seen_requests (expires_at);

CREATE TABLE counters (
    key       text COLLATE "C" NOT NULL PRIMARY KEY,
    count     bigint NOT NULL,
    since     bigint NOT NULL,
    last      bigint NOT NULL,
    version   bigint NOT NULL,
    forget_at bigint NOT NULL
);
CREATE INDEX counters_forget_at ON counters (forget_at);

CREATE TABLE one_time_links (
    id         text COLLATE "C" NOT NULL PRIMARY KEY,
    purpose    text   NOT NULL,
    document   text   NOT NULL,
    expires_at bigint NOT NULL
);
CREATE INDEX one_time_links_expires_at ON one_time_links (expires_at);
