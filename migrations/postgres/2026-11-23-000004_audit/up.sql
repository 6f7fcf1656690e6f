-- The audit trail. Identifiers are UUID version 7, so the primary key is the order of time. No
-- references: the trail outlives what it tells of.
CREATE TABLE audit_events (
    id                  text COLLATE "C" NOT NULL PRIMARY KEY,
    at                  bigint NOT NULL,
    kind                text COLLATE "C" NOT NULL,
    incident            text COLLATE "C",
    service_provider_id text COLLATE "C",
    user_id             text COLLATE "C",
    session_id          text COLLATE "C",
    address             text,
    detail              text   NOT NULL
);
CREATE UNIQUE INDEX audit_events_incident ON audit_events (incident) WHERE incident IS NOT NULL;
CREATE INDEX audit_events_user ON audit_events (user_id, id) WHERE user_id IS NOT NULL;
CREATE INDEX audit_events_service_provider ON audit_events (service_provider_id, id)
    WHERE service_provider_id IS NOT NULL;
