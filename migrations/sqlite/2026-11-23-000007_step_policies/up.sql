-- Who must pass a step. The same for every choice of one step.
ALTER TABLE service_provider_steps ADD COLUMN policy TEXT NOT NULL DEFAULT 'required'
    CHECK (policy IN ('required', 'unless-disabled', 'when-enrolled'));
