DROP INDEX users_role;

-- Whoever has a role that is not the system's is left with the least.
ALTER TABLE users RENAME COLUMN role TO former_role;
ALTER TABLE users ADD COLUMN role TEXT NOT NULL DEFAULT 'global_user' CHECK (role IN ('global_user', 'global_admin'));
UPDATE users SET role = 'global_admin' WHERE former_role = 'global_admin';
ALTER TABLE users DROP COLUMN former_role;

DROP TABLE roles;
