-- Generated from the declared metrics by `migrations generate`:
--   change calls:
--     - rename the table calls to tool_calls, its dictionaries, its view and its permissions likewise
--     - remove the dimension attempt: rows that only it told apart are merged, and their measures added up
--     - add the measure errors: rows from before have 0
--     - store 1d, filled from the buckets of 15m or 1h, each from whichever have counted most in it; the oldest bucket may be partly covered, and before it there is nothing
-- It loses data, as the words above say.

CREATE TABLE "metrics_guard" ("broken" INTEGER CONSTRAINT "the journal still holds events of calls: apply this migration with the program, which adds them to their buckets first" CHECK ("broken" = 0));
INSERT INTO "metrics_guard" SELECT EXISTS (SELECT 1 FROM "metrics_journal" AS j JOIN "metrics_shapes" AS s ON s."id" = j."shape_id" WHERE s."metric" = 'calls');
DROP TABLE "metrics_guard";
DROP VIEW "calls_view";
ALTER TABLE "calls_owners" RENAME TO "tool_calls_owners";
-- The labels of rows: a small integer for each combination of tool, transport, cached.
CREATE TABLE "tool_calls_labels_new" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "tool" TEXT NOT NULL,
    "transport" TEXT NOT NULL CHECK ("transport" IN ('stdio', 'http')),
    "cached" INTEGER NOT NULL CHECK ("cached" IN (0, 1)),
    "last_used_at" INTEGER NOT NULL,
    UNIQUE ("tool", "transport", "cached")
) STRICT;
INSERT INTO "tool_calls_labels_new" ("id", "tool", "transport", "cached", "last_used_at")
SELECT MIN("id"), "tool", "transport", "cached", MAX("last_used_at")
FROM "calls_labels"
GROUP BY "tool", "transport", "cached" ORDER BY MIN("id");
DELETE FROM "sqlite_sequence" WHERE "name" = 'tool_calls_labels_new';
INSERT INTO "sqlite_sequence" ("name", "seq") SELECT 'tool_calls_labels_new', "seq" FROM "sqlite_sequence" WHERE "name" = 'calls_labels';
CREATE TABLE "calls_labels_map" ("id" INTEGER PRIMARY KEY, "kept" INTEGER NOT NULL);
INSERT INTO "calls_labels_map" SELECT "id", MIN("id") OVER (PARTITION BY "tool", "transport", "cached") FROM "calls_labels";
-- Calls of tools.
CREATE TABLE "tool_calls_new" (
    "owner_id" INTEGER NOT NULL REFERENCES "tool_calls_owners" ("id") ON DELETE CASCADE,
    "bucket_interval" INTEGER NOT NULL CHECK ("bucket_interval" = 900 OR "bucket_interval" = 3600 OR "bucket_interval" = 86400),
    "bucket_timestamp" INTEGER NOT NULL,
    "labels_id" INTEGER NOT NULL,
    "created_at" INTEGER NOT NULL,
    "calls" INTEGER NOT NULL DEFAULT 0,
    "bytes" INTEGER NOT NULL DEFAULT 0,
    "errors" INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY ("owner_id", "bucket_interval", "bucket_timestamp", "labels_id")
) STRICT, WITHOUT ROWID;
INSERT INTO "tool_calls_new" ("owner_id", "bucket_interval", "bucket_timestamp", "labels_id", "created_at", "calls", "bytes", "errors")
SELECT b."owner_id", b."bucket_interval", b."bucket_timestamp", COALESCE(l."kept", b."labels_id"), b."created_at", b."calls", b."bytes", 0
FROM "calls" AS b
LEFT JOIN "calls_labels_map" AS l ON l."id" = b."labels_id"
WHERE b."bucket_interval" IN (900, 3600)
ORDER BY b."owner_id", b."bucket_interval", b."bucket_timestamp", b."labels_id"
ON CONFLICT ("owner_id", "bucket_interval", "bucket_timestamp", "labels_id") DO UPDATE SET "created_at" = min("created_at", excluded."created_at"), "calls" = "calls" + excluded."calls", "bytes" = "bytes" + excluded."bytes", "errors" = "errors" + excluded."errors";
-- What came too late for one interval, or is deleted there already, another may have.
CREATE TABLE "metrics_fullest" ("start" INTEGER, "source" INTEGER, "counted" INTEGER NOT NULL, PRIMARY KEY ("start", "source")) WITHOUT ROWID;
INSERT INTO "metrics_fullest" ("start", "source", "counted")
SELECT b."bucket_timestamp" - (b."bucket_timestamp" % 86400 + 86400) % 86400, b."bucket_interval", b."calls" + b."bytes"
FROM "calls" AS b
WHERE b."bucket_interval" IN (900, 3600)
ON CONFLICT ("start", "source") DO UPDATE SET "counted" = "counted" + excluded."counted";
DELETE FROM "metrics_fullest" AS f WHERE EXISTS (
    SELECT 1 FROM "metrics_fullest" AS g
    WHERE g."start" = f."start" AND (g."counted" > f."counted" OR g."counted" = f."counted" AND g."source" < f."source")
);
INSERT INTO "tool_calls_new" ("owner_id", "bucket_interval", "bucket_timestamp", "labels_id", "created_at", "calls", "bytes", "errors")
SELECT b."owner_id", 86400, b."bucket_timestamp" - (b."bucket_timestamp" % 86400 + 86400) % 86400, COALESCE(l."kept", b."labels_id"), b."created_at", b."calls", b."bytes", 0
FROM "calls" AS b
LEFT JOIN "calls_labels_map" AS l ON l."id" = b."labels_id"
WHERE b."bucket_interval" = (SELECT "source" FROM "metrics_fullest" WHERE "start" = b."bucket_timestamp" - (b."bucket_timestamp" % 86400 + 86400) % 86400)
ORDER BY b."owner_id", b."bucket_interval", b."bucket_timestamp", b."labels_id"
ON CONFLICT ("owner_id", "bucket_interval", "bucket_timestamp", "labels_id") DO UPDATE SET "created_at" = min("created_at", excluded."created_at"), "calls" = "calls" + excluded."calls", "bytes" = "bytes" + excluded."bytes", "errors" = "errors" + excluded."errors";
DROP TABLE "metrics_fullest";
DROP TABLE "calls";
DROP TABLE "calls_labels_map";
DROP TABLE "calls_labels";
ALTER TABLE "tool_calls_labels_new" RENAME TO "tool_calls_labels";
ALTER TABLE "tool_calls_new" RENAME TO "tool_calls";
-- tool_calls for people and their own SQL.
CREATE VIEW "tool_calls_view" AS
SELECT
    b."bucket_timestamp",
    strftime('%Y-%m-%dT%H:%M:%SZ', b."bucket_timestamp", 'unixepoch') AS "bucket_start",
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

