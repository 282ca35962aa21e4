-- Generated from the declared metrics by `migrations generate`:
--   change calls:
--     - let the dimension user_id refer to users(id): fails where a value is not there; from now on a deletion there takes rows along
-- No data is lost.

CREATE TABLE "metrics_guard" ("broken" INTEGER CONSTRAINT "the journal still holds events of calls: apply this migration with the program, which adds them to their buckets first" CHECK ("broken" = 0));
INSERT INTO "metrics_guard" SELECT EXISTS (SELECT 1 FROM "metrics_journal" AS j JOIN "metrics_shapes" AS s ON s."id" = j."shape_id" WHERE s."metric" = 'calls');
DROP TABLE "metrics_guard";
CREATE TABLE "metrics_guard" ("broken" INTEGER CONSTRAINT "calls_owners has a value of user_id that is not in users(id): add it there, or delete such entries with their rows, first" CHECK ("broken" = 0));
INSERT INTO "metrics_guard" SELECT EXISTS (SELECT 1 FROM "calls_owners" AS d WHERE NOT EXISTS (SELECT 1 FROM "users" AS r WHERE r."id" = d."user_id"));
DROP TABLE "metrics_guard";
DROP VIEW "calls_view";
-- Whose rows they are: a small integer for each combination of team_id, user_id.
CREATE TABLE "calls_owners_new" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "team_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE,
    "last_used_at" INTEGER NOT NULL,
    UNIQUE ("team_id", "user_id")
) STRICT;
INSERT INTO "calls_owners_new" ("id", "team_id", "user_id", "last_used_at")
SELECT "id", "team_id", "user_id", "last_used_at"
FROM "calls_owners"
ORDER BY "id";
DELETE FROM "sqlite_sequence" WHERE "name" = 'calls_owners_new';
INSERT INTO "sqlite_sequence" ("name", "seq") SELECT 'calls_owners_new', "seq" FROM "sqlite_sequence" WHERE "name" = 'calls_owners';
-- Calls of tools.
CREATE TABLE "calls_new" (
    "owner_id" INTEGER NOT NULL REFERENCES "calls_owners_new" ("id") ON DELETE CASCADE,
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
DROP TABLE "calls_owners";
ALTER TABLE "calls_owners_new" RENAME TO "calls_owners";
CREATE INDEX "calls_owners_user_id" ON "calls_owners" ("user_id");
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
--     - let the dimension user_id not refer to users(id) any more: deletions there leave rows alone
-- The way back restores everything.

CREATE TABLE "metrics_guard" ("broken" INTEGER CONSTRAINT "the journal still holds events of calls: apply this migration with the program, which adds them to their buckets first" CHECK ("broken" = 0));
INSERT INTO "metrics_guard" SELECT EXISTS (SELECT 1 FROM "metrics_journal" AS j JOIN "metrics_shapes" AS s ON s."id" = j."shape_id" WHERE s."metric" = 'calls');
DROP TABLE "metrics_guard";
DROP VIEW "calls_view";
-- Whose rows they are: a small integer for each combination of team_id, user_id.
CREATE TABLE "calls_owners_new" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "team_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "last_used_at" INTEGER NOT NULL,
    UNIQUE ("team_id", "user_id")
) STRICT;
INSERT INTO "calls_owners_new" ("id", "team_id", "user_id", "last_used_at")
SELECT "id", "team_id", "user_id", "last_used_at"
FROM "calls_owners"
ORDER BY "id";
DELETE FROM "sqlite_sequence" WHERE "name" = 'calls_owners_new';
INSERT INTO "sqlite_sequence" ("name", "seq") SELECT 'calls_owners_new', "seq" FROM "sqlite_sequence" WHERE "name" = 'calls_owners';
CREATE TABLE "calls_new" (
    "owner_id" INTEGER NOT NULL REFERENCES "calls_owners_new" ("id") ON DELETE CASCADE,
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
DROP TABLE "calls_owners";
ALTER TABLE "calls_owners_new" RENAME TO "calls_owners";
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
