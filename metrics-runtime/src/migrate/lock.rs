//! What the committed migrations amount to, as a file that reads well in a review.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::dimension::DimensionKind;
use crate::layout::{Dictionary, Layout};
use crate::schema::{Measure, MeasureKind};

/// The format that this version writes.
const FORMAT: u32 = 1;

/// The lock file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lock {
    format: u32,
    /// The recorder's own tables, and the migrations that make them.
    #[serde(default)]
    pub(super) runtime: BTreeMap<String, String>,
    /// The metrics by table.
    pub(super) metrics: BTreeMap<String, LockedMetric>,
}

/// A metric as it is stored. What does not show in tables, such as retention or roles, is not in here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LockedMetric {
    /// The migration that brought it to this state.
    pub(super) migration: String,
    /// The stored intervals, as `15m`.
    pub(super) intervals: Vec<String>,
    /// The dimensions that scopes are made of.
    pub(super) owners: BTreeMap<String, String>,
    /// The other dimensions: what each column holds and refers to, in words.
    pub(super) labels: BTreeMap<String, String>,
    /// The measures: what each column holds, in words.
    pub(super) measures: BTreeMap<String, String>,
}

impl Default for Lock {
    fn default() -> Self {
        Self {
            format: FORMAT,
            runtime: BTreeMap::new(),
            metrics: BTreeMap::new(),
        }
    }
}

impl Lock {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let lock: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if lock.format == FORMAT {
            return Ok(lock);
        }
        Err(format!(
            "it has format {}, this program reads {FORMAT}: use the version that wrote it",
            lock.format
        ))
    }

    pub(super) fn render(&self) -> String {
        let text =
            serde_json::to_string_pretty(self).expect("strings and maps of strings are JSON");
        text + "\n"
    }
}

impl LockedMetric {
    pub(super) fn of(layout: &Layout, migration: &str) -> Self {
        Self {
            migration: migration.to_owned(),
            intervals: layout
                .schema
                .levels
                .iter()
                .map(|level| level.interval.to_string())
                .collect(),
            owners: layout.owners.as_ref().map(columns).unwrap_or_default(),
            labels: layout.labels.as_ref().map(columns).unwrap_or_default(),
            measures: layout.schema.measures.iter().map(measure).collect(),
        }
    }
}

fn columns(dictionary: &Dictionary) -> BTreeMap<String, String> {
    let words = |(_, dimension): &(usize, &'static crate::Dimension)| {
        let kind = match dimension.kind {
            DimensionKind::Text => "text".to_owned(),
            DimensionKind::Integer => "integer".to_owned(),
            DimensionKind::Boolean => "boolean".to_owned(),
            DimensionKind::Uuid => "uuid".to_owned(),
            DimensionKind::Enum(words) => format!("one of {}", words.join(", ")),
        };
        let reference = dimension
            .references
            .map(|to| format!(", references {}({})", to.table, to.column));
        (
            dimension.name.to_owned(),
            kind + &reference.unwrap_or_default(),
        )
    };
    dictionary.dimensions.iter().map(words).collect()
}

fn measure(measure: &Measure) -> (String, String) {
    let kind = match measure.kind {
        MeasureKind::Counter => "counter",
    };
    (measure.name.to_owned(), kind.to_owned())
}
