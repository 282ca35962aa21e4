//! What a metric is, as plain data.
//!
//! `#[derive(TimeSeriesMetric)]` writes one [`MetricSchema`] constant. Tables, statements, routes, permissions and
//! documentation are computed from it, here and downstream; nothing about a metric is written twice.

use crate::dimension::DimensionKind;
use crate::interval::Interval;

/// A declared metric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricSchema {
    /// The metric type, as events and responses name it: `server_installations`.
    pub name: &'static str,
    /// The table that holds the buckets: `server_install_metrics`.
    pub table: &'static str,
    /// The last part of the metric's URLs: `server-installs`.
    pub path: &'static str,
    /// The table's earlier name.
    pub renamed_from: Option<&'static str>,
    /// The struct's doc comment.
    pub description: &'static str,
    /// The stored intervals with their retention, finest first.
    pub levels: &'static [Level],
    /// When cleanup runs, as a cron expression in UTC; `None` is hourly, at a minute of the metric's own.
    pub cleanup: Option<&'static str>,
    /// When a collector counts it from existing data, as a cron expression in UTC; `None` if it is recorded.
    pub collect: Option<&'static str>,
    /// The global roles that hold `metrics.<table>.view`.
    pub view: &'static [&'static str],
    /// The global roles that hold `metrics.<table>.view_all`.
    pub view_all: &'static [&'static str],
    /// How many combinations of dimension values are told apart.
    pub max_series: u64,
    /// The dimensions, in the order of the fields.
    pub dimensions: &'static [Dimension],
    /// The measures, in the order of the fields.
    pub measures: &'static [Measure],
    /// Module, file and line of the declaration, for messages about conflicts.
    pub declared_at: &'static str,
}

impl MetricSchema {
    /// The permission to see one's own rows.
    #[must_use]
    pub fn view_permission(&self) -> String {
        format!("metrics.{}.view", self.table)
    }

    /// The permission to see everybody's rows.
    #[must_use]
    pub fn view_all_permission(&self) -> String {
        format!("metrics.{}.view_all", self.table)
    }

    /// The dimension with a role, if there is one: the user's or the team's.
    #[must_use]
    pub fn dimension_of(&self, role: DimensionRole) -> Option<&'static Dimension> {
        self.dimensions
            .iter()
            .find(|dimension| dimension.role == role)
    }

    /// When cleanup runs, as a cron expression in UTC: what is declared, or hourly at a minute of the metric's own,
    /// so that not all metrics are cleaned at once.
    #[must_use]
    pub fn cleanup_schedule(&self) -> String {
        let minute = self
            .table
            .bytes()
            .fold(0_u32, |hash, byte| (hash * 31 + u32::from(byte)) % 60);
        self.cleanup
            .map_or_else(|| format!("{minute} * * * *"), str::to_owned)
    }

    /// The first bucket start of which anything is still kept at `now`, both in epoch seconds.
    #[must_use]
    pub fn kept_from(&self, now: i64) -> i64 {
        let cutoffs = self.levels.iter().map(|level| level.cutoff(now));
        cutoffs.min().unwrap_or(now)
    }

    /// The seconds that anything of this metric is kept: the longest retention of its intervals.
    #[must_use]
    pub fn longest_retention(&self) -> i64 {
        self.levels
            .iter()
            .map(|level| level.retention_seconds)
            .max()
            .unwrap_or(0)
    }
}

impl Level {
    /// Whether the bucket that starts at `bucket` is still kept at `now`, both in epoch seconds.
    ///
    /// A bucket is kept while any part of it is younger than the retention, so that the oldest bucket of a range
    /// that reaches back as far as the retention is whole.
    #[must_use]
    pub fn keeps(&self, bucket: i64, now: i64) -> bool {
        bucket >= self.cutoff(now)
    }

    /// The first bucket start that is still kept at `now`, in epoch seconds.
    #[must_use]
    pub fn cutoff(&self, now: i64) -> i64 {
        self.interval.floor(now - self.retention_seconds)
    }
}

/// A stored interval and how long its buckets are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// The width of a bucket.
    pub interval: Interval,
    /// Seconds that a bucket is kept after it has ended.
    pub retention_seconds: i64,
}

/// A column that tells series apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dimension {
    /// The column: `server_id`.
    pub name: &'static str,
    /// The field's doc comment; empty if there is none.
    pub description: &'static str,
    /// What values it takes.
    pub kind: DimensionKind,
    /// What the column means to scopes.
    pub role: DimensionRole,
    /// The longest value in characters; only text has a limit.
    pub max_len: u32,
    /// What rows from before the dimension have, as a filter writes it; `None` is what stands for absence.
    pub default: Option<&'static str>,
    /// The column of another table whose deletion takes the buckets along.
    pub references: Option<Reference>,
    /// The column's earlier name.
    pub renamed_from: Option<&'static str>,
    /// Words that an enum had, each with the one that takes its rows over.
    pub former_words: &'static [(&'static str, &'static str)],
}

/// What a dimension means to a [`Scope`](crate::Scope).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DimensionRole {
    /// Marked `#[dimension(user)]`: whose row it is.
    User,
    /// Marked `#[dimension(team)]`: in which team.
    Team,
    /// Any other dimension.
    Label,
}

/// `table(column)`, the target of a foreign key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    /// The referenced table.
    pub table: &'static str,
    /// Its column, a primary or unique key.
    pub column: &'static str,
}

impl std::fmt::Display for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}({})", self.table, self.column)
    }
}

/// A number that is aggregated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    /// The column: `installation_count`.
    pub name: &'static str,
    /// The field's doc comment; empty if there is none.
    pub description: &'static str,
    /// What it counts: `bytes`, `minutes`.
    pub unit: Option<&'static str>,
    /// How values merge.
    pub kind: MeasureKind,
    /// The column's earlier name.
    pub renamed_from: Option<&'static str>,
}

/// The kinds of measures.
///
/// A kind answers three questions: how two values of a key merge in the UPSERT, how rows aggregate in a query,
/// and what a bucket without rows shows. Only state that merges is stored, never an average.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasureKind {
    /// Adds up: `n = n + excluded.n`, `SUM`, zero when empty.
    Counter,
}
