-- Generated from the declared metrics by `migrations generate`:
--   change calls:
--     - rename the table calls to tool_calls, its dictionaries, its view and its permissions likewise
--     - remove the dimension attempt: rows that only it told apart are merged, and their measures added up
--     - add the measure errors: rows from before have 0
--     - store 1d, filled from the buckets of 15m or 1h, each from whichever have counted most in it; the oldest bucket may be partly covered, and before it there is nothing
-- It loses data, as the words above say.

SET LOCAL lock_timeout = '5s';
-- Readers go on reading, writers wait.
LOCK TABLE "calls_owners", "calls_labels", "calls" IN SHARE ROW EXCLUSIVE MODE;
CREATE TEMPORARY TABLE "labels_id_map" ON COMMIT DROP AS
SELECT "id", "kept", "last_used_at" FROM (
    SELECT "id", MIN("id") OVER same AS "kept", MAX("last_used_at") OVER same AS "last_used_at", COUNT(*) OVER same AS "entries"
    FROM "calls_labels" WINDOW same AS (PARTITION BY "tool", "transport", "cached")
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
ALTER TABLE "calls_owners" RENAME TO "tool_calls_owners";
ALTER INDEX "calls_owners_pkey" RENAME TO "tool_calls_owners_pkey";
ALTER INDEX "calls_owners_team_id_user_id_key" RENAME TO "tool_calls_owners_team_id_user_id_key";
ALTER TABLE "calls_labels" RENAME TO "tool_calls_labels";
ALTER INDEX "calls_labels_pkey" RENAME TO "tool_calls_labels_pkey";
ALTER INDEX "calls_labels_tool_transport_attempt_cached_key" RENAME TO "tool_calls_labels_tool_transport_attempt_cached_key";
ALTER TABLE "tool_calls_labels" RENAME CONSTRAINT "calls_labels_transport_check" TO "tool_calls_labels_transport_check";
ALTER TABLE "tool_calls_labels" RENAME CONSTRAINT "calls_labels_cached_check" TO "tool_calls_labels_cached_check";
ALTER TABLE "tool_calls_labels" DROP CONSTRAINT "tool_calls_labels_tool_transport_attempt_cached_key";
ALTER TABLE "tool_calls_labels" DROP COLUMN "attempt";
ALTER TABLE "tool_calls_labels" ADD CONSTRAINT "tool_calls_labels_tool_transport_cached_key" UNIQUE ("tool", "transport", "cached");
ALTER TABLE "calls" RENAME TO "tool_calls";
ALTER INDEX "calls_pkey" RENAME TO "tool_calls_pkey";
ALTER TABLE "tool_calls" RENAME CONSTRAINT "calls_bucket_interval_check" TO "tool_calls_bucket_interval_check";
ALTER TABLE "tool_calls" RENAME CONSTRAINT "calls_owner_id_fkey" TO "tool_calls_owner_id_fkey";
ALTER TABLE "tool_calls" DROP CONSTRAINT "tool_calls_bucket_interval_check";
ALTER TABLE "tool_calls" ADD COLUMN "errors" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "tool_calls" ADD CONSTRAINT "tool_calls_bucket_interval_check" CHECK ("bucket_interval" IN (900, 3600, 86400)) NOT VALID;
-- tool_calls for people and their own SQL.
CREATE VIEW "tool_calls_view" AS
SELECT
    b."bucket_timestamp",
    to_timestamp(b."bucket_timestamp") AS "bucket_start",
    CASE b."bucket_interval" WHEN 900 THEN '15m' WHEN 3600 THEN '1h' WHEN 86400 THEN '1d' END AS "bucket_interval",
    o."user_id",
    o."team_id",
    l."tool",
    l."transport",
    l."cached",
    b."created_at",
    b."calls",
    b."bytes",
    b."errors"
FROM "tool_calls" AS b
JOIN "tool_calls_owners" AS o ON o."id" = b."owner_id"
LEFT JOIN "tool_calls_labels" AS l ON l."id" = b."labels_id";

-- ==== down.sql ====

-- Generated from the declared metrics by `migrations generate`:
--   change tool_calls:
--     - rename the table tool_calls to calls, its dictionaries, its view and its permissions likewise
--     - add the dimension attempt: rows from before have "0"
--     - remove the measure errors, and all that it counted
--     - do not store 1d any more, and delete its buckets
-- The way back: rows that were merged without attempt stay merged; what errors counted is dropped; the buckets of 1d are dropped.

SET LOCAL lock_timeout = '5s';
-- From here on everybody waits.
DROP VIEW "tool_calls_view";
ALTER TABLE "tool_calls_owners" RENAME TO "calls_owners";
ALTER INDEX "tool_calls_owners_pkey" RENAME TO "calls_owners_pkey";
ALTER INDEX "tool_calls_owners_team_id_user_id_key" RENAME TO "calls_owners_team_id_user_id_key";
ALTER TABLE "tool_calls_labels" RENAME TO "calls_labels";
ALTER INDEX "tool_calls_labels_pkey" RENAME TO "calls_labels_pkey";
ALTER INDEX "tool_calls_labels_tool_transport_cached_key" RENAME TO "calls_labels_tool_transport_cached_key";
ALTER TABLE "calls_labels" RENAME CONSTRAINT "tool_calls_labels_transport_check" TO "calls_labels_transport_check";
ALTER TABLE "calls_labels" RENAME CONSTRAINT "tool_calls_labels_cached_check" TO "calls_labels_cached_check";
ALTER TABLE "calls_labels" DROP CONSTRAINT "calls_labels_tool_transport_cached_key";
ALTER TABLE "calls_labels" ADD COLUMN "attempt" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "calls_labels" ALTER COLUMN "attempt" DROP DEFAULT;
ALTER TABLE "calls_labels" ADD CONSTRAINT "calls_labels_tool_transport_attempt_cached_key" UNIQUE ("tool", "transport", "attempt", "cached");
ALTER TABLE "tool_calls" RENAME TO "calls";
ALTER INDEX "tool_calls_pkey" RENAME TO "calls_pkey";
ALTER TABLE "calls" RENAME CONSTRAINT "tool_calls_bucket_interval_check" TO "calls_bucket_interval_check";
ALTER TABLE "calls" RENAME CONSTRAINT "tool_calls_owner_id_fkey" TO "calls_owner_id_fkey";
ALTER TABLE "calls" DROP CONSTRAINT "calls_bucket_interval_check";
ALTER TABLE "calls" DROP COLUMN "errors";
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
--   tool_calls: fill the buckets of 1d, while writers wait
--   tool_calls: hold the rows from before against tool_calls_bucket_interval_check
-- Where nothing else is said, everybody reads and writes meanwhile. Its statements run one by one, outside of a
-- transaction: `migrations apply` does so, and so does psql. If it was interrupted, it is begun again.

-- Nobody waits for these locks, so that they may wait for older transactions.
SET lock_timeout = '10min';
DO $fill_1d$ BEGIN
    -- Readers go on reading, writers wait.
    SET LOCAL lock_timeout = '5s';
    LOCK TABLE "tool_calls" IN SHARE ROW EXCLUSIVE MODE;
    -- Unless it was filled before, by a run that was interrupted later.
    INSERT INTO "tool_calls" ("owner_id", "bucket_interval", "bucket_timestamp", "labels_id", "created_at", "calls", "bytes", "errors")
    SELECT b."owner_id", 86400, b."bucket_timestamp" - (b."bucket_timestamp" % 86400 + 86400) % 86400, b."labels_id", MIN(b."created_at"), CAST(SUM(b."calls") AS BIGINT), CAST(SUM(b."bytes") AS BIGINT), CAST(SUM(b."errors") AS BIGINT)
    FROM "tool_calls" AS b
    JOIN (
        -- What came too late for one interval, or is deleted there already, another may have.
        SELECT DISTINCT ON (1) b."bucket_timestamp" - (b."bucket_timestamp" % 86400 + 86400) % 86400 AS "start", b."bucket_interval"
        FROM "tool_calls" AS b WHERE b."bucket_interval" IN (900, 3600)
        GROUP BY 1, 2 ORDER BY 1, SUM(b."calls") + SUM(b."bytes") DESC, 2
    ) AS fullest ON fullest."bucket_interval" = b."bucket_interval" AND fullest."start" = b."bucket_timestamp" - (b."bucket_timestamp" % 86400 + 86400) % 86400
    WHERE NOT EXISTS (SELECT 1 FROM "tool_calls" WHERE "bucket_interval" = 86400)
    GROUP BY b."owner_id", b."bucket_timestamp" - (b."bucket_timestamp" % 86400 + 86400) % 86400, b."labels_id";
END $fill_1d$;
ALTER TABLE "tool_calls" VALIDATE CONSTRAINT "tool_calls_bucket_interval_check";

-- ==== down.sql ====

-- Generated from the declared metrics by `migrations generate`:
--   tool_calls: go on without what was built
-- Nothing is left to do here: the migration before it does it at once.
SELECT 'nothing to do';
