-- A login may be for an application of this server, which is no service provider.
ALTER TABLE logins ALTER COLUMN service_provider_id DROP NOT NULL;

-- The steps that the applications of this server ask of people, as JSON.
CREATE TABLE local_applications (
    name           text   COLLATE "C" NOT NULL PRIMARY KEY CHECK (name IN ('console', 'account')),
    steps          text   NOT NULL,
    authenticators text   NOT NULL,
    version        bigint NOT NULL,
    updated_at     bigint NOT NULL
);
INSERT INTO local_applications (name, steps, authenticators, version, updated_at) VALUES
    ('console', '[["basic-auth"], {"any": ["sms-otp"], "policy": "when-enrolled"}]', '{}', 1, 0),
    ('account', '[["basic-auth"], {"any": ["sms-otp"], "policy": "when-enrolled"}]', '{}', 1, 0);

-- The newest refusals, however many other events there are.
CREATE INDEX audit_events_refusals ON audit_events (id) WHERE incident IS NOT NULL;
