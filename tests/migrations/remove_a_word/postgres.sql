-- Generated from the declared metrics by `migrations generate`:
--   change calls:
--     - let the dimension transport not be stdio any more: fails where a row is
-- No data is lost.

SET LOCAL lock_timeout = '5s';
DO $guard$ BEGIN
    IF EXISTS (SELECT 1 FROM "calls_labels" WHERE "transport" NOT IN ('http')) THEN
        RAISE EXCEPTION USING MESSAGE = 'calls_labels has a value of transport that is not one of http: change it, or delete such entries with their rows, first';
    END IF;
END $guard$;
-- From here on everybody waits, for a moment: definitions change, and no row of a bucket is read.
DROP VIEW "calls_view";
ALTER TABLE "calls_labels" DROP CONSTRAINT "calls_labels_transport_check";
ALTER TABLE "calls_labels" ADD CONSTRAINT "calls_labels_transport_check" CHECK ("transport" IN ('http'));
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
--     - let the dimension transport be stdio, too
-- The way back restores everything.

SET LOCAL lock_timeout = '5s';
-- From here on everybody waits.
DROP VIEW "calls_view";
ALTER TABLE "calls_labels" DROP CONSTRAINT "calls_labels_transport_check";
ALTER TABLE "calls_labels" ADD CONSTRAINT "calls_labels_transport_check" CHECK ("transport" IN ('stdio', 'http'));
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
