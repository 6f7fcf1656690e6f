-- Where the metadata of service providers is fetched from, as JSON: what administrators say, and how it
-- stands. next_at is when it is looked at next, leased_until how long one node works at it alone.
CREATE TABLE metadata_sources (
    id           TEXT    NOT NULL PRIMARY KEY,
    name         TEXT    NOT NULL,
    definition   TEXT    NOT NULL,
    state        TEXT    NOT NULL,
    next_at      INTEGER NOT NULL,
    leased_until INTEGER NOT NULL,
    version      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX metadata_sources_name ON metadata_sources (name);
CREATE INDEX metadata_sources_next_at ON metadata_sources (next_at);

-- The service providers that each source described, and what waits. Without a service provider it was
-- removed by hand, and stays so. due_at is when something has to be done although nothing new is published.
CREATE TABLE metadata_entities (
    source_id           TEXT NOT NULL REFERENCES metadata_sources (id) ON DELETE CASCADE,
    entity_id           TEXT NOT NULL,
    service_provider_id TEXT REFERENCES service_providers (id) ON DELETE SET NULL,
    digest              TEXT NOT NULL,
    valid_until         INTEGER,
    missing_since       INTEGER,
    disabled            INTEGER NOT NULL CHECK (disabled IN (0, 1)),
    leaving             TEXT,
    held                TEXT,
    refused             TEXT,
    problem             TEXT,
    validators          TEXT,
    checked_at          INTEGER NOT NULL,
    due_at              INTEGER,
    PRIMARY KEY (source_id, entity_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX metadata_entities_service_provider ON metadata_entities (service_provider_id)
    WHERE service_provider_id IS NOT NULL;
CREATE INDEX metadata_entities_held ON metadata_entities (source_id, entity_id) WHERE held IS NOT NULL;
CREATE INDEX metadata_entities_problem ON metadata_entities (source_id, entity_id) WHERE problem IS NOT NULL;
CREATE INDEX metadata_entities_due_at ON metadata_entities (due_at) WHERE due_at IS NOT NULL;
