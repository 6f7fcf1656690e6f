-- Accounts by e-mail address and by mobile number: the first value of each claim.
CREATE INDEX users_email ON users (
    lower(((claims::jsonb -> 'http://wso2.org/claims/emailaddress') ->> 0) COLLATE "C"), username
);
CREATE INDEX users_mobile ON users (
    (((claims::jsonb -> 'http://wso2.org/claims/mobile') ->> 0) COLLATE "C"), username
);

-- The few accounts that may enter the console.
CREATE INDEX users_with_roles ON users (username) WHERE roles <> '[]';
