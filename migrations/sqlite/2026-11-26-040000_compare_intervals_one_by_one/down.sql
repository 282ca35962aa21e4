-- The checks as they were before. The rows are copied as they are.

DROP VIEW "flight_departures_metrics_view";
-- Scheduled flights from JFK, LaGuardia and Newark, and what became of them.
CREATE TABLE "new_flight_departures_metrics" (
    "owner_id" INTEGER NOT NULL REFERENCES "flight_departures_metrics_owners" ("id") ON DELETE CASCADE,
    "bucket_interval" INTEGER NOT NULL CHECK ("bucket_interval" IN (900, 3600, 86400)),
    "bucket_timestamp" INTEGER NOT NULL,
    "labels_id" INTEGER NOT NULL,
    "created_at" INTEGER NOT NULL,
    "departures" INTEGER NOT NULL DEFAULT 0,
    "cancellations" INTEGER NOT NULL DEFAULT 0,
    "delayed" INTEGER NOT NULL DEFAULT 0,
    "delay_minutes" INTEGER NOT NULL DEFAULT 0,
    "miles" INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY ("owner_id", "bucket_interval", "bucket_timestamp", "labels_id")
) STRICT, WITHOUT ROWID;
INSERT INTO "new_flight_departures_metrics" ("owner_id", "bucket_interval", "bucket_timestamp", "labels_id", "created_at", "departures", "cancellations", "delayed", "delay_minutes", "miles")
SELECT "owner_id", "bucket_interval", "bucket_timestamp", "labels_id", "created_at", "departures", "cancellations", "delayed", "delay_minutes", "miles"
FROM "flight_departures_metrics";
DROP TABLE "flight_departures_metrics";
ALTER TABLE "new_flight_departures_metrics" RENAME TO "flight_departures_metrics";

-- flight_departures_metrics for people and their own SQL.
CREATE VIEW "flight_departures_metrics_view" AS
SELECT
    b."bucket_timestamp",
    strftime('%Y-%m-%dT%H:%M:%SZ', b."bucket_timestamp", 'unixepoch') AS "bucket_start",
    CASE b."bucket_interval" WHEN 900 THEN '15m' WHEN 3600 THEN '1h' WHEN 86400 THEN '1d' END AS "bucket_interval",
    o."carrier",
    l."origin",
    l."dest",
    b."created_at",
    b."departures",
    b."cancellations",
    b."delayed",
    b."delay_minutes",
    b."miles"
FROM "flight_departures_metrics" AS b
JOIN "flight_departures_metrics_owners" AS o ON o."id" = b."owner_id"
LEFT JOIN "flight_departures_metrics_labels" AS l ON l."id" = b."labels_id";

DROP VIEW "satellite_keys_metrics_view";
-- Keys that teams were given for their satellites, and keys that were revoked.
CREATE TABLE "new_satellite_keys_metrics" (
    "owner_id" INTEGER NOT NULL REFERENCES "satellite_keys_metrics_owners" ("id") ON DELETE CASCADE,
    "bucket_interval" INTEGER NOT NULL CHECK ("bucket_interval" IN (900, 3600, 86400)),
    "bucket_timestamp" INTEGER NOT NULL,
    "labels_id" INTEGER NOT NULL,
    "created_at" INTEGER NOT NULL,
    "given_count" INTEGER NOT NULL DEFAULT 0,
    "revoked_count" INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY ("owner_id", "bucket_interval", "bucket_timestamp", "labels_id")
) STRICT, WITHOUT ROWID;
INSERT INTO "new_satellite_keys_metrics" ("owner_id", "bucket_interval", "bucket_timestamp", "labels_id", "created_at", "given_count", "revoked_count")
SELECT "owner_id", "bucket_interval", "bucket_timestamp", "labels_id", "created_at", "given_count", "revoked_count"
FROM "satellite_keys_metrics";
DROP TABLE "satellite_keys_metrics";
ALTER TABLE "new_satellite_keys_metrics" RENAME TO "satellite_keys_metrics";

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
