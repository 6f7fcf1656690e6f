-- Signing keys that the console makes, and at which stage of a rollover any key is. What is sealed
-- opens with the secret.key that every node has; a key that lies in the key directory has nothing here
-- but its stage.
CREATE TABLE signing_keys (
    id           text COLLATE "C" NOT NULL PRIMARY KEY,
    kind         text COLLATE "C" NOT NULL,
    number       bigint NOT NULL,
    stage        text COLLATE "C" NOT NULL CHECK (stage IN ('next', 'current', 'previous', 'retired')),
    sealed       bytea,
    published_at bigint NOT NULL
);

-- Of each kind one key follows, and one signs.
CREATE UNIQUE INDEX signing_keys_stage ON signing_keys (kind, stage)
    WHERE stage IN ('next', 'current');

-- Who is answered with another key than the current one of its kind.
CREATE TABLE signing_key_choices (
    service_provider_id text COLLATE "C" NOT NULL PRIMARY KEY
        REFERENCES service_providers (id) ON DELETE CASCADE,
    key_id              text COLLATE "C" NOT NULL
);

-- Who read our metadata, or was told of a key by a person, and when last.
CREATE TABLE metadata_readers (
    service_provider_id text COLLATE "C" NOT NULL PRIMARY KEY
        REFERENCES service_providers (id) ON DELETE CASCADE,
    fetched_at          bigint,
    told_at             bigint
);
