-- So that of two who change one claim at once the second is told, and nothing is overwritten.
ALTER TABLE claims ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
