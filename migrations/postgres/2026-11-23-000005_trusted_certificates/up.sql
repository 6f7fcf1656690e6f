-- Certificates that an administrator trusts beyond those of the system, for the gateways that name
-- their alias. alias_key is the alias in small letters: aliases differ by more than their case.
CREATE TABLE trusted_certificates (
    alias_key   text COLLATE "C" NOT NULL PRIMARY KEY,
    alias       text    NOT NULL,
    der         bytea   NOT NULL,
    fingerprint text COLLATE "C" NOT NULL CONSTRAINT trusted_certificates_fingerprint UNIQUE,
    not_before  bigint  NOT NULL,
    not_after   bigint  NOT NULL,
    is_ca       boolean NOT NULL,
    self_signed boolean NOT NULL,
    subject     text    NOT NULL,
    issuer      text    NOT NULL,
    created_at  bigint  NOT NULL
);
