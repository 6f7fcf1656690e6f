-- Certificates that an administrator trusts beyond those of the system, for the gateways that name
-- their alias. alias_key is the alias in small letters: aliases differ by more than their case.
CREATE TABLE trusted_certificates (
    alias_key   TEXT    NOT NULL PRIMARY KEY,
    alias       TEXT    NOT NULL,
    der         BLOB    NOT NULL,
    fingerprint TEXT    NOT NULL CONSTRAINT trusted_certificates_fingerprint UNIQUE,
    not_before  INTEGER NOT NULL,
    not_after   INTEGER NOT NULL,
    is_ca       INTEGER NOT NULL CHECK (is_ca IN (0, 1)),
    self_signed INTEGER NOT NULL CHECK (self_signed IN (0, 1)),
    subject     TEXT    NOT NULL,
    issuer      TEXT    NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;
