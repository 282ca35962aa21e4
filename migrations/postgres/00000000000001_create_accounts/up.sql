-- People, teams, and who may sign in or report. Every time is UTC epoch seconds.

CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    -- Stored in lower case, so that one address in two spellings is one person.
    email TEXT NOT NULL UNIQUE CHECK (email = lower(email)),
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('global_user', 'global_admin')),
    created_at BIGINT NOT NULL
);

CREATE TABLE teams (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE team_members (
    team_id TEXT NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('team_user', 'team_admin')),
    PRIMARY KEY (team_id, user_id)
);

-- Every request asks for the teams of one person.
CREATE INDEX team_members_user_id ON team_members (user_id);

CREATE TABLE sessions (
    -- SHA-256 of the cookie: whoever reads this table cannot sign in with it.
    token_hash BYTEA NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX sessions_user_id ON sessions (user_id);
CREATE INDEX sessions_expires_at ON sessions (expires_at);

CREATE TABLE satellite_keys (
    id TEXT NOT NULL PRIMARY KEY,
    satellite_id TEXT NOT NULL,
    -- The only team that the key may write to; NULL for any.
    team_id TEXT REFERENCES teams (id) ON DELETE CASCADE,
    secret_hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);

CREATE INDEX satellite_keys_team_id ON satellite_keys (team_id);
