-- Generated from the declared metrics by `migrations generate`:
--   change calls:
--     - remove the dimension tool: rows that only it told apart are merged, and their measures added up
--     - remove the dimension transport: rows that only it told apart are merged, and their measures added up
--     - remove the dimension attempt: rows that only it told apart are merged, and their measures added up
--     - remove the dimension cached: rows that only it told apart are merged, and their measures added up
--     - add the dimension region: rows from before have ""
-- It loses data, as the words above say.

SET LOCAL lock_timeout = '5s';
-- Readers go on reading, writers wait.
LOCK TABLE "calls_owners", "calls_labels", "calls" IN SHARE ROW EXCLUSIVE MODE;
CREATE TEMPORARY TABLE "labels_id_map" ON COMMIT DROP AS
SELECT "id", "kept", "last_used_at" FROM (
    SELECT "id", MIN("id") OVER same AS "kept", MAX("last_used_at") OVER same AS "last_used_at", COUNT(*) OVER same AS "entries"
    FROM "calls_labels" WINDOW same AS ()
) AS entries WHERE "entries" > 1;
CREATE TEMPORARY TABLE "merged_by_labels_id" ON COMMIT DROP AS
SELECT b."owner_id" AS "owner_id", b."bucket_interval" AS "bucket_interval", b."bucket_timestamp" AS "bucket_timestamp", m."kept" AS "labels_id", MIN(b."created_at") AS "created_at", CAST(SUM(b."calls") AS BIGINT) AS "calls", CAST(SUM(b."bytes") AS BIGINT) AS "bytes"
FROM "calls" AS b
JOIN "labels_id_map" AS m ON m."id" = b."labels_id"
GROUP BY b."owner_id", b."bucket_interval", b."bucket_timestamp", m."kept";
DELETE FROM "calls" AS b USING "labels_id_map" AS m WHERE m."id" = b."labels_id";
INSERT INTO "calls" ("owner_id", "bucket_interval", "bucket_timestamp", "labels_id", "created_at", "calls", "bytes")
SELECT "owner_id", "bucket_interval", "bucket_timestamp", "labels_id", "created_at", "calls", "bytes" FROM "merged_by_labels_id";
UPDATE "calls_labels" AS d SET "last_used_at" = m."last_used_at" FROM "labels_id_map" AS m WHERE m."id" = d."id";
DELETE FROM "calls_labels" AS d USING "labels_id_map" AS m WHERE m."id" = d."id" AND m."kept" <> d."id";
-- From here on everybody waits, for a moment: definitions change, and no row of a bucket is read.
DROP VIEW "calls_view";
ALTER TABLE "calls_labels" DROP CONSTRAINT "calls_labels_tool_transport_attempt_cached_key";
ALTER TABLE "calls_labels" DROP CONSTRAINT "calls_labels_transport_check";
ALTER TABLE "calls_labels" DROP CONSTRAINT "calls_labels_cached_check";
ALTER TABLE "calls_labels" DROP COLUMN "tool";
ALTER TABLE "calls_labels" DROP COLUMN "transport";
ALTER TABLE "calls_labels" DROP COLUMN "attempt";
ALTER TABLE "calls_labels" DROP COLUMN "cached";
ALTER TABLE "calls_labels" ADD COLUMN "region" TEXT NOT NULL DEFAULT '';
ALTER TABLE "calls_labels" ALTER COLUMN "region" DROP DEFAULT;
ALTER TABLE "calls_labels" ADD CONSTRAINT "calls_labels_region_key" UNIQUE ("region");
-- calls for people and their own SQL.
CREATE VIEW "calls_view" AS
SELECT
    b."bucket_timestamp",
    to_timestamp(b."bucket_timestamp") AS "bucket_start",
    CASE b."bucket_interval" WHEN 900 THEN '15m' WHEN 3600 THEN '1h' END AS "bucket_interval",
    o."user_id",
    o."team_id",
    l."region",
    b."created_at",
    b."calls",
    b."bytes"
FROM "calls" AS b
JOIN "calls_owners" AS o ON o."id" = b."owner_id"
LEFT JOIN "calls_labels" AS l ON l."id" = b."labels_id";

