-- What a message was for: a code, or a test by an administrator, whose login_id no login has.
ALTER TABLE sms_sends ADD COLUMN purpose text COLLATE "C" NOT NULL DEFAULT 'code';
