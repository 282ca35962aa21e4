//! What a plan loses, and how many rows that concerns.

use std::fmt;

use super::change::Change;
use crate::schema::MetricSchema;
use crate::sql::{rows_at, rows_of, rows_with};

/// Something that is gone after a migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// What is lost, or what should be declared so that it is not.
    pub words: String,
    /// The query that counts the rows that are concerned.
    pub(crate) rows: Option<String>,
}

impl Loss {
    /// A metric with all its rows.
    pub(super) fn of_metric(schema: &MetricSchema) -> Self {
        Self {
            words: format!("drop {} with all that was counted", schema.table),
            rows: Some(rows_of(schema.table)),
        }
    }

    /// What a change of a metric that is stored as `old` loses.
    pub(super) fn of_change(old: &MetricSchema, table: &str, change: &Change) -> Option<Self> {
        let rows = match change {
            Change::MeasureRemoved(name) => rows_with(old.table, name),
            Change::DimensionRemoved(_) | Change::WordsMerged { .. } => rows_of(old.table),
            Change::IntervalRemoved(interval) => rows_at(old.table, *interval),
            _ => return None,
        };
        Some(Self {
            words: format!("{table}: {change}"),
            rows: Some(rows),
        })
    }

    /// A declaration that may be missing.
    pub(super) fn hint(words: String) -> Self {
        Self { words, rows: None }
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}
