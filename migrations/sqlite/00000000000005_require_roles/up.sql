-- Everybody has a role, as on PostgreSQL, where the column says so itself. Here a column that refers to something can
-- only be added if it may be NULL, and making the table anew would delete with its rows all that refers to them.

UPDATE users SET role = 'global_user' WHERE role IS NULL;

CREATE TRIGGER users_insert_role BEFORE INSERT ON users WHEN new.role IS NULL
BEGIN
    SELECT RAISE(ABORT, 'NOT NULL constraint failed: users.role');
END;

CREATE TRIGGER users_update_role BEFORE UPDATE OF role ON users WHEN new.role IS NULL
BEGIN
    SELECT RAISE(ABORT, 'NOT NULL constraint failed: users.role');
END;
