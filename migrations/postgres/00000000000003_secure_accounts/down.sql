DROP TABLE audit_log;
DROP TABLE sign_in_attempts;

ALTER TABLE sessions DROP COLUMN user_agent;
ALTER TABLE sessions DROP COLUMN address;
ALTER TABLE sessions DROP COLUMN seen_at;
ALTER TABLE sessions DROP COLUMN id;

ALTER TABLE users DROP COLUMN signed_in_at;
ALTER TABLE users DROP COLUMN disabled_at;
