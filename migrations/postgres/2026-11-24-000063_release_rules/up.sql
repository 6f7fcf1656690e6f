-- What every service provider is told whose metadata says something of it, such as a category, as JSON.
-- The migration makes the one row: who needs a pairwise-id, or either identifier, is told a pairwise-id.
CREATE TABLE release_rules (
    id         bigint NOT NULL PRIMARY KEY CHECK (id = 1),
    document   text   NOT NULL,
    version    bigint NOT NULL,
    updated_at bigint NOT NULL
);
INSERT INTO release_rules (id, document, version, updated_at) VALUES (1, '{"rules":[{"entity_attribute":"urn:oasis:names:tc:SAML:profiles:subject-id:req","value":"pairwise-id","attributes":[{"claim":"urn:oasis:names:tc:SAML:attribute:pairwise-id"}]},{"entity_attribute":"urn:oasis:names:tc:SAML:profiles:subject-id:req","value":"any","attributes":[{"claim":"urn:oasis:names:tc:SAML:attribute:pairwise-id"}]}]}', 1, 0);
