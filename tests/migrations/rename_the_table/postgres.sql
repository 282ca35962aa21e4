-- Generated from the declared metrics by `migrations generate`:
--   change calls:
--     - rename the table calls to tool_calls, its dictionaries, its view and its permissions likewise
-- No data is lost.

SET LOCAL lock_timeout = '5s';
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
ALTER TABLE "calls" RENAME TO "tool_calls";
ALTER INDEX "calls_pkey" RENAME TO "tool_calls_pkey";
ALTER TABLE "tool_calls" RENAME CONSTRAINT "calls_bucket_interval_check" TO "tool_calls_bucket_interval_check";
ALTER TABLE "tool_calls" RENAME CONSTRAINT "calls_owner_id_fkey" TO "tool_calls_owner_id_fkey";
-- tool_calls for people and their own SQL.
CREATE VIEW "tool_calls_view" AS
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
FROM "tool_calls" AS b
JOIN "tool_calls_owners" AS o ON o."id" = b."owner_id"
LEFT JOIN "tool_calls_labels" AS l ON l."id" = b."labels_id";

-- ==== down.sql ====

-- Generated from the declared metrics by `migrations generate`:
--   change tool_calls:
--     - rename the table tool_calls to calls, its dictionaries, its view and its permissions likewise
-- The way back restores everything.

SET LOCAL lock_timeout = '5s';
-- From here on everybody waits.
DROP VIEW "tool_calls_view";
ALTER TABLE "tool_calls_owners" RENAME TO "calls_owners";
ALTER INDEX "tool_calls_owners_pkey" RENAME TO "calls_owners_pkey";
ALTER INDEX "tool_calls_owners_team_id_user_id_key" RENAME TO "calls_owners_team_id_user_id_key";
ALTER TABLE "tool_calls_labels" RENAME TO "calls_labels";
ALTER INDEX "tool_calls_labels_pkey" RENAME TO "calls_labels_pkey";
ALTER INDEX "tool_calls_labels_tool_transport_attempt_cached_key" RENAME TO "calls_labels_tool_transport_attempt_cached_key";
ALTER TABLE "calls_labels" RENAME CONSTRAINT "tool_calls_labels_transport_check" TO "calls_labels_transport_check";
ALTER TABLE "calls_labels" RENAME CONSTRAINT "tool_calls_labels_cached_check" TO "calls_labels_cached_check";
ALTER TABLE "tool_calls" RENAME TO "calls";
ALTER INDEX "tool_calls_pkey" RENAME TO "calls_pkey";
ALTER TABLE "calls" RENAME CONSTRAINT "tool_calls_bucket_interval_check" TO "calls_bucket_interval_check";
ALTER TABLE "calls" RENAME CONSTRAINT "tool_calls_owner_id_fkey" TO "calls_owner_id_fkey";
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
