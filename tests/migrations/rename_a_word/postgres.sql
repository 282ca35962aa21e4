-- Generated from the declared metrics by `migrations generate`:
--   change calls:
--     - rename the transport "http" to "streamable_http"
-- No data is lost.

SET LOCAL lock_timeout = '5s';
-- From here on everybody waits, for a moment: definitions change, and no row of a bucket is read.
DROP VIEW "calls_view";
ALTER TABLE "calls_labels" DROP CONSTRAINT "calls_labels_transport_check";
UPDATE "calls_labels" SET "transport" = CASE "transport" WHEN 'http' THEN 'streamable_http' ELSE "transport" END WHERE "transport" IN ('http');
ALTER TABLE "calls_labels" ADD CONSTRAINT "calls_labels_transport_check" CHECK ("transport" IN ('stdio', 'streamable_http'));
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
--     - rename the transport "streamable_http" to "http"
-- The way back restores everything.

SET LOCAL lock_timeout = '5s';
-- From here on everybody waits.
DROP VIEW "calls_view";
ALTER TABLE "calls_labels" DROP CONSTRAINT "calls_labels_transport_check";
UPDATE "calls_labels" SET "transport" = CASE "transport" WHEN 'streamable_http' THEN 'http' ELSE "transport" END WHERE "transport" IN ('streamable_http');
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
