-- Since when a gateway has been failing; empty where it is not, or where an older program noted it.
ALTER TABLE sms_gateway_health ADD COLUMN failing_since INTEGER;

-- Who asks for an authenticator, among ten thousand service providers.
CREATE INDEX service_provider_steps_authenticator
    ON service_provider_steps (authenticator, service_provider_id);
