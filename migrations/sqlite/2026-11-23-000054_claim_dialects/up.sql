-- Names by which others know local claims: the dialects that administrators added, as JSON. Those of the
-- product are built in.
CREATE TABLE claim_dialects (
    uri      TEXT    NOT NULL PRIMARY KEY,
    document TEXT    NOT NULL,
    version  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Who uses one.
CREATE INDEX service_providers_dialect ON service_providers (json_extract(settings, '$.dialect'), entity_id)
    WHERE json_extract(settings, '$.dialect') IS NOT NULL;
