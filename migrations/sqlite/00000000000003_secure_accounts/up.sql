-- Who is disabled, where sessions are, who was refused, and what was done. Every time is UTC epoch seconds.

ALTER TABLE users ADD COLUMN disabled_at INTEGER;
ALTER TABLE users ADD COLUMN signed_in_at INTEGER;

-- Those who are signed in stay so. A primary key cannot be joined by another unique column in place.
CREATE TABLE new_sessions (
    -- SHA-256 of the cookie: whoever reads this table cannot sign in with it.
    token_hash BLOB NOT NULL PRIMARY KEY,
    -- What people see of it: neither the cookie nor what is stored of it.
    id TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    -- To some minutes: not every request writes.
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    address TEXT,
    user_agent TEXT
) STRICT, WITHOUT ROWID;

INSERT INTO new_sessions (token_hash, id, user_id, created_at, seen_at, expires_at)
SELECT token_hash, lower(hex(randomblob(10))), user_id, created_at, created_at, expires_at FROM sessions;

DROP TABLE sessions;
ALTER TABLE new_sessions RENAME TO sessions;

CREATE INDEX sessions_user_id ON sessions (user_id);
CREATE INDEX sessions_expires_at ON sessions (expires_at);

CREATE TABLE sign_in_attempts (
    -- SHA-256 of an account, of an address, or of both: what somebody types may be their password.
    origin BLOB NOT NULL PRIMARY KEY,
    -- In a row: an attempt counts from its beginning, and is taken back when it succeeds.
    failures INTEGER NOT NULL,
    attempted_at INTEGER NOT NULL,
    wait_until INTEGER NOT NULL,
    -- Whether the audit log has it that somebody was refused during this wait.
    told INTEGER NOT NULL,
    succeeded_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_log (
    -- Later entries have larger ones, and none is used twice.
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    happened_at INTEGER NOT NULL,
    actor_kind TEXT NOT NULL,
    -- Without a reference: what somebody did is told for longer than they are there.
    actor_id TEXT,
    action TEXT NOT NULL,
    -- What it was done to: the id of a person, a team, a key or a job, or a metric.
    subject TEXT,
    address TEXT,
    -- As JSON, without secrets.
    detail TEXT NOT NULL
) STRICT;

CREATE INDEX audit_log_happened_at ON audit_log (happened_at);
CREATE INDEX audit_log_actor_id ON audit_log (actor_id);
CREATE INDEX audit_log_subject ON audit_log (subject);
