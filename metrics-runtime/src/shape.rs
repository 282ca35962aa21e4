//! What rows of a bucket table consist of.
//!
//! It is plain data without a declaration behind it, since events in the journal outlive the program that wrote
//! them: they are added to their buckets as the table was when they were recorded.

use serde::{Deserialize, Serialize};

use crate::schema::MeasureKind;

/// The column that leads the key.
pub(crate) const OWNER: &str = "owner_id";

/// The column that ends it.
pub(crate) const LABELS: &str = "labels_id";

/// A bucket table as rows are written to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Shape {
    pub(crate) table: String,
    /// The dictionary behind [`OWNER`], if the table has that column.
    pub(crate) owners: Option<String>,
    /// The dictionary behind [`LABELS`], if the table has that column.
    pub(crate) labels: Option<String>,
    /// The stored intervals in seconds, in ascending order.
    pub(crate) intervals: Vec<i64>,
    pub(crate) measures: Vec<(String, MeasureKind)>,
}

impl Shape {
    /// The columns of the primary key, in order.
    pub(crate) fn key(&self) -> impl Iterator<Item = &'static str> + use<> {
        let owner = self.owners.as_ref().map(|_| OWNER);
        let labels = self.labels.as_ref().map(|_| LABELS);
        owner
            .into_iter()
            .chain(["bucket_interval", "bucket_timestamp"])
            .chain(labels)
    }

    /// The columns of the measures.
    pub(crate) fn measures(&self) -> impl Iterator<Item = &str> {
        self.measures.iter().map(|(name, _)| name.as_str())
    }

    /// The columns of a whole row: the key, `created_at`, the measures.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &str> {
        let fixed = self.key().chain(["created_at"]);
        fixed.map(|name| -> &str { name }).chain(self.measures())
    }

    /// How many values a whole row has.
    pub(crate) fn width(&self) -> usize {
        self.columns().count()
    }
}
