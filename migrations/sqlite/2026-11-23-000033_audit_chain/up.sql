-- The chain over the audit trail. Rows are sealed shortly after they are written, so that no sign-in
-- waits for it; `audit_chain` is the head of the chain and what was removed before its beginning.
CREATE TABLE audit_chain (
    id            INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    position      INTEGER NOT NULL,
    hash          BLOB    NOT NULL,
    base_position INTEGER NOT NULL,
    base_hash     BLOB    NOT NULL,
    settled       INTEGER NOT NULL,
    seal          BLOB    NOT NULL
) STRICT;
INSERT INTO audit_chain (id, position, hash, base_position, base_hash, settled, seal)
    VALUES (1, 0, zeroblob(32), 0, zeroblob(32), 0, zeroblob(0));

CREATE TABLE audit_seals (
    position INTEGER NOT NULL PRIMARY KEY,
    event_id TEXT    NOT NULL,
    hash     BLOB    NOT NULL,
    late     INTEGER NOT NULL CHECK (late IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX audit_seals_event ON audit_seals (event_id);

-- What happened per hour: counted when rows are sealed.
CREATE TABLE activity_hours (
    hour    INTEGER NOT NULL,
    measure TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    count   INTEGER NOT NULL,
    PRIMARY KEY (measure, hour, subject)
) STRICT, WITHOUT ROWID;

-- How service providers fare: from rows that were sealed, and from their metadata.
CREATE TABLE service_provider_health (
    service_provider_id    TEXT    NOT NULL PRIMARY KEY
        REFERENCES service_providers (id) ON DELETE CASCADE,
    last_login_at          INTEGER,
    last_refusal_at        INTEGER,
    last_incident          TEXT,
    clock_samples          TEXT    NOT NULL DEFAULT '[]',
    clock_drift            INTEGER,
    looked_at_version      INTEGER NOT NULL DEFAULT 0,
    certificate_expires_at INTEGER,
    certificate_subject    TEXT,
    metadata_valid_until   INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX service_provider_health_certificate ON service_provider_health (certificate_expires_at)
    WHERE certificate_expires_at IS NOT NULL;
CREATE INDEX service_provider_health_metadata ON service_provider_health (metadata_valid_until)
    WHERE metadata_valid_until IS NOT NULL;
CREATE INDEX service_provider_health_clock ON service_provider_health (clock_drift)
    WHERE clock_drift IS NOT NULL;
