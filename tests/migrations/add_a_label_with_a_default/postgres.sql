-- Generated from the declared metrics by `migrations generate`:
--   change calls:
--     - add the dimension region: rows from before have "eu"
-- No data is lost.

SET LOCAL lock_timeout = '5s';
-- From here on everybody waits, for a moment: definitions change, and no row of a bucket is read.
DROP VIEW "calls_view";
ALTER TABLE "calls_labels" DROP CONSTRAINT "calls_labels_tool_transport_attempt_cached_key";
ALTER TABLE "calls_labels" ADD COLUMN "region" TEXT NOT NULL DEFAULT 'eu';
ALTER TABLE "calls_labels" ALTER COLUMN "region" DROP DEFAULT;
ALTER TABLE "calls_labels" ADD CONSTRAINT "calls_labels_tool_transport_attempt_cached_region_key" UNIQUE ("tool", "transport", "attempt", "cached", "region");
ALTER TABLE "calls_labels" ADD CONSTRAINT "calls_labels_region_check" CHECK ("region" IN ('eu', 'us'));
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
-- The way back: rows that only region tells apart are merged.

SET LOCAL lock_timeout = '5s';
-- Readers go on reading, writers wait.
LOCK TABLE "calls_owners", "calls_labels", "calls" IN SHARE ROW EXCLUSIVE MODE;
CREATE TEMPORARY TABLE "labels_id_map" ON COMMIT DROP AS
SELECT "id", "kept", "last_used_at" FROM (
    SELECT "id", MIN("id") OVER same AS "kept", MAX("last_used_at") OVER same AS "last_used_at", COUNT(*) OVER same AS "entries"
    FROM "calls_labels" WINDOW same AS (PARTITION BY "tool", "transport", "attempt", "cached")
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
ALTER TABLE "calls_labels" DROP CONSTRAINT "calls_labels_tool_transport_attempt_cached_region_key";
ALTER TABLE "calls_labels" DROP CONSTRAINT "calls_labels_region_check";
ALTER TABLE "calls_labels" DROP COLUMN "region";
ALTER TABLE "calls_labels" ADD CONSTRAINT "calls_labels_tool_transport_attempt_cached_key" UNIQUE ("tool", "transport", "attempt", "cached");
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
