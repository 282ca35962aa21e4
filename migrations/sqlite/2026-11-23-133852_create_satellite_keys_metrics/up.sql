-- Generated from the declared metrics by `migrations generate`:
--   the recorder's own metrics_watermarks
--   create satellite_keys_metrics for satellite_keys
-- No data is lost.

-- Up to when each metric of a collector is collected, in epoch seconds, by the name of its table. The version grows with
-- everything that is counted for it, so that what two processes have found at the same time is counted once.
CREATE TABLE "metrics_watermarks" (
    "metric" TEXT NOT NULL PRIMARY KEY,
    "collected_until" INTEGER NOT NULL,
    "version" INTEGER NOT NULL
) STRICT;

-- Whose rows they are: a small integer for each combination of team_id.
CREATE TABLE "satellite_keys_metrics_owners" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "team_id" TEXT NOT NULL REFERENCES "teams" ("id") ON DELETE CASCADE,
    "last_used_at" INTEGER NOT NULL,
    UNIQUE ("team_id")
) STRICT;

-- The labels of rows: a small integer for each combination of satellite_id.
CREATE TABLE "satellite_keys_metrics_labels" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "satellite_id" TEXT NOT NULL,
    "last_used_at" INTEGER NOT NULL,
    UNIQUE ("satellite_id")
) STRICT;

-- Keys that teams were given for their satellites, and keys that were revoked.
CREATE TABLE "satellite_keys_metrics" (
    "owner_id" INTEGER NOT NULL REFERENCES "satellite_keys_metrics_owners" ("id") ON DELETE CASCADE,
    "bucket_interval" INTEGER NOT NULL CHECK ("bucket_interval" IN (900, 3600, 86400)),
    "bucket_timestamp" INTEGER NOT NULL,
    "labels_id" INTEGER NOT NULL,
    "created_at" INTEGER NOT NULL,
    "given_count" INTEGER NOT NULL DEFAULT 0,
    "revoked_count" INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY ("owner_id", "bucket_interval", "bucket_timestamp", "labels_id")
) STRICT, WITHOUT ROWID;

-- satellite_keys_metrics for people and their own SQL.
CREATE VIEW "satellite_keys_metrics_view" AS
SELECT
    b."bucket_timestamp",
    strftime('%Y-%m-%dT%H:%M:%SZ', b."bucket_timestamp", 'unixepoch') AS "bucket_start",
    CASE b."bucket_interval" WHEN 900 THEN '15m' WHEN 3600 THEN '1h' WHEN 86400 THEN '1d' END AS "bucket_interval",
    o."team_id",
    l."satellite_id",
    b."created_at",
    b."given_count",
    b."revoked_count"
FROM "satellite_keys_metrics" AS b
JOIN "satellite_keys_metrics_owners" AS o ON o."id" = b."owner_id"
LEFT JOIN "satellite_keys_metrics_labels" AS l ON l."id" = b."labels_id";
