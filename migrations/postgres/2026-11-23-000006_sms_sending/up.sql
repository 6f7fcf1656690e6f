-- How each SMS gateway fares, shared by all nodes. A gateway without a row has not failed.
CREATE TABLE sms_gateway_health (
    gateway_id text COLLATE "C" NOT NULL PRIMARY KEY REFERENCES sms_gateways (id) ON DELETE CASCADE,
    failures   bigint NOT NULL,
    open_until bigint,
    version    bigint NOT NULL
);

-- The ledger: one row per request to a gateway, without number and code. Identifiers are UUID
-- version 7, so the primary key is the order of time. No references: the ledger outlives what it
-- tells of.
CREATE TABLE sms_sends (
    id                  text COLLATE "C" NOT NULL PRIMARY KEY,
    at                  bigint  NOT NULL,
    login_id            text COLLATE "C" NOT NULL,
    service_provider_id text COLLATE "C",
    gateway             text COLLATE "C",
    country             text COLLATE "C" NOT NULL,
    prefix              text COLLATE "C" NOT NULL,
    outcome             text COLLATE "C" NOT NULL,
    used                boolean NOT NULL
);
CREATE INDEX sms_sends_at ON sms_sends (at);
CREATE INDEX sms_sends_login ON sms_sends (login_id);
