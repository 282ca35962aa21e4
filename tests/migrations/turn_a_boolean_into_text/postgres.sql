-- Generated from the declared metrics by `migrations generate`:
--   change calls:
--     - turn the dimension cached from a boolean into text
-- No data is lost.

SET LOCAL lock_timeout = '5s';
-- From here on everybody waits, for a moment: definitions change, and no row of a bucket is read.
DROP VIEW "calls_view";
ALTER TABLE "calls_labels" DROP CONSTRAINT "calls_labels_cached_check";
ALTER TABLE "calls_labels" ALTER COLUMN "cached" TYPE TEXT USING CASE "cached" WHEN 0 THEN 'false' ELSE 'true' END;
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
--     - turn the dimension cached from text into a boolean: fails where a value is not a boolean
-- The way back restores everything.

SET LOCAL lock_timeout = '5s';
DO $guard$ BEGIN
    IF EXISTS (SELECT 1 FROM "calls_labels" WHERE "cached" NOT IN ('true', 'false')) THEN
        RAISE EXCEPTION USING MESSAGE = 'calls_labels has a value of cached that is not true or false: change it, or delete such entries with their rows, first';
    END IF;
END $guard$;
-- From here on everybody waits.
DROP VIEW "calls_view";
ALTER TABLE "calls_labels" ALTER COLUMN "cached" TYPE BIGINT USING CASE "cached" WHEN 'true' THEN 1 ELSE 0 END;
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
