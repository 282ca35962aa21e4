-- What people may do everywhere. Those of the system are written anew whenever the program opens the database.

CREATE TABLE roles (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    -- A JSON list: a role is read and changed as a whole, and every request reads that of its sender.
    permissions TEXT NOT NULL,
    -- Whether a program defines it. No program changes one that another program has defined.
    is_system BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);

INSERT INTO roles (id, name, description, permissions, is_system, created_at) VALUES
    ('global_user', 'Member', '', '[]', TRUE, extract(epoch FROM now())::BIGINT),
    ('global_admin', 'Administrator', '', '[]', TRUE, extract(epoch FROM now())::BIGINT);

ALTER TABLE users DROP CONSTRAINT users_role_check;
ALTER TABLE users ADD CONSTRAINT users_role_fkey FOREIGN KEY (role) REFERENCES roles (id);

CREATE INDEX users_role ON users (role);