CREATE TABLE "metrics_guard" ("broken" INTEGER CONSTRAINT "the journal still holds events of tool_calls: apply this migration with the program, which adds them to their buckets first" CHECK ("broken" = 0));
INSERT INTO "metrics_guard" SELECT EXISTS (SELECT 1 FROM "metrics_journal" AS j JOIN "metrics_shapes" AS s ON s."id" = j."shape_id" WHERE s."metric" = 'tool_calls');
DROP TABLE "metrics_guard";
DROP VIEW "tool_calls_view";
ALTER TABLE "tool_calls_owners" RENAME TO "calls_owners";
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
SELECT "id", "tool", "transport", 0, "cached", "last_used_at"
FROM "tool_calls_labels"
ORDER BY "id";
DELETE FROM "sqlite_sequence" WHERE "name" = 'calls_labels_new';
INSERT INTO "sqlite_sequence" ("name", "seq") SELECT 'calls_labels_new', "seq" FROM "sqlite_sequence" WHERE "name" = 'tool_calls_labels';
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
SELECT b."owner_id", b."bucket_interval", b."bucket_timestamp", b."labels_id", b."created_at", b."calls", b."bytes"
FROM "tool_calls" AS b
WHERE b."bucket_interval" IN (900, 3600)
ORDER BY b."owner_id", b."bucket_interval", b."bucket_timestamp", b."labels_id";
DROP TABLE "tool_calls";
DROP TABLE "tool_calls_labels";
ALTER TABLE "calls_labels_new" RENAME TO "calls_labels";
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

-- ==== the migration after it: up.sql ====

-- Generated from the declared metrics by `migrations generate`:
--   tool_calls: fill the buckets of 1d, while writers wait
--   tool_calls: hold the rows from before against tool_calls_bucket_interval_check
-- Nothing is left to do here: the migration before it does it at once.
SELECT 'nothing to do';

-- ==== down.sql ====

-- Generated from the declared metrics by `migrations generate`:
--   tool_calls: go on without what was built
-- Nothing is left to do here: the migration before it does it at once.
SELECT 'nothing to do';
