-- Generated from the declared metrics by `migrations generate`:
--   change calls:
--     - let the dimension user_id refer to users(id): fails where a value is not there; from now on a deletion there takes rows along
-- No data is lost.

SET LOCAL lock_timeout = '5s';
DO $guard$ BEGIN
    IF EXISTS (SELECT 1 FROM "calls_owners" AS d WHERE NOT EXISTS (SELECT 1 FROM "users" AS r WHERE r."id" = d."user_id")) THEN
        RAISE EXCEPTION USING MESSAGE = 'calls_owners has a value of user_id that is not in users(id): add it there, or delete such entries with their rows, first';
    END IF;
END $guard$;
-- From here on everybody waits, for a moment: definitions change, and no row of a bucket is read.
DROP VIEW "calls_view";
ALTER TABLE "calls_owners" ADD CONSTRAINT "calls_owners_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE;
CREATE INDEX "calls_owners_user_id" ON "calls_owners" ("user_id");
-- calls for people and their own SQL.
CREATE VIEW "calls_view" AS
SELECT
    b."bucket_timestamp",
    to_timestamp(b."bucket_timestamp") AS "bucket_start",
    CASE b."bucket_interval" WHEN 900 THEN '15m' WHEN 3600 THEN '1h' END AS "bucket_interval",
    o."user_id",
    o."team_id",
    l."tool",
    l."transport",
    l."attempt",
    l."cached",
    b."created_at",
    b."calls",
    b."bytes"
FROM "calls" AS b
JOIN "calls_owners" AS o ON o."id" = b."owner_id"
LEFT JOIN "calls_labels" AS l ON l."id" = b."labels_id";

-- ==== down.sql ====

-- Generated from the declared metrics by `migrations generate`:
--   change calls:
--     - let the dimension user_id not refer to users(id) any more: deletions there leave rows alone
-- The way back restores everything.

SET LOCAL lock_timeout = '5s';
-- From here on everybody waits.
DROP VIEW "calls_view";
DROP INDEX IF EXISTS "calls_owners_user_id";
ALTER TABLE "calls_owners" DROP CONSTRAINT "calls_owners_user_id_fkey";
-- calls for people and their own SQL.
CREATE VIEW "calls_view" AS
SELECT
    b."bucket_timestamp",
    to_timestamp(b."bucket_timestamp") AS "bucket_start",
    CASE b."bucket_interval" WHEN 900 THEN '15m' WHEN 3600 THEN '1h' END AS "bucket_interval",
    o."user_id",
    o."team_id",
    l."tool",
    l."transport",
    l."attempt",
    l."cached",
    b."created_at",
    b."calls",
    b."bytes"
FROM "calls" AS b
JOIN "calls_owners" AS o ON o."id" = b."owner_id"
LEFT JOIN "calls_labels" AS l ON l."id" = b."labels_id";
