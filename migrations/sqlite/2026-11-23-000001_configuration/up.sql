-- What an administrator sets up. Every change of these tables moves configuration_version on, so
-- that each node notices with one cheap read that its copy in memory is old.
CREATE TABLE configuration_version (
    id      INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL
) STRICT;
INSERT INTO configuration_version (id, version) VALUES (1, 1);

CREATE TABLE service_providers (
    id           TEXT    NOT NULL PRIMARY KEY,
    entity_id    TEXT    NOT NULL CONSTRAINT service_providers_entity_id UNIQUE,
    name         TEXT    NOT NULL,
    enabled      INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    settings     TEXT    NOT NULL,
    metadata_xml TEXT,
    version      INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT;

CREATE TABLE service_provider_steps (
    service_provider_id TEXT    NOT NULL REFERENCES service_providers (id) ON DELETE CASCADE,
    position            INTEGER NOT NULL,
    choice              INTEGER NOT NULL,
    authenticator       TEXT    NOT NULL,
    PRIMARY KEY (service_provider_id, position, choice)
) STRICT, WITHOUT ROWID;

CREATE TABLE claims (
    uri      TEXT    NOT NULL PRIMARY KEY,
    document TEXT    NOT NULL,
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sms_gateways (
    id         TEXT    NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL CONSTRAINT sms_gateways_name UNIQUE,
    position   INTEGER NOT NULL,
    enabled    INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    sealed     BLOB    NOT NULL,
    version    INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
