//! The definitions of the tables that the recorder keeps whatever the metrics are, as the text of migrations.

use crate::backend::Backend;

/// What the recorder keeps besides the metrics. Each part came with a version, and so with a migration, of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuntimeTables {
    /// The ids of recorded batches.
    Batches,
    /// Events that are committed and not yet added to their buckets.
    Journal,
    /// Up to when the metrics of collectors are collected.
    Watermarks,
}

impl RuntimeTables {
    /// All of them, in the order in which they came.
    pub(crate) const ALL: [Self; 3] = [Self::Batches, Self::Journal, Self::Watermarks];

    /// What the lock file calls them.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Batches => "metrics_batches",
            Self::Journal => "metrics_journal",
            Self::Watermarks => "metrics_watermarks",
        }
    }

    /// Makes them.
    pub(crate) fn create(self, backend: Backend) -> &'static str {
        match (self, backend) {
            (Self::Batches, Backend::Sqlite) => CREATE_BATCHES_SQLITE,
            (Self::Batches, Backend::Postgres) => CREATE_BATCHES_POSTGRES,
            (Self::Journal, Backend::Sqlite) => CREATE_JOURNAL,
            (Self::Journal, Backend::Postgres) => NO_JOURNAL,
            (Self::Watermarks, Backend::Sqlite) => CREATE_WATERMARKS_SQLITE,
            (Self::Watermarks, Backend::Postgres) => CREATE_WATERMARKS_POSTGRES,
        }
    }

    /// The way back. What is in the journal has been folded by whoever stopped the recorder.
    pub(crate) fn drop(self, backend: Backend) -> &'static str {
        match (self, backend) {
            (Self::Batches, _) => "DROP TABLE \"metrics_batches\";\n",
            (Self::Journal, Backend::Sqlite) => {
                "DROP TABLE \"metrics_journal\";\nDROP TABLE \"metrics_shapes\";\n"
            }
            (Self::Journal, Backend::Postgres) => NO_JOURNAL,
            (Self::Watermarks, _) => "DROP TABLE \"metrics_watermarks\";\n",
        }
    }
}

const CREATE_BATCHES_SQLITE: &str = r#"-- The ids of recorded batches, each with the answer that was given: the same id again is counted once.
CREATE TABLE "metrics_batches" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "forget_at" INTEGER NOT NULL,
    "receipt" TEXT NOT NULL
) STRICT;
CREATE INDEX "metrics_batches_forget_at" ON "metrics_batches" ("forget_at");
"#;

const CREATE_BATCHES_POSTGRES: &str = r#"-- The ids of recorded batches, each with the answer that was given: the same id again is counted once.
CREATE TABLE "metrics_batches" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "forget_at" BIGINT NOT NULL,
    "receipt" TEXT NOT NULL
);
CREATE INDEX "metrics_batches_forget_at" ON "metrics_batches" ("forget_at");
"#;

const CREATE_JOURNAL: &str = r#"-- What the entries of the journal consist of: one row for each metric and each shape that it has had.
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
"#;

const CREATE_WATERMARKS_SQLITE: &str = r#"-- Up to when each metric of a collector is collected, in epoch seconds, by the name of its table. The version grows with
-- everything that is counted for it, so that what two processes have found at the same time is counted once.
CREATE TABLE "metrics_watermarks" (
    "metric" TEXT NOT NULL PRIMARY KEY,
    "collected_until" INTEGER NOT NULL,
    "version" INTEGER NOT NULL
) STRICT;
"#;

const CREATE_WATERMARKS_POSTGRES: &str = r#"-- Up to when each metric of a collector is collected, in epoch seconds, by the name of its table. The version grows with
-- everything that is counted for it, so that what two processes have found at the same time is counted once.
CREATE TABLE "metrics_watermarks" (
    "metric" TEXT NOT NULL PRIMARY KEY,
    "collected_until" BIGINT NOT NULL,
    "version" BIGINT NOT NULL
);
"#;

const NO_JOURNAL: &str =
    "-- PostgreSQL needs no journal: its own log is one.\nSELECT 'nothing to do';\n";
