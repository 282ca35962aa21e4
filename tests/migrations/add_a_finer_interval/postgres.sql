-- Generated from the declared metrics by `migrations generate`:
--   change calls:
--     - store 5m from now on: no stored interval divides it, so that there is nothing to fill it from
-- No data is lost.

SET LOCAL lock_timeout = '5s';
-- From here on everybody waits, for a moment: definitions change, and no row of a bucket is read.
DROP VIEW "calls_view";
ALTER TABLE "calls" DROP CONSTRAINT "calls_bucket_interval_check";
ALTER TABLE "calls" ADD CONSTRAINT "calls_bucket_interval_check" CHECK ("bucket_interval" IN (300, 900, 3600)) NOT VALID;
-- calls for people and their own SQL.
CREATE VIEW "calls_view" AS
SELECT
    b."bucket_timestamp",
    to_timestamp(b."bucket_timestamp") AS "bucket_start",
    CASE b."bucket_interval" WHEN 300 THEN '5m' WHEN 900 THEN '15m' WHEN 3600 THEN '1h' END AS "bucket_interval",
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
--     - do not store 5m any more, and delete its buckets
-- The way back: the buckets of 5m are dropped.

SET LOCAL lock_timeout = '5s';
-- From here on everybody waits.
DROP VIEW "calls_view";
ALTER TABLE "calls" DROP CONSTRAINT "calls_bucket_interval_check";
ALTER TABLE "calls" ADD CONSTRAINT "calls_bucket_interval_check" CHECK ("bucket_interval" IN (900, 3600)) NOT VALID;
DELETE FROM "calls" WHERE "bucket_interval" = 300;
ALTER TABLE "calls" VALIDATE CONSTRAINT "calls_bucket_interval_check";
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
--   calls: hold the rows from before against calls_bucket_interval_check
-- Where nothing else is said, everybody reads and writes meanwhile. Its statements run one by one, outside of a
-- transaction: `migrations apply` does so, and so does psql. If it was interrupted, it is begun again.

-- Nobody waits for these locks, so that they may wait for older transactions.
SET lock_timeout = '10min';
ALTER TABLE "calls" VALIDATE CONSTRAINT "calls_bucket_interval_check";

-- ==== down.sql ====

-- Generated from the declared metrics by `migrations generate`:
--   calls: go on without what was built
-- Nothing is left to do here: the migration before it does it at once.
SELECT 'nothing to do';
