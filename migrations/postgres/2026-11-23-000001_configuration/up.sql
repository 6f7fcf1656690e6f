-- What an administrator sets up. Every change of these tables moves configuration_version on, so
-- that each node notices with one cheap read that its copy in memory is old.
-- Keys are COLLATE "C": compared byte by byte, as on SQLite.
CREATE TABLE configuration_version (
    id      bigint NOT NULL PRIMARY KEY CHECK (id = 1),
    version bigint NOT NULL
);
INSERT INTO configuration_version (id, version) VALUES (1, 1);

CREATE TABLE service_providers (
    id           text COLLATE "C" NOT NULL PRIMARY KEY,
    entity_id    text COLLATE "C" NOT NULL CONSTRAINT service_providers_entity_id UNIQUE,
    name         text    NOT NULL,
    enabled      boolean NOT NULL,
    settings     text    NOT NULL,
    metadata_xml text,
    version      bigint  NOT NULL,
    created_at   bigint  NOT NULL,
    updated_at   bigint  NOT NULL
);

CREATE TABLE service_provider_steps (
    service_provider_id text COLLATE "C" NOT NULL REFERENCES service_providers (id) ON DELETE CASCADE,
    position            bigint NOT NULL,
    choice              bigint NOT NULL,
    authenticator       text   NOT NULL,
    PRIMARY KEY (service_provider_id, position, choice)
);

CREATE TABLE claims (
    uri      text COLLATE "C" NOT NULL PRIMARY KEY,
    document text   NOT NULL,
    position bigint NOT NULL
);

CREATE TABLE sms_gateways (
    id         text COLLATE "C" NOT NULL PRIMARY KEY,
    name       text COLLATE "C" NOT NULL CONSTRAINT sms_gateways_name UNIQUE,
    position   bigint  NOT NULL,
    enabled    boolean NOT NULL,
    sealed     bytea   NOT NULL,
    version    bigint  NOT NULL,
    created_at bigint  NOT NULL,
    updated_at bigint  NOT NULL
);
