-- Generated from the declared metrics by `migrations generate`:
--   change calls:
--     - store 1d, filled from the buckets of 15m or 1h, each from whichever have counted most in it; the oldest bucket may be partly covered, and before it there is nothing
-- No data is lost.

SET LOCAL lock_timeout = '5s';
-- From here on everybody waits, for a moment: definitions change, and no row of a bucket is read.
DROP VIEW "calls_view";
ALTER TABLE "calls" DROP CONSTRAINT "calls_bucket_interval_check";
ALTER TABLE "calls" ADD CONSTRAINT "calls_bucket_interval_check" CHECK ("bucket_interval" IN (900, 3600, 86400)) NOT VALID;
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
-- From here on everybody waits.
DROP VIEW "calls_view";
ALTER TABLE "calls" DROP CONSTRAINT "calls_bucket_interval_check";
ALTER TABLE "calls" ADD CONSTRAINT "calls_bucket_interval_check" CHECK ("bucket_interval" IN (900, 3600)) NOT VALID;
DELETE FROM "calls" WHERE "bucket_interval" = 86400;
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
--   calls: fill the buckets of 1d, while writers wait
--   calls: hold the rows from before against calls_bucket_interval_check
-- Where nothing else is said, everybody reads and writes meanwhile. Its statements run one by one, outside of a
-- transaction: `migrations apply` does so, and so does psql. If it was interrupted, it is begun again.

-- Nobody waits for these locks, so that they may wait for older transactions.
SET lock_timeout = '10min';
DO $fill_1d$ BEGIN
    -- Readers go on reading, writers wait.
    SET LOCAL lock_timeout = '5s';
    LOCK TABLE "calls" IN SHARE ROW EXCLUSIVE MODE;
    -- Unless it was filled before, by a run that was interrupted later.
    INSERT INTO "calls" ("owner_id", "bucket_interval", "bucket_timestamp", "labels_id", "created_at", "calls", "bytes")
    SELECT b."owner_id", 86400, b."bucket_timestamp" - (b."bucket_timestamp" % 86400 + 86400) % 86400, b."labels_id", MIN(b."created_at"), CAST(SUM(b."calls") AS BIGINT), CAST(SUM(b."bytes") AS BIGINT)
    FROM "calls" AS b
    JOIN (
        -- What came too late for one interval, or is deleted there already, another may have.
        SELECT DISTINCT ON (1) b."bucket_timestamp" - (b."bucket_timestamp" % 86400 + 86400) % 86400 AS "start", b."bucket_interval"
        FROM "calls" AS b WHERE b."bucket_interval" IN (900, 3600)
        GROUP BY 1, 2 ORDER BY 1, SUM(b."calls") + SUM(b."bytes") DESC, 2
    ) AS fullest ON fullest."bucket_interval" = b."bucket_interval" AND fullest."start" = b."bucket_timestamp" - (b."bucket_timestamp" % 86400 + 86400) % 86400
    WHERE NOT EXISTS (SELECT 1 FROM "calls" WHERE "bucket_interval" = 86400)
    GROUP BY b."owner_id", b."bucket_timestamp" - (b."bucket_timestamp" % 86400 + 86400) % 86400, b."labels_id";
END $fill_1d$;
ALTER TABLE "calls" VALIDATE CONSTRAINT "calls_bucket_interval_check";

-- ==== down.sql ====

-- Generated from the declared metrics by `migrations generate`:
--   calls: go on without what was built
-- Nothing is left to do here: the migration before it does it at once.
SELECT 'nothing to do';
