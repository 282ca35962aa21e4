-- Generated from the declared metrics by `migrations generate`:
--   change calls:
--     - do not store 15m any more, and delete its buckets
-- It loses data, as the words above say.

SET LOCAL lock_timeout = '5s';
-- Readers go on reading, writers wait.
LOCK TABLE "calls_owners", "calls_labels", "calls" IN SHARE ROW EXCLUSIVE MODE;
DELETE FROM "calls" WHERE "bucket_interval" IN (900);
DROP VIEW "calls_view";
ALTER TABLE "calls" DROP CONSTRAINT "calls_bucket_interval_check";
ALTER TABLE "calls" ADD CONSTRAINT "calls_bucket_interval_check" CHECK ("bucket_interval" IN (3600));
-- calls for people and their own SQL.
CREATE VIEW "calls_view" AS
SELECT
    b."bucket_timestamp",
    to_timestamp(b."bucket_timestamp") AS "bucket_start",
    CASE b."bucket_interval" WHEN 3600 THEN '1h' END AS "bucket_interval",
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
--     - store 15m from now on: no stored interval divides it, so that there is nothing to fill it from
-- The way back: the buckets of 15m come back as far as they can be made of others.

SET LOCAL lock_timeout = '5s';
-- Readers go on reading, writers wait.
LOCK TABLE "calls_owners", "calls_labels", "calls" IN SHARE ROW EXCLUSIVE MODE;
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
