//! How a metric is laid out in tables.
//!
//! The buckets of a metric live in one table, whose key is as narrow as it can be: whose row it is, which interval,
//! which bucket, which labels. Dimension values are not repeated in it; a *dictionary* gives each combination of
//! them a small integer. There are at most two:
//!
//! - `<table>_owners` holds the dimensions that scopes are made of (user and team). Its id leads the key, so that
//!   one person's buckets of one interval lie side by side, ordered by time, and a deleted user takes them along
//!   by a range of the key.
//! - `<table>_labels` holds all other dimensions.
//!
//! A view, `<table>_view`, joins them back together for people and their own SQL.

use crate::dimension::Value;
use crate::schema::{Dimension, DimensionRole, Level, Measure, MetricSchema};
use crate::shape::{LABELS, OWNER, Shape};

/// The tables of one metric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The declaration.
    pub schema: &'static MetricSchema,
    /// The dictionary of the scope dimensions, if the metric has any.
    pub owners: Option<Dictionary>,
    /// The dictionary of the other dimensions, if the metric has any.
    pub labels: Option<Dictionary>,
    /// What the rows of the bucket table consist of.
    pub(crate) shape: Shape,
}

/// A table that gives each combination of some dimensions a small integer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dictionary {
    /// Its name.
    pub table: String,
    /// The column of the bucket table that holds its id.
    pub column: &'static str,
    /// The dimensions, with their index in [`MetricSchema::dimensions`], in the order of its unique key.
    pub dimensions: Vec<(usize, &'static Dimension)>,
}

impl Layout {
    /// The tables that `schema` is stored in.
    #[must_use]
    pub fn of(schema: &'static MetricSchema) -> Self {
        let dictionary = |suffix: &str, column, roles: &[DimensionRole]| {
            let of_role = |role: &DimensionRole| {
                let role = *role;
                schema
                    .dimensions
                    .iter()
                    .enumerate()
                    .filter(move |(_, dimension)| dimension.role == role)
            };
            let dimensions: Vec<_> = roles.iter().flat_map(of_role).collect();
            let table = format!("{}_{suffix}", schema.table);
            (!dimensions.is_empty()).then_some(Dictionary {
                table,
                column,
                dimensions,
            })
        };
        // The team comes first: its members' rows are found by a prefix of the unique key.
        let owners = dictionary("owners", OWNER, &[DimensionRole::Team, DimensionRole::User]);
        let labels = dictionary("labels", LABELS, &[DimensionRole::Label]);
        let table = |dictionary: &Dictionary| dictionary.table.clone();
        let seconds = |level: &Level| level.interval.seconds();
        let measure = |measure: &Measure| (measure.name.to_owned(), measure.kind);
        let shape = Shape {
            table: schema.table.to_owned(),
            owners: owners.as_ref().map(table),
            labels: labels.as_ref().map(table),
            intervals: schema.levels.iter().map(seconds).collect(),
            measures: schema.measures.iter().map(measure).collect(),
        };
        Self {
            schema,
            owners,
            labels,
            shape,
        }
    }

    /// The columns of the primary key, in order.
    pub fn key(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.shape.key()
    }

    /// The dictionaries there are, owners first.
    pub fn dictionaries(&self) -> impl Iterator<Item = &Dictionary> {
        self.owners.iter().chain(&self.labels)
    }

    /// The readable view.
    #[must_use]
    pub fn view(&self) -> String {
        format!("{}_view", self.schema.table)
    }
}

impl Dictionary {
    /// Whether it tells whose rows they are, and not how they are labelled.
    #[must_use]
    pub fn holds_owners(&self) -> bool {
        self.column == OWNER
    }

    /// Its values, out of those of all dimensions.
    pub(crate) fn pick<'v>(&self, values: &[Value<'v>]) -> Vec<Value<'v>> {
        let of = |(index, _): &(usize, &Dimension)| values[*index].clone();
        self.dimensions.iter().map(of).collect()
    }

    /// Whether a deleted row elsewhere takes rows of this dictionary along.
    #[must_use]
    pub fn has_references(&self) -> bool {
        self.dimensions
            .iter()
            .any(|(_, dimension)| dimension.references.is_some())
    }
}
