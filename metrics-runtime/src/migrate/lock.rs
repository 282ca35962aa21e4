//! What the committed migrations amount to, as a file that reads well in a review.
//!
//! It holds what the tables of each metric are made from, and nothing that does not show in them: retention,
//! `max_series`, roles and lengths change without a migration.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::history::Entry;
use crate::backend::Scale;
use crate::dimension::DimensionKind;
use crate::interval::Interval;
use crate::layout::Layout;
use crate::schema::{
    Dimension, DimensionRole, Level, Measure, MeasureKind, MetricSchema, Reference,
};

/// The format that this version writes, and the only one that it reads.
const FORMAT: u32 = 2;

/// The lock file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lock {
    format: u32,
    /// What spreads the tables, if anything does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) scale: Option<Scale>,
    /// The recorder's own tables that are there.
    pub(super) runtime: BTreeSet<String>,
    /// The metrics by table.
    pub(super) metrics: BTreeMap<String, LockedMetric>,
    /// The generated migrations, oldest first, chained by hash.
    pub(super) migrations: Vec<Entry>,
}

/// A metric as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LockedMetric {
    /// The metric type.
    metric: String,
    /// The stored intervals, as `15m`.
    intervals: Vec<String>,
    dimensions: Vec<LockedDimension>,
    measures: Vec<LockedMeasure>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LockedDimension {
    column: String,
    role: Role,
    kind: Kind,
    /// Those of an enum.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    words: Vec<String>,
    /// `users(id)`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    references: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LockedMeasure {
    column: String,
    kind: Measured,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Role {
    User,
    Team,
    Label,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Text,
    Integer,
    Boolean,
    Uuid,
    Enum,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Measured {
    Counter,
}

impl Default for Lock {
    fn default() -> Self {
        Self {
            format: FORMAT,
            scale: None,
            runtime: BTreeSet::new(),
            metrics: BTreeMap::new(),
            migrations: Vec::new(),
        }
    }
}

impl Lock {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Format {
            format: u32,
        }
        let Format { format } = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if format != FORMAT {
            return Err(format!(
                "it has format {format}, this version reads format {FORMAT}: use the version that wrote it, or delete \
                 it and the migrations that are recorded in it, and generate them anew"
            ));
        }
        let lock: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        // Whoever reads the layouts later need not ask again.
        lock.layouts().map(|_| lock.clone())
    }

    /// The canonical text: whatever amounts to the same is written the same.
    pub(super) fn render(&self) -> String {
        let text =
            serde_json::to_string_pretty(self).expect("strings and maps of strings are JSON");
        one_line_each(&text)
    }

    /// The layouts of all metrics.
    pub(super) fn layouts(&self) -> Result<Vec<Arc<Layout>>, String> {
        self.metrics
            .iter()
            .map(|(table, metric)| metric.layout(table))
            .collect()
    }
}

impl LockedMetric {
    pub(super) fn of(schema: &MetricSchema) -> Self {
        let levels = schema.levels.iter().map(|level| level.interval.to_string());
        Self {
            metric: schema.name.to_owned(),
            intervals: levels.collect(),
            dimensions: schema.dimensions.iter().map(LockedDimension::of).collect(),
            measures: schema.measures.iter().map(LockedMeasure::of).collect(),
        }
    }

    /// The layout that the metric has in the database.
    ///
    /// A layout refers to a schema that lives as long as the program, as a declaration does. This one does, too:
    /// a command reads a lock file once and ends.
    fn layout(&self, table: &str) -> Result<Arc<Layout>, String> {
        let levels: Result<Vec<_>, String> =
            self.intervals.iter().map(|text| level(text)).collect();
        let dimensions: Result<Vec<_>, String> = self
            .dimensions
            .iter()
            .map(LockedDimension::schema)
            .collect();
        let measures: Vec<_> = self.measures.iter().map(LockedMeasure::schema).collect();
        let schema = MetricSchema {
            name: kept(&self.metric),
            table: kept(table),
            path: "",
            renamed_from: None,
            description: "",
            levels: levels?.leak(),
            cleanup: None,
            collect: None,
            view: &[],
            view_all: &[],
            max_series: 0,
            dimensions: dimensions?.leak(),
            measures: measures.leak(),
            declared_at: "the lock file",
        };
        Ok(Arc::new(Layout::of(Box::leak(Box::new(schema)))))
    }
}

impl LockedDimension {
    fn of(dimension: &Dimension) -> Self {
        let (kind, words) = match dimension.kind {
            DimensionKind::Text => (Kind::Text, &[][..]),
            DimensionKind::Integer => (Kind::Integer, &[][..]),
            DimensionKind::Boolean => (Kind::Boolean, &[][..]),
            DimensionKind::Uuid => (Kind::Uuid, &[][..]),
            DimensionKind::Enum(words) => (Kind::Enum, words),
        };
        let role = match dimension.role {
            DimensionRole::User => Role::User,
            DimensionRole::Team => Role::Team,
            DimensionRole::Label => Role::Label,
        };
        Self {
            column: dimension.name.to_owned(),
            role,
            kind,
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            references: dimension.references.map(|to| to.to_string()),
        }
    }

    fn schema(&self) -> Result<Dimension, String> {
        let words = || self.words.iter().map(|word| kept(word)).collect::<Vec<_>>();
        let kind = match self.kind {
            Kind::Text => DimensionKind::Text,
            Kind::Integer => DimensionKind::Integer,
            Kind::Boolean => DimensionKind::Boolean,
            Kind::Uuid => DimensionKind::Uuid,
            Kind::Enum => DimensionKind::Enum(words().leak()),
        };
        let role = match self.role {
            Role::User => DimensionRole::User,
            Role::Team => DimensionRole::Team,
            Role::Label => DimensionRole::Label,
        };
        Ok(Dimension {
            name: kept(&self.column),
            description: "",
            kind,
            role,
            max_len: u32::MAX,
            default: None,
            references: self.references.as_deref().map(reference).transpose()?,
            renamed_from: None,
            former_words: &[],
        })
    }
}

impl LockedMeasure {
    fn of(measure: &Measure) -> Self {
        let kind = match measure.kind {
            MeasureKind::Counter => Measured::Counter,
        };
        Self {
            column: measure.name.to_owned(),
            kind,
        }
    }

    fn schema(&self) -> Measure {
        let kind = match self.kind {
            Measured::Counter => MeasureKind::Counter,
        };
        Measure {
            name: kept(&self.column),
            description: "",
            unit: None,
            kind,
            renamed_from: None,
        }
    }
}

fn level(text: &str) -> Result<Level, String> {
    let interval: Interval = text
        .parse()
        .map_err(|error: crate::interval::InvalidInterval| error.to_string())?;
    Ok(Level {
        interval,
        retention_seconds: 0,
    })
}

fn reference(text: &str) -> Result<Reference, String> {
    let parts = text.strip_suffix(')').and_then(|text| text.split_once('('));
    let (table, column) =
        parts.ok_or_else(|| format!("\"{text}\" does not read \"table(column)\""))?;
    Ok(Reference {
        table: kept(table),
        column: kept(column),
    })
}

fn kept(text: &str) -> &'static str {
    text.to_owned().leak()
}

