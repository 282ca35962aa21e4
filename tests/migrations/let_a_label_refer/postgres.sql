-- Generated from the declared metrics by `migrations generate`:
--   change calls:
--     - let the dimension tool refer to tools(name): fails where a value is not there; from now on a deletion there takes rows along
-- No data is lost.

SET LOCAL lock_timeout = '5s';
DO $guard$ BEGIN
    IF EXISTS (SELECT 1 FROM "calls_labels" AS d WHERE NOT EXISTS (SELECT 1 FROM "tools" AS r WHERE r."name" = d."tool")) THEN
        RAISE EXCEPTION USING MESSAGE = 'calls_labels has a value of tool that is not in tools(name): add it there, or delete such entries with their rows, first';
    END IF;
END $guard$;
DO $guard$ BEGIN
    IF EXISTS (SELECT 1 FROM "calls" WHERE "labels_id" = 0) THEN
        RAISE EXCEPTION USING MESSAGE = 'calls has rows in its overflow series (labels_id 0), which a reference leaves no place for: delete them first';
    END IF;
END $guard$;
-- From here on everybody waits, for a moment: definitions change, and no row of a bucket is read.
DROP VIEW "calls_view";
ALTER TABLE "calls_labels" ADD CONSTRAINT "calls_labels_tool_fkey" FOREIGN KEY ("tool") REFERENCES "tools" ("name") ON DELETE CASCADE;
ALTER TABLE "calls" ADD CONSTRAINT "calls_labels_id_fkey" FOREIGN KEY ("labels_id") REFERENCES "calls_labels" ("id") ON DELETE CASCADE NOT VALID;
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
--     - let the dimension tool not refer to tools(name) any more: deletions there leave rows alone
-- The way back restores everything.

SET LOCAL lock_timeout = '5s';
-- From here on everybody waits.
DROP VIEW "calls_view";
ALTER TABLE "calls_labels" DROP CONSTRAINT "calls_labels_tool_fkey";
DROP INDEX IF EXISTS "calls_labels_id";
ALTER TABLE "calls" DROP CONSTRAINT "calls_labels_id_fkey";
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

-- ==== the migration after it: up.sql ====

-- Generated from the declared metrics by `migrations generate`:
--   calls: build the index on labels_id
--   calls: hold the rows from before against calls_labels_id_fkey
-- Where nothing else is said, everybody reads and writes meanwhile. Its statements run one by one, outside of a
-- transaction: `migrations apply` does so, and so does psql. If it was interrupted, it is begun again.

-- Nobody waits for these locks, so that they may wait for older transactions.
SET lock_timeout = '10min';
-- A build that was interrupted leaves an index behind that is of no use.
DROP INDEX CONCURRENTLY IF EXISTS "calls_labels_id";
CREATE INDEX CONCURRENTLY "calls_labels_id" ON "calls" ("labels_id");
ALTER TABLE "calls" VALIDATE CONSTRAINT "calls_labels_id_fkey";

-- ==== down.sql ====

-- Generated from the declared metrics by `migrations generate`:
--   calls: go on without what was built
-- Where nothing else is said, everybody reads and writes meanwhile. Its statements run one by one, outside of a
-- transaction: `migrations apply` does so, and so does psql. If it was interrupted, it is begun again.

DROP INDEX CONCURRENTLY IF EXISTS "calls_labels_id";
