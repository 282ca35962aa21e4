-- Generated from the declared metrics by `migrations generate`:
--   change calls:
--     - store 1d, filled from the buckets of 15m or 1h, each from whichever have counted most in it; the oldest bucket may be partly covered, and before it there is nothing
-- No data is lost.

CREATE TABLE "metrics_guard" ("broken" INTEGER CONSTRAINT "the journal still holds events of calls: apply this migration with the program, which adds them to their buckets first" CHECK ("broken" = 0));
INSERT INTO "metrics_guard" SELECT EXISTS (SELECT 1 FROM "metrics_journal" AS j JOIN "metrics_shapes" AS s ON s."id" = j."shape_id" WHERE s."metric" = 'calls');
DROP TABLE "metrics_guard";
DROP VIEW "calls_view";
-- Calls of tools.
CREATE TABLE "calls_new" (
    "owner_id" INTEGER NOT NULL REFERENCES "calls_owners" ("id") ON DELETE CASCADE,
    "bucket_interval" INTEGER NOT NULL CHECK ("bucket_interval" = 900 OR "bucket_interval" = 3600 OR "bucket_interval" = 86400),
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
INSERT INTO "calls_new" ("owner_id", "bucket_interval", "bucket_timestamp", "labels_id", "created_at", "calls", "bytes")
SELECT b."owner_id", 86400, b."bucket_timestamp" - (b."bucket_timestamp" % 86400 + 86400) % 86400, b."labels_id", b."created_at", b."calls", b."bytes"
FROM "calls" AS b
WHERE b."bucket_interval" = (SELECT "source" FROM "metrics_fullest" WHERE "start" = b."bucket_timestamp" - (b."bucket_timestamp" % 86400 + 86400) % 86400)
ORDER BY b."owner_id", b."bucket_interval", b."bucket_timestamp", b."labels_id"
ON CONFLICT ("owner_id", "bucket_interval", "bucket_timestamp", "labels_id") DO UPDATE SET "created_at" = min("created_at", excluded."created_at"), "calls" = "calls" + excluded."calls", "bytes" = "bytes" + excluded."bytes";
DROP TABLE "metrics_fullest";
DROP TABLE "calls";
ALTER TABLE "calls_new" RENAME TO "calls";
-- calls for people and their own SQL.
CREATE VIEW "calls_view" AS
SELECT
    b."bucket_timestamp",
    strftime('%Y-%m-%dT%H:%M:%SZ', b."bucket_timestamp", 'unixepoch') AS "bucket_start",
    CASE b."bucket_interval" WHEN 900 THEN '15m' WHEN 3600 THEN '1h' WHEN 86400 THEN '1d' END AS "bucket_interval",
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
--     - do not store 1d any more, and delete its buckets
-- The way back: the buckets of 1d are dropped.

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
--   calls: fill the buckets of 1d, while writers wait
--   calls: hold the rows from before against calls_bucket_interval_check
-- Nothing is left to do here: the migration before it does it at once.
SELECT 'nothing to do';

-- ==== down.sql ====

-- Generated from the declared metrics by `migrations generate`:
--   calls: go on without what was built
-- Nothing is left to do here: the migration before it does it at once.
SELECT 'nothing to do';
