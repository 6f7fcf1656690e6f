-- What each service provider was told of each session: the names by which it asks for a logout, or is asked
-- for one. No reference to sessions: a session that ended by itself may still be named in a request, which
-- then finds nothing left to do.
CREATE TABLE session_participants (
    session_id                 text   COLLATE "C" NOT NULL,
    service_provider_id        text   COLLATE "C" NOT NULL REFERENCES service_providers (id) ON DELETE CASCADE,
    fingerprint                text   COLLATE "C" NOT NULL,
    user_id                    text   COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name_id                    text,
    name_value                 text   COLLATE "C",
    session_index              text NOT NULL,
    assertion_lifetime_seconds bigint NOT NULL,
    first_at                   bigint NOT NULL,
    latest_at                  bigint NOT NULL,
    expires_at                 bigint NOT NULL,
    PRIMARY KEY (session_id, service_provider_id, fingerprint)
);
CREATE INDEX session_participants_name ON session_participants (service_provider_id, name_value);
CREATE INDEX session_participants_user ON session_participants (user_id);
CREATE INDEX session_participants_expires_at ON session_participants (expires_at);

-- Logouts in progress: whom to tell, and where each stands. awaited is the request that is waited for.
CREATE TABLE logout_runs (
    id         text   COLLATE "C" NOT NULL PRIMARY KEY,
    version    bigint NOT NULL,
    user_id    text   COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    browser_id text,
    awaited    text   COLLATE "C",
    document   text NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL
);
CREATE UNIQUE INDEX logout_runs_awaited ON logout_runs (awaited);
CREATE INDEX logout_runs_user ON logout_runs (user_id);
CREATE INDEX logout_runs_expires_at ON logout_runs (expires_at);
