-- Generated from the declared metrics by `migrations generate`:
--   change calls:
--     - store 5m from now on: no stored interval divides it, so that there is nothing to fill it from
-- No data is lost.

CREATE TABLE "metrics_guard" ("broken" INTEGER CONSTRAINT "the journal still holds events of calls: apply this migration with the program, which adds them to their buckets first" CHECK ("broken" = 0));
INSERT INTO "metrics_guard" SELECT EXISTS (SELECT 1 FROM "metrics_journal" AS j JOIN "metrics_shapes" AS s ON s."id" = j."shape_id" WHERE s."metric" = 'calls');
DROP TABLE "metrics_guard";
DROP VIEW "calls_view";
-- Calls of tools.
CREATE TABLE "calls_new" (
    "owner_id" INTEGER NOT NULL REFERENCES "calls_owners" ("id") ON DELETE CASCADE,
    "bucket_interval" INTEGER NOT NULL CHECK ("bucket_interval" = 300 OR "bucket_interval" = 900 OR "bucket_interval" = 3600),
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
ALTER TABLE "calls_new" RENAME TO "calls";
-- calls for people and their own SQL.
CREATE VIEW "calls_view" AS
SELECT
    b."bucket_timestamp",
    strftime('%Y-%m-%dT%H:%M:%SZ', b."bucket_timestamp", 'unixepoch') AS "bucket_start",
    CASE b."bucket_interval" WHEN 300 THEN '5m' WHEN 900 THEN '15m' WHEN 3600 THEN '1h' END AS "bucket_interval",
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
--     - do not store 5m any more, and delete its buckets
-- The way back: the buckets of 5m are dropped.

CREATE TABLE "metrics_guard" ("broken" INTEGER CONSTRAINT "the journal still holds events of calls: apply this migration with the program, which adds them to their buckets first" CHECK ("broken" = 0));
INSERT INTO "metrics_guard" SELECT EXISTS (SELECT 1 FROM "metrics_journal" AS j JOIN "metrics_shapes" AS s ON s."id" = j."shape_id" WHERE s."metric" = 'calls');
DROP TABLE "metrics_guard";
DROP VIEW "calls_view";
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
--   calls: hold the rows from before against calls_bucket_interval_check
-- Nothing is left to do here: the migration before it does it at once.
SELECT 'nothing to do';

-- ==== down.sql ====

-- Generated from the declared metrics by `migrations generate`:
--   calls: go on without what was built
-- Nothing is left to do here: the migration before it does it at once.
SELECT 'nothing to do';
