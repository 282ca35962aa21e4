//! What is asked, with its mistakes told in terms of the flags.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use metrics_runtime::{
    Interval, InvalidQuery, Layout, QueryError, Scope, Series, SeriesQuery, Store, TimeRange, Zone,
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
    /// By which dimension, and how many groups.
    grouping: Option<(String, u32)>,
    zone: Option<Zone>,
    /// Whether the range before is asked for, too.
    compare: bool,
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
            grouping: query
                .group_by
                .clone()
                .map(|dimension| (dimension, query.top)),
            zone: query.tz,
            compare: query.compare,
            max_buckets,
            now,
        };
        question.query()?;
        Ok(question)
    }

    pub(super) fn series(&self, store: &Store) -> anyhow::Result<Series> {
        match self.query()?.load_at(store, self.now) {
            Ok(series) => Ok(series),
            Err(QueryError::Invalid(invalid)) => Err(at_flag(&invalid).into()),
            Err(QueryError::Store(error)) => Err(error.into()),
        }
    }

    fn query(&self) -> Result<SeriesQuery, Usage> {
        let mut query = SeriesQuery::new(Arc::clone(&self.layout), Scope::everyone())
            .range(self.range)
            .interval(self.interval)
            .max_buckets(self.max_buckets)
            .with_completeness();
        for (name, values) in &self.filters {
            let filtered = query.filter(name, values);
            query = filtered.map_err(|invalid| Usage(format!("--filter {name}: {invalid}")))?;
        }
        if let Some(zone) = self.zone {
            query = query.zone(zone);
        }
        if self.compare {
            query = query.compare_previous();
        }
        if let Some((dimension, top)) = &self.grouping {
            let grouped = query.group_by(dimension, *top);
            query = grouped.map_err(|invalid| at_flag(&invalid))?;
        }
        Ok(query)
    }
}

/// What is asked, as a heading.
impl std::fmt::Display for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (start, end) = (minute(self.range.start()), minute(self.range.end()));
        let name = self.layout.schema.name;
        write!(f, "{name} from {start} to {end} UTC by {}", self.interval)?;
        if let Some(zone) = self.zone {
            write!(f, " in {zone}")?;
        }
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

/// The parameter's flag: all but two are called alike.
fn at_flag(invalid: &InvalidQuery) -> Usage {
    let flag = match invalid.field.as_ref() {
        "time_range" => "range",
        "group_by" => "group-by",
        other => other,
    };
    Usage(format!("--{flag}: {invalid}"))
}
