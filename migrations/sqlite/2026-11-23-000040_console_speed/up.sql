-- What pages of the console look for among ten thousand service providers and a hundred thousand people.

-- Who is answered with which kind of key.
CREATE INDEX service_providers_signing_key
    ON service_providers (json_extract(settings, '$.signing_key'), entity_id, id);
-- Looked through without reading settings and metadata.
CREATE INDEX service_providers_search ON service_providers (entity_id, name, id);

-- Whether passing this choice is all that a service provider requires.
ALTER TABLE service_provider_steps ADD COLUMN alone INTEGER NOT NULL DEFAULT 0
    CHECK (alone IN (0, 1));
UPDATE service_provider_steps SET alone = 1
    WHERE policy = 'required' AND NOT EXISTS (
        SELECT 1 FROM service_provider_steps AS other
        WHERE other.service_provider_id = service_provider_steps.service_provider_id
            AND other.policy = 'required' AND other.position <> service_provider_steps.position
    );
CREATE INDEX service_provider_steps_alone ON service_provider_steps (authenticator) WHERE alone = 1;

-- Events of every kind but the one of which there are most: that one is found without.
CREATE INDEX audit_events_kind ON audit_events (kind, id) WHERE kind <> 'assertion.issued';

-- Who has a value of a claim, kept up by the database itself.
CREATE TABLE user_claims (
    claim    TEXT NOT NULL,
    username TEXT NOT NULL,
    PRIMARY KEY (claim, username)
) STRICT, WITHOUT ROWID;
INSERT INTO user_claims (claim, username)
    SELECT DISTINCT one.key, users.username FROM users, json_each(users.claims) AS one ORDER BY 1, 2;
CREATE TRIGGER user_claims_added AFTER INSERT ON users BEGIN
    INSERT OR IGNORE INTO user_claims (claim, username)
        SELECT key, NEW.username FROM json_each(NEW.claims);
END;
CREATE TRIGGER user_claims_changed AFTER UPDATE OF username, claims ON users
    WHEN OLD.username <> NEW.username OR OLD.claims <> NEW.claims
BEGIN
    DELETE FROM user_claims
        WHERE claim IN (SELECT key FROM json_each(OLD.claims)) AND username = OLD.username;
    INSERT OR IGNORE INTO user_claims (claim, username)
        SELECT key, NEW.username FROM json_each(NEW.claims);
END;
CREATE TRIGGER user_claims_removed AFTER DELETE ON users BEGIN
    DELETE FROM user_claims
        WHERE claim IN (SELECT key FROM json_each(OLD.claims)) AND username = OLD.username;
END;

-- Which service providers release a claim or name people by it, kept up likewise.
CREATE TABLE service_provider_claims (
    claim     TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    PRIMARY KEY (claim, entity_id)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO service_provider_claims (claim, entity_id)
    SELECT json_extract(one.value, '$.claim'), entity_id
        FROM service_providers, json_each(settings, '$.attributes') AS one
        WHERE json_extract(one.value, '$.claim') IS NOT NULL
    UNION ALL
    SELECT json_extract(settings, '$.name_id.subject_claim'), entity_id FROM service_providers
        WHERE json_extract(settings, '$.name_id.subject_claim') IS NOT NULL;
CREATE TRIGGER service_provider_claims_added AFTER INSERT ON service_providers BEGIN
    INSERT OR IGNORE INTO service_provider_claims (claim, entity_id)
        SELECT json_extract(one.value, '$.claim'), NEW.entity_id
            FROM json_each(NEW.settings, '$.attributes') AS one
            WHERE json_extract(one.value, '$.claim') IS NOT NULL
        UNION ALL
        SELECT json_extract(NEW.settings, '$.name_id.subject_claim'), NEW.entity_id
            WHERE json_extract(NEW.settings, '$.name_id.subject_claim') IS NOT NULL;
END;
CREATE TRIGGER service_provider_claims_changed AFTER UPDATE OF entity_id, settings ON service_providers
    WHEN OLD.entity_id <> NEW.entity_id OR OLD.settings <> NEW.settings
BEGIN
    DELETE FROM service_provider_claims WHERE entity_id = OLD.entity_id AND (
        claim = json_extract(OLD.settings, '$.name_id.subject_claim') OR claim IN (
            SELECT json_extract(value, '$.claim') FROM json_each(OLD.settings, '$.attributes')
        )
    );
    INSERT OR IGNORE INTO service_provider_claims (claim, entity_id)
        SELECT json_extract(one.value, '$.claim'), NEW.entity_id
            FROM json_each(NEW.settings, '$.attributes') AS one
            WHERE json_extract(one.value, '$.claim') IS NOT NULL
        UNION ALL
        SELECT json_extract(NEW.settings, '$.name_id.subject_claim'), NEW.entity_id
            WHERE json_extract(NEW.settings, '$.name_id.subject_claim') IS NOT NULL;
END;
CREATE TRIGGER service_provider_claims_removed AFTER DELETE ON service_providers BEGIN
    DELETE FROM service_provider_claims WHERE entity_id = OLD.entity_id AND (
        claim = json_extract(OLD.settings, '$.name_id.subject_claim') OR claim IN (
            SELECT json_extract(value, '$.claim') FROM json_each(OLD.settings, '$.attributes')
        )
    );
END;
