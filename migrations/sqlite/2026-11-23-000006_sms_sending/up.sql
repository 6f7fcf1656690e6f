-- How each SMS gateway fares, shared by all nodes. A gateway without a row has not failed.
CREATE TABLE sms_gateway_health (
    gateway_id TEXT    NOT NULL PRIMARY KEY REFERENCES sms_gateways (id) ON DELETE CASCADE,
    failures   INTEGER NOT NULL,
    open_until INTEGER,
    version    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The ledger: one row per request to a gateway, without number and code. Identifiers are UUID
-- version 7, so the primary key is the order of time. No references: the ledger outlives what it
-- tells of.
CREATE TABLE sms_sends (
    id                  TEXT    NOT NULL PRIMARY KEY,
    at                  INTEGER NOT NULL,
    login_id            TEXT    NOT NULL,
    service_provider_id TEXT,
    gateway             TEXT,
    country             TEXT    NOT NULL,
    prefix              TEXT    NOT NULL,
    outcome             TEXT    NOT NULL,
    used                INTEGER NOT NULL CHECK (used IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX sms_sends_at ON sms_sends (at);
CREATE INDEX sms_sends_login ON sms_sends (login_id);
