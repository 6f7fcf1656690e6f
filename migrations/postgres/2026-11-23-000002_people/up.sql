-- People, what they prove themselves with, and the names each service provider knows them by.
CREATE TABLE users (
    id         text COLLATE "C" NOT NULL PRIMARY KEY,
    username   text COLLATE "C" NOT NULL CONSTRAINT users_username UNIQUE,
    state      text   NOT NULL,
    roles      text   NOT NULL,
    claims     text   NOT NULL,
    version    bigint NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);

CREATE TABLE credentials (
    user_id       text COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    authenticator text COLLATE "C" NOT NULL,
    document      text   NOT NULL,
    updated_at    bigint NOT NULL,
    PRIMARY KEY (user_id, authenticator)
);

-- No reference to service_providers: a value once told is never given to another person, even
-- after the service provider was removed.
CREATE TABLE pairwise_ids (
    user_id             text COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    service_provider_id text COLLATE "C" NOT NULL,
    value               text COLLATE "C" NOT NULL,
    PRIMARY KEY (user_id, service_provider_id),
    CONSTRAINT pairwise_ids_value UNIQUE (service_provider_id, value)
);
