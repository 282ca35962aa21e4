-- Generated from the declared metrics by `migrations generate`:
--   change calls:
--     - store 1d, filled from the buckets of 15m or 1h, whichever reach back furthest; the oldest bucket may be partly covered, and before it there is nothing
-- No data is lost.

SET LOCAL lock_timeout = '5s';
-- Readers go on reading, writers wait.
LOCK TABLE "calls_owners", "calls_labels", "calls" IN SHARE ROW EXCLUSIVE MODE;
CREATE TEMPORARY TABLE "buckets_of_1d" ON COMMIT DROP AS
SELECT b."owner_id" AS "owner_id", 86400 AS "bucket_interval", b."bucket_timestamp" - b."bucket_timestamp" % 86400 AS "bucket_timestamp", b."labels_id" AS "labels_id", MIN(b."created_at") AS "created_at", CAST(SUM(b."calls") AS BIGINT) AS "calls", CAST(SUM(b."bytes") AS BIGINT) AS "bytes"
FROM "calls" AS b
WHERE b."bucket_interval" = (SELECT "bucket_interval" FROM "calls" WHERE "bucket_interval" IN (900, 3600) ORDER BY "bucket_timestamp", "bucket_interval" DESC LIMIT 1)
GROUP BY b."owner_id", b."bucket_timestamp" - b."bucket_timestamp" % 86400, b."labels_id";
DROP VIEW "calls_view";
ALTER TABLE "calls" DROP CONSTRAINT "calls_bucket_interval_check";
ALTER TABLE "calls" ADD CONSTRAINT "calls_bucket_interval_check" CHECK ("bucket_interval" IN (900, 3600, 86400));
INSERT INTO "calls" ("owner_id", "bucket_interval", "bucket_timestamp", "labels_id", "created_at", "calls", "bytes")
SELECT "owner_id", "bucket_interval", "bucket_timestamp", "labels_id", "created_at", "calls", "bytes" FROM "buckets_of_1d";
-- calls for people and their own SQL.
CREATE VIEW "calls_view" AS
SELECT
    b."bucket_timestamp",
    to_timestamp(b."bucket_timestamp") AS "bucket_start",
    CASE b."bucket_interval" WHEN 900 THEN '15m' WHEN 3600 THEN '1h' WHEN 86400 THEN '1d' END AS "bucket_interval",
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
--     - do not store 1d any more, and delete its buckets
-- The way back: the buckets of 1d are dropped.

SET LOCAL lock_timeout = '5s';
-- Readers go on reading, writers wait.
LOCK TABLE "calls_owners", "calls_labels", "calls" IN SHARE ROW EXCLUSIVE MODE;
DELETE FROM "calls" WHERE "bucket_interval" IN (86400);
DROP VIEW "calls_view";
ALTER TABLE "calls" DROP CONSTRAINT "calls_bucket_interval_check";
ALTER TABLE "calls" ADD CONSTRAINT "calls_bucket_interval_check" CHECK ("bucket_interval" IN (900, 3600));
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
