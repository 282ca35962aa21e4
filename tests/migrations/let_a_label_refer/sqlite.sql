-- Generated from the declared metrics by `migrations generate`:
--   change calls:
--     - let the dimension tool refer to tools(name): fails where a value is not there; from now on a deletion there takes rows along
-- No data is lost.

CREATE TABLE "metrics_guard" ("broken" INTEGER CONSTRAINT "the journal still holds events of calls: apply this migration with the program, which adds them to their buckets first" CHECK ("broken" = 0));
INSERT INTO "metrics_guard" SELECT EXISTS (SELECT 1 FROM "metrics_journal" AS j JOIN "metrics_shapes" AS s ON s."id" = j."shape_id" WHERE s."metric" = 'calls');
DROP TABLE "metrics_guard";
CREATE TABLE "metrics_guard" ("broken" INTEGER CONSTRAINT "calls_labels has a value of tool that is not in tools(name): add it there, or delete such entries with their rows, first" CHECK ("broken" = 0));
INSERT INTO "metrics_guard" SELECT EXISTS (SELECT 1 FROM "calls_labels" AS d WHERE NOT EXISTS (SELECT 1 FROM "tools" AS r WHERE r."name" = d."tool"));
DROP TABLE "metrics_guard";
CREATE TABLE "metrics_guard" ("broken" INTEGER CONSTRAINT "calls has rows in its overflow series (labels_id 0), which a reference leaves no place for: delete them first" CHECK ("broken" = 0));
INSERT INTO "metrics_guard" SELECT EXISTS (SELECT 1 FROM "calls" WHERE "labels_id" = 0);
DROP TABLE "metrics_guard";
DROP VIEW "calls_view";
-- The labels of rows: a small integer for each combination of tool, transport, attempt, cached.
CREATE TABLE "calls_labels_new" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "tool" TEXT NOT NULL REFERENCES "tools" ("name") ON DELETE CASCADE,
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
-- Calls of tools.
CREATE TABLE "calls_new" (
    "owner_id" INTEGER NOT NULL REFERENCES "calls_owners" ("id") ON DELETE CASCADE,
    "bucket_interval" INTEGER NOT NULL CHECK ("bucket_interval" IN (900, 3600)),
    "bucket_timestamp" INTEGER NOT NULL,
    "labels_id" INTEGER NOT NULL REFERENCES "calls_labels_new" ("id") ON DELETE CASCADE,
    "created_at" INTEGER NOT NULL,
    "calls" INTEGER NOT NULL DEFAULT 0,
    "bytes" INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY ("owner_id", "bucket_interval", "bucket_timestamp", "labels_id")
) STRICT, WITHOUT ROWID;
INSERT INTO "calls_new" ("owner_id", "bucket_interval", "bucket_timestamp", "labels_id", "created_at", "calls", "bytes")
SELECT b."owner_id", b."bucket_interval", b."bucket_timestamp", b."labels_id", b."created_at", b."calls", b."bytes"
FROM "calls" AS b
WHERE b."bucket_interval" IN (900, 3600)
ORDER BY b."owner_id", b."bucket_interval", b."bucket_timestamp", b."labels_id";
DROP TABLE "calls";
DROP TABLE "calls_labels";
ALTER TABLE "calls_labels_new" RENAME TO "calls_labels";
ALTER TABLE "calls_new" RENAME TO "calls";
CREATE INDEX "calls_labels_id" ON "calls" ("labels_id");
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
--     - let the dimension tool not refer to tools(name) any more: deletions there leave rows alone
-- The way back restores everything.

CREATE TABLE "metrics_guard" ("broken" INTEGER CONSTRAINT "the journal still holds events of calls: apply this migration with the program, which adds them to their buckets first" CHECK ("broken" = 0));
INSERT INTO "metrics_guard" SELECT EXISTS (SELECT 1 FROM "metrics_journal" AS j JOIN "metrics_shapes" AS s ON s."id" = j."shape_id" WHERE s."metric" = 'calls');
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
FROM "calls" AS b
WHERE b."bucket_interval" IN (900, 3600)
ORDER BY b."owner_id", b."bucket_interval", b."bucket_timestamp", b."labels_id";
DROP TABLE "calls";
DROP TABLE "calls_labels";
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
--   calls: build the index on labels_id
--   calls: hold the rows from before against calls_labels_id_fkey
-- Nothing is left to do here: the migration before it does it at once.
SELECT 'nothing to do';

-- ==== down.sql ====

-- Generated from the declared metrics by `migrations generate`:
--   calls: go on without what was built
-- Nothing is left to do here: the migration before it does it at once.
SELECT 'nothing to do';
