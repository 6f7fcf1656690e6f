-- Names by which others know local claims: the dialects that administrators added, as JSON. Those of the
-- product are built in.
CREATE TABLE claim_dialects (
    uri      text   COLLATE "C" NOT NULL PRIMARY KEY,
    document text   NOT NULL,
    version  bigint NOT NULL
);
-- Who uses one.
CREATE INDEX service_providers_dialect
    ON service_providers (((settings::jsonb ->> 'dialect') COLLATE "C"), entity_id)
    WHERE (settings::jsonb ->> 'dialect') IS NOT NULL;
