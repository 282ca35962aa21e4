-- Generated from the declared metrics by `migrations generate`:
--   create the recorder's own metrics_journal
-- No data is touched.

-- What the entries of the journal consist of: one row for each metric and each shape that it has had.
CREATE TABLE "metrics_shapes" (
    "id" INTEGER PRIMARY KEY,
    "metric" TEXT NOT NULL,
    "shape" TEXT NOT NULL UNIQUE
) STRICT;

-- Events that are committed and not yet added to their buckets: an entry for each commit and metric, for a moment.
-- An entry that is sorted is what is left of many that are being added.
CREATE TABLE "metrics_journal" (
    "id" INTEGER PRIMARY KEY,
    "shape_id" INTEGER NOT NULL REFERENCES "metrics_shapes" ("id"),
    "sorted" INTEGER NOT NULL CHECK ("sorted" IN (0, 1)),
    "entry" BLOB NOT NULL
) STRICT;