/// Puts what has no objects within itself on one line, so that a column is a line in a review.
fn one_line_each(pretty: &str) -> String {
    let mut blocks: Vec<Vec<String>> = vec![Vec::new()];
    for line in pretty.lines() {
        let text = line.trim_start();
        if line.ends_with(['{', '[']) {
            blocks.push(vec![line.to_owned()]);
            continue;
        }
        let block = blocks
            .last_mut()
            .expect("the outermost block is never closed");
        block.push(line.to_owned());
        if text.starts_with(['}', ']']) {
            let closed = blocks.pop().expect("it was opened");
            blocks
                .last_mut()
                .expect("it was opened within another")
                .extend(folded(closed));
        }
    }
    blocks.concat().join("\n") + "\n"
}

fn folded(block: Vec<String>) -> Vec<String> {
    if block[1..].iter().any(|line| line.contains('{')) {
        return block;
    }
    let (first, rest) = (&block[0], block[1..].iter().map(|line| line.trim_start()));
    let space = if first.ends_with('{') { " " } else { "" };
    let line = rest.fold(first.clone(), |line, next| {
        match (line.ends_with(','), next.starts_with(['}', ']'])) {
            (true, _) => format!("{line} {next}"),
            (false, _) => format!("{line}{space}{next}"),
        }
    });
    vec![line]
}
