-- What pages of the console look for among ten thousand service providers and a hundred thousand people.

-- Who is answered with which kind of key.
CREATE INDEX service_providers_signing_key
    ON service_providers (((settings::jsonb ->> 'signing_key') COLLATE "C"), entity_id, id);
-- Looked through without reading settings and metadata.
CREATE INDEX service_providers_search ON service_providers (entity_id, name, id);

-- Whether passing this choice is all that a service provider requires.
ALTER TABLE service_provider_steps ADD COLUMN alone boolean NOT NULL DEFAULT false;
UPDATE service_provider_steps SET alone = true
    WHERE policy = 'required' AND NOT EXISTS (
        SELECT 1 FROM service_provider_steps AS other
        WHERE other.service_provider_id = service_provider_steps.service_provider_id
            AND other.policy = 'required' AND other.position <> service_provider_steps.position
    );
CREATE INDEX service_provider_steps_alone ON service_provider_steps (authenticator) WHERE alone;

-- Events of every kind but the one of which there are most: that one is found without.
CREATE INDEX audit_events_kind ON audit_events (kind, id) WHERE kind <> 'assertion.issued';

-- Who has a value of a claim, kept up by the database itself.
CREATE TABLE user_claims (
    claim    text COLLATE "C" NOT NULL,
    username text COLLATE "C" NOT NULL,
    PRIMARY KEY (claim, username)
);
INSERT INTO user_claims (claim, username)
    SELECT jsonb_object_keys(claims::jsonb), username FROM users;
CREATE FUNCTION note_user_claims() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM user_claims WHERE username = OLD.username
            AND claim IN (SELECT jsonb_object_keys(OLD.claims::jsonb));
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO user_claims (claim, username)
            SELECT jsonb_object_keys(NEW.claims::jsonb), NEW.username ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER user_claims_added_or_removed AFTER INSERT OR DELETE ON users
    FOR EACH ROW EXECUTE FUNCTION note_user_claims();
CREATE TRIGGER user_claims_changed AFTER UPDATE OF username, claims ON users
    FOR EACH ROW WHEN (OLD.username <> NEW.username OR OLD.claims <> NEW.claims)
    EXECUTE FUNCTION note_user_claims();

-- Which service providers release a claim or name people by it, kept up likewise.
CREATE TABLE service_provider_claims (
    claim     text COLLATE "C" NOT NULL,
    entity_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (claim, entity_id)
);
CREATE FUNCTION claims_of_settings(settings jsonb) RETURNS SETOF text LANGUAGE sql IMMUTABLE AS $$
    SELECT one ->> 'claim' FROM jsonb_array_elements(coalesce(settings -> 'attributes', '[]')) AS one
        WHERE one ->> 'claim' IS NOT NULL
    UNION
    SELECT settings #>> '{name_id,subject_claim}'
        WHERE settings #>> '{name_id,subject_claim}' IS NOT NULL
$$;
INSERT INTO service_provider_claims (claim, entity_id)
    SELECT claims_of_settings(settings::jsonb), entity_id FROM service_providers;
CREATE FUNCTION note_service_provider_claims() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM service_provider_claims WHERE entity_id = OLD.entity_id
            AND claim IN (SELECT claims_of_settings(OLD.settings::jsonb));
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO service_provider_claims (claim, entity_id)
            SELECT claims_of_settings(NEW.settings::jsonb), NEW.entity_id ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER service_provider_claims_added_or_removed AFTER INSERT OR DELETE ON service_providers
    FOR EACH ROW EXECUTE FUNCTION note_service_provider_claims();
CREATE TRIGGER service_provider_claims_changed AFTER UPDATE OF entity_id, settings ON service_providers
    FOR EACH ROW WHEN (OLD.entity_id <> NEW.entity_id OR OLD.settings <> NEW.settings)
    EXECUTE FUNCTION note_service_provider_claims();
