-- What the ledger of messages adds up to within the last days, so that nobody adds it up for a page.
-- A row is counted when its code can no longer come back; pages add those that are not counted yet.
ALTER TABLE sms_sends ADD COLUMN counted INTEGER NOT NULL DEFAULT 0 CHECK (counted IN (0, 1));
CREATE INDEX sms_sends_uncounted ON sms_sends (at) WHERE NOT counted;

-- Since when rows are in the sums of so many days.
CREATE TABLE sms_windows (
    days  INTEGER NOT NULL PRIMARY KEY,
    since INTEGER NOT NULL
) STRICT;
INSERT INTO sms_windows (days, since) VALUES (1, 0), (7, 0), (30, 0), (365, 0);

-- The subject is empty where rows name none.
CREATE TABLE sms_sums (
    days     INTEGER NOT NULL,
    measure  TEXT    NOT NULL,
    subject  TEXT    NOT NULL,
    sends    INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    used     INTEGER NOT NULL,
    PRIMARY KEY (days, measure, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX sms_sums_largest ON sms_sums (days, measure, sends DESC, subject);
