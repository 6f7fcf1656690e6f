-- The audit trail. Identifiers are UUID version 7, so the primary key is the order of time. No
-- references: the trail outlives what it tells of.
CREATE TABLE audit_events (
    id                  TEXT    NOT NULL PRIMARY KEY,
    at                  INTEGER NOT NULL,
    kind                TEXT    NOT NULL,
    incident            TEXT,
    service_provider_id TEXT,
    user_id             TEXT,
    session_id          TEXT,
    address             TEXT,
    detail              TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX audit_events_incident ON audit_events (incident) WHERE incident IS NOT NULL;
CREATE INDEX audit_events_user ON audit_events (user_id, id) WHERE user_id IS NOT NULL;
CREATE INDEX audit_events_service_provider ON audit_events (service_provider_id, id)
    WHERE service_provider_id IS NOT NULL;
