-- Generated from the declared metrics by `migrations generate`:
--   change calls:
--     - add the dimension tool: rows from before have ""
--     - add the dimension transport: rows from before have "stdio"
--     - add the dimension attempt: rows from before have "0"
--     - add the dimension cached: rows from before have "false"
-- No data is lost.

CREATE TABLE "metrics_guard" ("broken" INTEGER CONSTRAINT "the journal still holds events of calls: apply this migration with the program, which adds them to their buckets first" CHECK ("broken" = 0));
INSERT INTO "metrics_guard" SELECT EXISTS (SELECT 1 FROM "metrics_journal" AS j JOIN "metrics_shapes" AS s ON s."id" = j."shape_id" WHERE s."metric" = 'calls');
DROP TABLE "metrics_guard";
DROP VIEW "calls_view";
-- The labels of rows: a small integer for each combination of tool, transport, attempt, cached.
CREATE TABLE "calls_labels" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "tool" TEXT NOT NULL,
    "transport" TEXT NOT NULL CHECK ("transport" IN ('stdio', 'http')),
    "attempt" INTEGER NOT NULL,
    "cached" INTEGER NOT NULL CHECK ("cached" IN (0, 1)),
    "last_used_at" INTEGER NOT NULL,
    UNIQUE ("tool", "transport", "attempt", "cached")
) STRICT;
INSERT INTO "calls_labels" ("id", "tool", "transport", "attempt", "cached", "last_used_at")
SELECT 1, '', 'stdio', 0, 0, CAST(strftime('%s', 'now') AS INTEGER)
WHERE EXISTS (SELECT 1 FROM "calls");
-- Calls of tools.
CREATE TABLE "calls_new" (
    "owner_id" INTEGER NOT NULL REFERENCES "calls_owners" ("id") ON DELETE CASCADE,
    "bucket_interval" INTEGER NOT NULL CHECK ("bucket_interval" IN (900, 3600)),
    "bucket_timestamp" INTEGER NOT NULL,
    "labels_id" INTEGER NOT NULL,
    "created_at" INTEGER NOT NULL,
    "calls" INTEGER NOT NULL DEFAULT 0,
    "bytes" INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY ("owner_id", "bucket_interval", "bucket_timestamp", "labels_id")
) STRICT, WITHOUT ROWID;
INSERT INTO "calls_new" ("owner_id", "bucket_interval", "bucket_timestamp", "labels_id", "created_at", "calls", "bytes")
SELECT b."owner_id", b."bucket_interval", b."bucket_timestamp", 1, b."created_at", b."calls", b."bytes"
FROM "calls" AS b
WHERE b."bucket_interval" IN (900, 3600)
ORDER BY b."owner_id", b."bucket_interval", b."bucket_timestamp";
DROP TABLE "calls";
ALTER TABLE "calls_new" RENAME TO "calls";
-- calls for people and their own SQL.
CREATE VIEW "calls_view" AS
SELECT
    b."bucket_timestamp",
    strftime('%Y-%m-%dT%H:%M:%SZ', b."bucket_timestamp", 'unixepoch') AS "bucket_start",
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
--     - remove the dimension tool: rows that only it told apart are merged, and their measures added up
--     - remove the dimension transport: rows that only it told apart are merged, and their measures added up
--     - remove the dimension attempt: rows that only it told apart are merged, and their measures added up
--     - remove the dimension cached: rows that only it told apart are merged, and their measures added up
-- The way back: rows that only tool tells apart are merged; rows that only transport tells apart are merged; rows that only attempt tells apart are merged; rows that only cached tells apart are merged.

CREATE TABLE "metrics_guard" ("broken" INTEGER CONSTRAINT "the journal still holds events of calls: apply this migration with the program, which adds them to their buckets first" CHECK ("broken" = 0));
INSERT INTO "metrics_guard" SELECT EXISTS (SELECT 1 FROM "metrics_journal" AS j JOIN "metrics_shapes" AS s ON s."id" = j."shape_id" WHERE s."metric" = 'calls');
DROP TABLE "metrics_guard";
DROP VIEW "calls_view";
CREATE TABLE "calls_new" (
    "owner_id" INTEGER NOT NULL REFERENCES "calls_owners" ("id") ON DELETE CASCADE,
    "bucket_interval" INTEGER NOT NULL CHECK ("bucket_interval" IN (900, 3600)),
    "bucket_timestamp" INTEGER NOT NULL,
    "created_at" INTEGER NOT NULL,
    "calls" INTEGER NOT NULL DEFAULT 0,
    "bytes" INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY ("owner_id", "bucket_interval", "bucket_timestamp")
) STRICT, WITHOUT ROWID;
INSERT INTO "calls_new" ("owner_id", "bucket_interval", "bucket_timestamp", "created_at", "calls", "bytes")
SELECT b."owner_id", b."bucket_interval", b."bucket_timestamp", b."created_at", b."calls", b."bytes"
FROM "calls" AS b
WHERE b."bucket_interval" IN (900, 3600)
ORDER BY b."owner_id", b."bucket_interval", b."bucket_timestamp", b."labels_id"
ON CONFLICT ("owner_id", "bucket_interval", "bucket_timestamp") DO UPDATE SET "created_at" = min("created_at", excluded."created_at"), "calls" = "calls" + excluded."calls", "bytes" = "bytes" + excluded."bytes";
DROP TABLE "calls";
DROP TABLE "calls_labels";
ALTER TABLE "calls_new" RENAME TO "calls";
-- calls for people and their own SQL.
CREATE VIEW "calls_view" AS
SELECT
    b."bucket_timestamp",
    strftime('%Y-%m-%dT%H:%M:%SZ', b."bucket_timestamp", 'unixepoch') AS "bucket_start",
    CASE b."bucket_interval" WHEN 900 THEN '15m' WHEN 3600 THEN '1h' END AS "bucket_interval",
    o."user_id",
    o."team_id",
    b."created_at",
    b."calls",
    b."bytes"
FROM "calls" AS b
JOIN "calls_owners" AS o ON o."id" = b."owner_id";

-- ==== the migration after it: up.sql ====

-- Generated from the declared metrics by `migrations generate`:
--   calls: build the new primary key, which then replaces the old one
-- Nothing is left to do here: the migration before it does it at once.
SELECT 'nothing to do';

-- ==== down.sql ====

-- Generated from the declared metrics by `migrations generate`:
--   calls: go on without what was built
-- Nothing is left to do here: the migration before it does it at once.
SELECT 'nothing to do';
