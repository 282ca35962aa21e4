-- Generated from the declared metrics by `migrations generate`:
--   change calls:
--     - let the dimension transport be sse, too
-- No data is lost.

CREATE TABLE "metrics_guard" ("broken" INTEGER CONSTRAINT "the journal still holds events of calls: apply this migration with the program, which adds them to their buckets first" CHECK ("broken" = 0));
INSERT INTO "metrics_guard" SELECT EXISTS (SELECT 1 FROM "metrics_journal" AS j JOIN "metrics_shapes" AS s ON s."id" = j."shape_id" WHERE s."metric" = 'calls');
DROP TABLE "metrics_guard";
DROP VIEW "calls_view";
-- The labels of rows: a small integer for each combination of tool, transport, attempt, cached.
CREATE TABLE "calls_labels_new" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "tool" TEXT NOT NULL,
    "transport" TEXT NOT NULL CHECK ("transport" = 'stdio' OR "transport" = 'http' OR "transport" = 'sse'),
    "attempt" INTEGER NOT NULL,
    "cached" INTEGER NOT NULL CHECK ("cached" IN (0, 1)),
    "last_used_at" INTEGER NOT NULL,
    UNIQUE ("tool", "transport", "attempt", "cached")
) STRICT;
INSERT INTO "calls_labels_new" ("id", "tool", "transport", "attempt", "cached", "last_used_at")
SELECT "id", "tool", "transport", "attempt", "cached", "last_used_at"
FROM "calls_labels"
ORDER BY "id";
DELETE FROM "sqlite_sequence" WHERE "name" = 'calls_labels_new';
INSERT INTO "sqlite_sequence" ("name", "seq") SELECT 'calls_labels_new', "seq" FROM "sqlite_sequence" WHERE "name" = 'calls_labels';
DROP TABLE "calls_labels";
ALTER TABLE "calls_labels_new" RENAME TO "calls_labels";
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
--     - let the dimension transport not be sse any more: fails where a row is
-- The way back restores everything.

CREATE TABLE "metrics_guard" ("broken" INTEGER CONSTRAINT "the journal still holds events of calls: apply this migration with the program, which adds them to their buckets first" CHECK ("broken" = 0));
INSERT INTO "metrics_guard" SELECT EXISTS (SELECT 1 FROM "metrics_journal" AS j JOIN "metrics_shapes" AS s ON s."id" = j."shape_id" WHERE s."metric" = 'calls');
DROP TABLE "metrics_guard";
CREATE TABLE "metrics_guard" ("broken" INTEGER CONSTRAINT "calls_labels has a value of transport that is not one of stdio, http: change it, or delete such entries with their rows, first" CHECK ("broken" = 0));
INSERT INTO "metrics_guard" SELECT EXISTS (SELECT 1 FROM "calls_labels" WHERE "transport" NOT IN ('stdio', 'http'));
DROP TABLE "metrics_guard";
DROP VIEW "calls_view";
-- The labels of rows: a small integer for each combination of tool, transport, attempt, cached.
CREATE TABLE "calls_labels_new" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "tool" TEXT NOT NULL,
    "transport" TEXT NOT NULL CHECK ("transport" IN ('stdio', 'http')),
    "attempt" INTEGER NOT NULL,
    "cached" INTEGER NOT NULL CHECK ("cached" IN (0, 1)),
    "last_used_at" INTEGER NOT NULL,
    UNIQUE ("tool", "transport", "attempt", "cached")
) STRICT;
INSERT INTO "calls_labels_new" ("id", "tool", "transport", "attempt", "cached", "last_used_at")
SELECT "id", "tool", "transport", "attempt", "cached", "last_used_at"
FROM "calls_labels"
ORDER BY "id";
DELETE FROM "sqlite_sequence" WHERE "name" = 'calls_labels_new';
INSERT INTO "sqlite_sequence" ("name", "seq") SELECT 'calls_labels_new', "seq" FROM "sqlite_sequence" WHERE "name" = 'calls_labels';
DROP TABLE "calls_labels";
ALTER TABLE "calls_labels_new" RENAME TO "calls_labels";
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
