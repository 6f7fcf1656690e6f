-- Personal access tokens for the REST API: the hash of each, never the token itself.
CREATE TABLE access_tokens (
    id           text   COLLATE "C" NOT NULL PRIMARY KEY,
    user_id      text   COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name         text   NOT NULL,
    hash         text   COLLATE "C" NOT NULL,
    scopes       text   NOT NULL,
    created_at   bigint NOT NULL,
    expires_at   bigint NOT NULL,
    last_used_at bigint
);
CREATE UNIQUE INDEX access_tokens_hash ON access_tokens (hash);
CREATE INDEX access_tokens_user ON access_tokens (user_id);
CREATE INDEX access_tokens_expires_at ON access_tokens (expires_at);
