-- Events of rare kinds of one person or service provider, who may have a million of the frequent kind.
CREATE INDEX audit_events_user_kind ON audit_events (user_id, kind, id)
    WHERE kind <> 'assertion.issued' AND user_id IS NOT NULL;
CREATE INDEX audit_events_service_provider_kind ON audit_events (service_provider_id, kind, id)
    WHERE kind <> 'assertion.issued' AND service_provider_id IS NOT NULL;

-- The few ways in which NameIDs are made, among ten thousand service providers.
CREATE INDEX service_providers_name_id
    ON service_providers (((settings::jsonb ->> 'name_id') COLLATE "C"));

-- Whether anybody may leave out a step with this authenticator.
CREATE INDEX service_provider_steps_policy
    ON service_provider_steps (authenticator, policy, service_provider_id);
