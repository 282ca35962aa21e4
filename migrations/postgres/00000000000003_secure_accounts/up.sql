-- Who is disabled, where sessions are, who was refused, and what was done. Every time is UTC epoch seconds.

ALTER TABLE users ADD COLUMN disabled_at BIGINT;
ALTER TABLE users ADD COLUMN signed_in_at BIGINT;

-- What people see of a session: neither the cookie nor what is stored of it. Those who are signed in stay so.
ALTER TABLE sessions ADD COLUMN id TEXT NOT NULL UNIQUE DEFAULT replace(gen_random_uuid()::text, '-', '');
ALTER TABLE sessions ALTER COLUMN id DROP DEFAULT;
-- To some minutes: not every request writes.
ALTER TABLE sessions ADD COLUMN seen_at BIGINT;
UPDATE sessions SET seen_at = created_at;
ALTER TABLE sessions ALTER COLUMN seen_at SET NOT NULL;
ALTER TABLE sessions ADD COLUMN address TEXT;
ALTER TABLE sessions ADD COLUMN user_agent TEXT;

CREATE TABLE sign_in_attempts (
    -- SHA-256 of an account, of an address, or of both: what somebody types may be their password.
    origin BYTEA NOT NULL PRIMARY KEY,
    -- In a row: an attempt counts from its beginning, and is taken back when it succeeds.
    failures BIGINT NOT NULL,
    attempted_at BIGINT NOT NULL,
    wait_until BIGINT NOT NULL,
    -- Whether the audit log has it that somebody was refused during this wait.
    told BOOLEAN NOT NULL,
    succeeded_at BIGINT
);

CREATE TABLE audit_log (
    -- Later entries have larger ones, and none is used twice.
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    happened_at BIGINT NOT NULL,
    actor_kind TEXT NOT NULL,
    -- Without a reference: what somebody did is told for longer than they are there.
    actor_id TEXT,
    action TEXT NOT NULL,
    -- What it was done to: the id of a person, a team, a key or a job, or a metric.
    subject TEXT,
    address TEXT,
    -- As JSON, without secrets.
    detail TEXT NOT NULL
);

CREATE INDEX audit_log_happened_at ON audit_log (happened_at);
CREATE INDEX audit_log_actor_id ON audit_log (actor_id);
CREATE INDEX audit_log_subject ON audit_log (subject);
