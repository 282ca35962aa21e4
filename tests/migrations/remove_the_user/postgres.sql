-- Generated from the declared metrics by `migrations generate`:
--   change calls:
--     - remove the dimension user_id: rows that only it told apart are merged, and their measures added up
-- It loses data, as the words above say.

SET LOCAL lock_timeout = '5s';
-- Readers go on reading, writers wait.
LOCK TABLE "calls_owners", "calls_labels", "calls" IN SHARE ROW EXCLUSIVE MODE;
CREATE TEMPORARY TABLE "owner_id_map" ON COMMIT DROP AS
SELECT "id", "kept", "last_used_at" FROM (
    SELECT "id", MIN("id") OVER same AS "kept", MAX("last_used_at") OVER same AS "last_used_at", COUNT(*) OVER same AS "entries"
    FROM "calls_owners" WINDOW same AS (PARTITION BY "team_id")
) AS entries WHERE "entries" > 1;
CREATE TEMPORARY TABLE "merged_by_owner_id" ON COMMIT DROP AS
SELECT m."kept" AS "owner_id", b."bucket_interval" AS "bucket_interval", b."bucket_timestamp" AS "bucket_timestamp", b."labels_id" AS "labels_id", MIN(b."created_at") AS "created_at", CAST(SUM(b."calls") AS BIGINT) AS "calls", CAST(SUM(b."bytes") AS BIGINT) AS "bytes"
FROM "calls" AS b
JOIN "owner_id_map" AS m ON m."id" = b."owner_id"
GROUP BY m."kept", b."bucket_interval", b."bucket_timestamp", b."labels_id";
DELETE FROM "calls" AS b USING "owner_id_map" AS m WHERE m."id" = b."owner_id";
INSERT INTO "calls" ("owner_id", "bucket_interval", "bucket_timestamp", "labels_id", "created_at", "calls", "bytes")
SELECT "owner_id", "bucket_interval", "bucket_timestamp", "labels_id", "created_at", "calls", "bytes" FROM "merged_by_owner_id";
UPDATE "calls_owners" AS d SET "last_used_at" = m."last_used_at" FROM "owner_id_map" AS m WHERE m."id" = d."id";
DELETE FROM "calls_owners" AS d USING "owner_id_map" AS m WHERE m."id" = d."id" AND m."kept" <> d."id";
-- From here on everybody waits, for a moment: definitions change, and no row of a bucket is read.
DROP VIEW "calls_view";
ALTER TABLE "calls_owners" DROP CONSTRAINT "calls_owners_team_id_user_id_key";
ALTER TABLE "calls_owners" DROP COLUMN "user_id";
ALTER TABLE "calls_owners" ADD CONSTRAINT "calls_owners_team_id_key" UNIQUE ("team_id");
-- calls for people and their own SQL.
CREATE VIEW "calls_view" AS
SELECT
    b."bucket_timestamp",
    to_timestamp(b."bucket_timestamp") AS "bucket_start",
    CASE b."bucket_interval" WHEN 900 THEN '15m' WHEN 3600 THEN '1h' END AS "bucket_interval",
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
--     - add the dimension user_id: rows from before have ""
-- The way back: rows that were merged without user_id stay merged.

SET LOCAL lock_timeout = '5s';
-- From here on everybody waits.
DROP VIEW "calls_view";
ALTER TABLE "calls_owners" DROP CONSTRAINT "calls_owners_team_id_key";
ALTER TABLE "calls_owners" ADD COLUMN "user_id" TEXT NOT NULL DEFAULT '';
ALTER TABLE "calls_owners" ALTER COLUMN "user_id" DROP DEFAULT;
ALTER TABLE "calls_owners" ADD CONSTRAINT "calls_owners_team_id_user_id_key" UNIQUE ("team_id", "user_id");
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
