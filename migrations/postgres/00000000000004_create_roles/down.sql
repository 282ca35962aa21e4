DROP INDEX users_role;
ALTER TABLE users DROP CONSTRAINT users_role_fkey;

-- Whoever has a role that is not the system's is left with the least.
UPDATE users SET role = 'global_user' WHERE role <> 'global_admin';
ALTER TABLE users ADD CONSTRAINT users_role_check CHECK (role IN ('global_user', 'global_admin'));

DROP TABLE roles;
