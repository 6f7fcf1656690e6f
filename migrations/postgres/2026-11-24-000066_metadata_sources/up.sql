-- Where the metadata of service providers is fetched from, as JSON: what administrators say, and how it
-- stands. next_at is when it is looked at next, leased_until how long one node works at it alone.
CREATE TABLE metadata_sources (
    id           text   COLLATE "C" NOT NULL PRIMARY KEY,
    name         text   COLLATE "C" NOT NULL,
    definition   text   NOT NULL,
    state        text   NOT NULL,
    next_at      bigint NOT NULL,
    leased_until bigint NOT NULL,
    version      bigint NOT NULL
);
CREATE UNIQUE INDEX metadata_sources_name ON metadata_sources (name);
CREATE INDEX metadata_sources_next_at ON metadata_sources (next_at);

-- The service providers that each source described, and what waits. Without a service provider it was
-- removed by hand, and stays so. due_at is when something has to be done although nothing new is published.
CREATE TABLE metadata_entities (
    source_id           text COLLATE "C" NOT NULL REFERENCES metadata_sources (id) ON DELETE CASCADE,
    entity_id           text COLLATE "C" NOT NULL,
    service_provider_id text COLLATE "C" REFERENCES service_providers (id) ON DELETE SET NULL,
    digest              text COLLATE "C" NOT NULL,
    valid_until         bigint,
    missing_since       bigint,
    disabled            boolean NOT NULL,
    leaving             text,
    held                text,
    refused             text,
    problem             text,
    validators          text,
    checked_at          bigint NOT NULL,
    due_at              bigint,
    PRIMARY KEY (source_id, entity_id)
);
CREATE UNIQUE INDEX metadata_entities_service_provider ON metadata_entities (service_provider_id)
    WHERE service_provider_id IS NOT NULL;
CREATE INDEX metadata_entities_held ON metadata_entities (source_id, entity_id) WHERE held IS NOT NULL;
CREATE INDEX metadata_entities_problem ON metadata_entities (source_id, entity_id) WHERE problem IS NOT NULL;
CREATE INDEX metadata_entities_due_at ON metadata_entities (due_at) WHERE due_at IS NOT NULL;
