//! What is asked, with its mistakes told in terms of the flags.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use metrics_runtime::{
    Interval, InvalidQuery, Layout, QueryError, Scope, Series, SeriesQuery, Store, TimeRange,
};

use super::Query;
use crate::cli::arguments::{Usage, metric};
use crate::cli::figures::minute;
use crate::metrics;

/// A question about one metric, as of one moment.
pub(super) struct Question {
    pub(super) layout: Arc<Layout>,
    range: TimeRange,
    interval: Interval,
    /// The values that each dimension is narrowed to.
    filters: Vec<(String, Vec<String>)>,
    max_buckets: usize,
    now: DateTime<Utc>,
}

impl Question {
    pub(super) fn new(
        query: &Query,
        now: DateTime<Utc>,
        max_buckets: usize,
    ) -> Result<Self, Usage> {
        let question = Self {
            layout: Arc::clone(metric(&metrics::registry(), &query.metric)?),
            range: range(query, now)?,
            interval: query.interval,
            filters: by_dimension(&query.filters),
            max_buckets,
            now,
        };
        question.query(&question.filters)?;
        query
            .group_by
            .iter()
            .try_for_each(|dimension| question.check_group_by(dimension))?;
        Ok(question)
    }

    fn check_group_by(&self, dimension: &str) -> Result<(), Usage> {
        let schema = self.layout.schema;
        let known: Vec<_> = schema.dimensions.iter().map(|known| known.name).collect();
        if known.contains(&dimension) {
            return Ok(());
        }
        Err(Usage(format!(
            "--group-by: {} has no dimension {dimension:?}: it has {}",
            schema.name,
            known.join(", ")
        )))
    }

    pub(super) fn series(&self, store: &Store) -> anyhow::Result<Series> {
        self.load(store, &self.filters)
    }

    /// The series of one value of a dimension.
    pub(super) fn series_of(
        &self,
        store: &Store,
        dimension: &str,
        value: &str,
    ) -> anyhow::Result<Series> {
        let mut filters = self.filters.clone();
        filters.retain(|(name, _)| name != dimension);
        filters.push((dimension.to_owned(), vec![value.to_owned()]));
        self.load(store, &filters)
    }

    /// The values that a dimension is narrowed to, if it is.
    pub(super) fn values_of(&self, dimension: &str) -> Option<&[String]> {
        let mut filters = self.filters.iter();
        let (_, values) = filters.find(|(name, _)| name == dimension)?;
        Some(values)
    }

    fn load(&self, store: &Store, filters: &[(String, Vec<String>)]) -> anyhow::Result<Series> {
        match self.query(filters)?.load_at(store, self.now) {
            Ok(series) => Ok(series),
            Err(QueryError::Invalid(invalid)) => Err(at_flag(&invalid).into()),
            Err(QueryError::Store(error)) => Err(error.into()),
        }
    }

    fn query(&self, filters: &[(String, Vec<String>)]) -> Result<SeriesQuery, Usage> {
        let query = SeriesQuery::new(Arc::clone(&self.layout), Scope::everyone())
            .range(self.range)
            .interval(self.interval)
            .max_buckets(self.max_buckets);
        filters.iter().try_fold(query, |query, (name, values)| {
            query
                .filter(name, values)
                .map_err(|invalid| Usage(format!("--filter {name}: {invalid}")))
        })
    }
}

/// What is asked, as a heading.
impl std::fmt::Display for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (start, end) = (minute(self.range.start()), minute(self.range.end()));
        let name = self.layout.schema.name;
        write!(f, "{name} from {start} to {end} UTC by {}", self.interval)?;
        for (dimension, values) in &self.filters {
            write!(f, ", {dimension}={}", values.join("|"))?;
        }
        Ok(())
    }
}

fn range(query: &Query, now: DateTime<Utc>) -> Result<TimeRange, Usage> {
    let range = match query.start {
        Some(start) => TimeRange::new(start, query.end.unwrap_or(now)),
        None => TimeRange::last(&query.range, now),
    };
    range.map_err(|invalid| at_flag(&invalid))
}

/// The values of each dimension together: filters of one dimension widen each other.
fn by_dimension(filters: &[(String, String)]) -> Vec<(String, Vec<String>)> {
    let mut gathered: Vec<(String, Vec<String>)> = Vec::new();
    for (name, value) in filters {
        match gathered.iter_mut().find(|(known, _)| known == name) {
            Some((_, values)) => values.push(value.clone()),
            None => gathered.push((name.clone(), vec![value.clone()])),
        }
    }
    gathered
}

/// The parameter's flag: all but the range are called alike.
fn at_flag(invalid: &InvalidQuery) -> Usage {
    let flag = match invalid.field.as_ref() {
        "time_range" => "range",
        other => other,
    };
    Usage(format!("--{flag}: {invalid}"))
}
