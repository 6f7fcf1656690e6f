-- A login may be for an application of this server, which is no service provider. No other table
-- refers to this one, so it is made anew.
CREATE TABLE logins_with_local (
    id                  TEXT    NOT NULL PRIMARY KEY,
    version             INTEGER NOT NULL,
    service_provider_id TEXT    REFERENCES service_providers (id) ON DELETE CASCADE,
    user_id             TEXT,
    browser_id          TEXT,
    document            TEXT    NOT NULL,
    created_at          INTEGER NOT NULL,
    expires_at          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO logins_with_local SELECT
    id, version, service_provider_id, user_id, browser_id, document, created_at, expires_at
    FROM logins;
DROP TABLE logins;
ALTER TABLE logins_with_local RENAME TO logins;
CREATE INDEX logins_service_provider ON logins (service_provider_id);
CREATE INDEX logins_expires_at ON logins (expires_at);

-- The steps that the applications of this server ask of people, as JSON.
CREATE TABLE local_applications (
    name           TEXT    NOT NULL PRIMARY KEY CHECK (name IN ('console', 'account')),
    steps          TEXT    NOT NULL,
    authenticators TEXT    NOT NULL,
    version        INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO local_applications (name, steps, authenticators, version, updated_at) VALUES
    ('console', '[["basic-auth"], {"any": ["sms-otp"], "policy": "when-enrolled"}]', '{}', 1, 0),
    ('account', '[["basic-auth"], {"any": ["sms-otp"], "policy": "when-enrolled"}]', '{}', 1, 0);

-- The newest refusals, however many other events there are.
CREATE INDEX audit_events_refusals ON audit_events (id) WHERE incident IS NOT NULL;
