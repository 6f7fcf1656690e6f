-- The chain over the audit trail. Rows are sealed shortly after they are written, so that no sign-in
-- waits for it; `audit_chain` is the head of the chain and what was removed before its beginning.
CREATE TABLE audit_chain (
    id            bigint NOT NULL PRIMARY KEY CHECK (id = 1),
    position      bigint NOT NULL,
    hash          bytea  NOT NULL,
    base_position bigint NOT NULL,
    base_hash     bytea  NOT NULL,
    settled       bigint NOT NULL,
    seal          bytea  NOT NULL
);
INSERT INTO audit_chain (id, position, hash, base_position, base_hash, settled, seal)
    VALUES (1, 0, decode(repeat('00', 32), 'hex'), 0, decode(repeat('00', 32), 'hex'), 0, '');

CREATE TABLE audit_seals (
    position bigint  NOT NULL PRIMARY KEY,
    event_id text    COLLATE "C" NOT NULL,
    hash     bytea   NOT NULL,
    late     boolean NOT NULL
);
CREATE UNIQUE INDEX audit_seals_event ON audit_seals (event_id);

-- What happened per hour: counted when rows are sealed.
CREATE TABLE activity_hours (
    hour    bigint NOT NULL,
    measure text   COLLATE "C" NOT NULL,
    subject text   COLLATE "C" NOT NULL,
    count   bigint NOT NULL,
    PRIMARY KEY (measure, hour, subject)
);

-- How service providers fare: from rows that were sealed, and from their metadata.
CREATE TABLE service_provider_health (
    service_provider_id    text COLLATE "C" NOT NULL PRIMARY KEY
        REFERENCES service_providers (id) ON DELETE CASCADE,
    last_login_at          bigint,
    last_refusal_at        bigint,
    last_incident          text COLLATE "C",
    clock_samples          text   NOT NULL DEFAULT '[]',
    clock_drift            bigint,
    looked_at_version      bigint NOT NULL DEFAULT 0,
    certificate_expires_at bigint,
    certificate_subject    text,
    metadata_valid_until   bigint
);
CREATE INDEX service_provider_health_certificate ON service_provider_health (certificate_expires_at)
    WHERE certificate_expires_at IS NOT NULL;
CREATE INDEX service_provider_health_metadata ON service_provider_health (metadata_valid_until)
    WHERE metadata_valid_until IS NOT NULL;
CREATE INDEX service_provider_health_clock ON service_provider_health (clock_drift)
    WHERE clock_drift IS NOT NULL;
