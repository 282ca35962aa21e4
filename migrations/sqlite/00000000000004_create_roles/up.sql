-- What people may do everywhere. Those of the system are written anew whenever the program opens the database.

CREATE TABLE roles (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    -- A JSON list: a role is read and changed as a whole, and every request reads that of its sender.
    permissions TEXT NOT NULL,
    -- Whether a program defines it. No program changes one that another program has defined.
    is_system INTEGER NOT NULL CHECK (is_system IN (0, 1)),
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO roles (id, name, description, permissions, is_system, created_at) VALUES
    ('global_user', 'Member', '', '[]', 1, unixepoch()),
    ('global_admin', 'Administrator', '', '[]', 1, unixepoch());

-- SQLite adds no column that refers to something and may not be NULL. NULL is no role: such a person is nobody.
ALTER TABLE users RENAME COLUMN role TO former_role;
ALTER TABLE users ADD COLUMN role TEXT REFERENCES roles (id);
UPDATE users SET role = former_role;
ALTER TABLE users DROP COLUMN former_role;

CREATE INDEX users_role ON users (role);