-- ==== down.sql ====

-- Generated from the declared metrics by `migrations generate`:
--   change calls:
--     - remove the dimension region: rows that only it told apart are merged, and their measures added up
--     - add the dimension tool: rows from before have ""
--     - add the dimension transport: rows from before have "stdio"
--     - add the dimension attempt: rows from before have "0"
--     - add the dimension cached: rows from before have "false"
-- The way back: rows that were merged without tool stay merged; rows that were merged without transport stay merged; rows that were merged without attempt stay merged; rows that were merged without cached stay merged; rows that only region tells apart are merged.

SET LOCAL lock_timeout = '5s';
-- Readers go on reading, writers wait.
LOCK TABLE "calls_owners", "calls_labels", "calls" IN SHARE ROW EXCLUSIVE MODE;
CREATE TEMPORARY TABLE "labels_id_map" ON COMMIT DROP AS
SELECT "id", "kept", "last_used_at" FROM (
    SELECT "id", MIN("id") OVER same AS "kept", MAX("last_used_at") OVER same AS "last_used_at", COUNT(*) OVER same AS "entries"
    FROM "calls_labels" WINDOW same AS ()
) AS entries WHERE "entries" > 1;
CREATE TEMPORARY TABLE "merged_by_labels_id" ON COMMIT DROP AS
SELECT b."owner_id" AS "owner_id", b."bucket_interval" AS "bucket_interval", b."bucket_timestamp" AS "bucket_timestamp", m."kept" AS "labels_id", MIN(b."created_at") AS "created_at", CAST(SUM(b."calls") AS BIGINT) AS "calls", CAST(SUM(b."bytes") AS BIGINT) AS "bytes"
FROM "calls" AS b
JOIN "labels_id_map" AS m ON m."id" = b."labels_id"
GROUP BY b."owner_id", b."bucket_interval", b."bucket_timestamp", m."kept";
DELETE FROM "calls" AS b USING "labels_id_map" AS m WHERE m."id" = b."labels_id";
INSERT INTO "calls" ("owner_id", "bucket_interval", "bucket_timestamp", "labels_id", "created_at", "calls", "bytes")
SELECT "owner_id", "bucket_interval", "bucket_timestamp", "labels_id", "created_at", "calls", "bytes" FROM "merged_by_labels_id";
UPDATE "calls_labels" AS d SET "last_used_at" = m."last_used_at" FROM "labels_id_map" AS m WHERE m."id" = d."id";
DELETE FROM "calls_labels" AS d USING "labels_id_map" AS m WHERE m."id" = d."id" AND m."kept" <> d."id";
-- From here on everybody waits.
DROP VIEW "calls_view";
ALTER TABLE "calls_labels" DROP CONSTRAINT "calls_labels_region_key";
ALTER TABLE "calls_labels" DROP COLUMN "region";
ALTER TABLE "calls_labels" ADD COLUMN "tool" TEXT NOT NULL DEFAULT '';
ALTER TABLE "calls_labels" ALTER COLUMN "tool" DROP DEFAULT;
ALTER TABLE "calls_labels" ADD COLUMN "transport" TEXT NOT NULL DEFAULT 'stdio';
ALTER TABLE "calls_labels" ALTER COLUMN "transport" DROP DEFAULT;
ALTER TABLE "calls_labels" ADD COLUMN "attempt" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "calls_labels" ALTER COLUMN "attempt" DROP DEFAULT;
ALTER TABLE "calls_labels" ADD COLUMN "cached" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "calls_labels" ALTER COLUMN "cached" DROP DEFAULT;
ALTER TABLE "calls_labels" ADD CONSTRAINT "calls_labels_tool_transport_attempt_cached_key" UNIQUE ("tool", "transport", "attempt", "cached");
ALTER TABLE "calls_labels" ADD CONSTRAINT "calls_labels_transport_check" CHECK ("transport" IN ('stdio', 'http'));
ALTER TABLE "calls_labels" ADD CONSTRAINT "calls_labels_cached_check" CHECK ("cached" IN (0, 1));
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
