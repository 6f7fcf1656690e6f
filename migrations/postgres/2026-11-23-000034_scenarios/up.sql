-- Questions about sign-ins with the answers that are expected of them, as JSON.
CREATE TABLE scenarios (
    name       text   COLLATE "C" NOT NULL PRIMARY KEY,
    document   text   NOT NULL,
    version    bigint NOT NULL,
    updated_at bigint NOT NULL
);
