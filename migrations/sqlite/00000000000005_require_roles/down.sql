DROP TRIGGER users_update_role;
DROP TRIGGER users_insert_role;
