-- Generated from the declared metrics by `migrations generate`:
--   create the recorder's own tables
--   create flight_departures_metrics for flight_departures
--   create mcp_client_activity_metrics for mcp_client_activity
--   create server_install_metrics for server_installations
-- No data is touched.

-- The ids of recorded batches, each with the answer that was given: the same id again is counted once.
CREATE TABLE "metrics_batches" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "forget_at" INTEGER NOT NULL,
    "receipt" TEXT NOT NULL
) STRICT;
CREATE INDEX "metrics_batches_forget_at" ON "metrics_batches" ("forget_at");

-- Whose rows they are: a small integer for each combination of carrier.
CREATE TABLE "flight_departures_metrics_owners" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "carrier" TEXT NOT NULL,
    "last_used_at" INTEGER NOT NULL,
    UNIQUE ("carrier")
) STRICT;

-- The labels of rows: a small integer for each combination of origin, dest.
CREATE TABLE "flight_departures_metrics_labels" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "origin" TEXT NOT NULL,
    "dest" TEXT NOT NULL,
    "last_used_at" INTEGER NOT NULL,
    UNIQUE ("origin", "dest")
) STRICT;

-- Scheduled flights from JFK, LaGuardia and Newark, and what became of them.
CREATE TABLE "flight_departures_metrics" (
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

-- Whose rows they are: a small integer for each combination of team_id, user_id.
CREATE TABLE "mcp_client_activity_metrics_owners" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "team_id" TEXT NOT NULL REFERENCES "teams" ("id") ON DELETE CASCADE,
    "user_id" TEXT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE,
    "last_used_at" INTEGER NOT NULL,
    UNIQUE ("team_id", "user_id")
) STRICT;
CREATE INDEX "mcp_client_activity_metrics_owners_user_id" ON "mcp_client_activity_metrics_owners" ("user_id");

-- The labels of rows: a small integer for each combination of satellite_id, auth_identifier.
CREATE TABLE "mcp_client_activity_metrics_labels" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "satellite_id" TEXT NOT NULL,
    "auth_identifier" TEXT NOT NULL,
    "last_used_at" INTEGER NOT NULL,
    UNIQUE ("satellite_id", "auth_identifier")
) STRICT;

-- Requests and tool calls of MCP clients.
CREATE TABLE "mcp_client_activity_metrics" (
    "owner_id" INTEGER NOT NULL REFERENCES "mcp_client_activity_metrics_owners" ("id") ON DELETE CASCADE,
    "bucket_interval" INTEGER NOT NULL CHECK ("bucket_interval" IN (900, 3600)),
    "bucket_timestamp" INTEGER NOT NULL,
    "labels_id" INTEGER NOT NULL,
    "created_at" INTEGER NOT NULL,
    "request_count" INTEGER NOT NULL DEFAULT 0,
    "tool_call_count" INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY ("owner_id", "bucket_interval", "bucket_timestamp", "labels_id")
) STRICT, WITHOUT ROWID;

-- mcp_client_activity_metrics for people and their own SQL.
CREATE VIEW "mcp_client_activity_metrics_view" AS
SELECT
    b."bucket_timestamp",
    strftime('%Y-%m-%dT%H:%M:%SZ', b."bucket_timestamp", 'unixepoch') AS "bucket_start",
    CASE b."bucket_interval" WHEN 900 THEN '15m' WHEN 3600 THEN '1h' END AS "bucket_interval",
    o."user_id",
    o."team_id",
    l."satellite_id",
    l."auth_identifier",
    b."created_at",
    b."request_count",
    b."tool_call_count"
FROM "mcp_client_activity_metrics" AS b
JOIN "mcp_client_activity_metrics_owners" AS o ON o."id" = b."owner_id"
LEFT JOIN "mcp_client_activity_metrics_labels" AS l ON l."id" = b."labels_id";

-- Whose rows they are: a small integer for each combination of team_id, user_id.
CREATE TABLE "server_install_metrics_owners" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "team_id" TEXT NOT NULL REFERENCES "teams" ("id") ON DELETE CASCADE,
    "user_id" TEXT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE,
    "last_used_at" INTEGER NOT NULL,
    UNIQUE ("team_id", "user_id")
) STRICT;
CREATE INDEX "server_install_metrics_owners_user_id" ON "server_install_metrics_owners" ("user_id");

-- The labels of rows: a small integer for each combination of server_id, satellite_id.
CREATE TABLE "server_install_metrics_labels" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "server_id" TEXT NOT NULL,
    "satellite_id" TEXT NOT NULL,
    "last_used_at" INTEGER NOT NULL,
    UNIQUE ("server_id", "satellite_id")
) STRICT;

-- MCP servers installed and removed.
CREATE TABLE "server_install_metrics" (
    "owner_id" INTEGER NOT NULL REFERENCES "server_install_metrics_owners" ("id") ON DELETE CASCADE,
    "bucket_interval" INTEGER NOT NULL CHECK ("bucket_interval" IN (900, 3600)),
    "bucket_timestamp" INTEGER NOT NULL,
    "labels_id" INTEGER NOT NULL,
    "created_at" INTEGER NOT NULL,
    "installation_count" INTEGER NOT NULL DEFAULT 0,
    "uninstallation_count" INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY ("owner_id", "bucket_interval", "bucket_timestamp", "labels_id")
) STRICT, WITHOUT ROWID;

-- server_install_metrics for people and their own SQL.
CREATE VIEW "server_install_metrics_view" AS
SELECT
    b."bucket_timestamp",
    strftime('%Y-%m-%dT%H:%M:%SZ', b."bucket_timestamp", 'unixepoch') AS "bucket_start",
    CASE b."bucket_interval" WHEN 900 THEN '15m' WHEN 3600 THEN '1h' END AS "bucket_interval",
    o."user_id",
    o."team_id",
    l."server_id",
    l."satellite_id",
    b."created_at",
    b."installation_count",
    b."uninstallation_count"
FROM "server_install_metrics" AS b
JOIN "server_install_metrics_owners" AS o ON o."id" = b."owner_id"
LEFT JOIN "server_install_metrics_labels" AS l ON l."id" = b."labels_id";
