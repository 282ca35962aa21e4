//! Questions: whose rows, of which time, in which buckets, narrowed to what.

use std::marker::PhantomData;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::dimension::Value;
use crate::error::{InvalidQuery, QueryError};
use crate::interval::Interval;
use crate::layout::Layout;
use crate::metric::{Filters, MetricFilter, TimeSeriesMetric};
use crate::schema::Level;
use crate::scope::Scope;
use crate::series::{Series, beyond_64_bits};
use crate::sql::BucketSums;
use crate::store::{ReadError, Store};
use crate::time_range::TimeRange;

/// Buckets that a query may ask for, unless it says otherwise.
pub const DEFAULT_MAX_BUCKETS: usize = 10_000;

/// Values that a filter may list.
const MAX_FILTER_VALUES: usize = 100;

/// A query of one metric, which cannot be built without a [`Scope`].
///
/// Unless told otherwise it asks for the last 24 hours in buckets of an hour.
#[derive(Debug, Clone)]
pub struct SeriesQuery {
    layout: Arc<Layout>,
    scope: Scope,
    range: Option<TimeRange>,
    interval: Interval,
    filters: Vec<(&'static str, Vec<Value<'static>>)>,
    max_buckets: usize,
}

impl SeriesQuery {
    /// A query of the rows of `scope`.
    #[must_use]
    pub fn new(layout: Arc<Layout>, scope: Scope) -> Self {
        let interval = Interval::HOUR;
        Self {
            layout,
            scope,
            range: None,
            interval,
            filters: Vec::new(),
            max_buckets: DEFAULT_MAX_BUCKETS,
        }
    }

    /// Asks for a range of time.
    #[must_use]
    pub fn range(self, range: TimeRange) -> Self {
        Self {
            range: Some(range),
            ..self
        }
    }

    /// Asks for buckets of this width: a stored interval, or a multiple of one.
    #[must_use]
    pub fn interval(self, interval: Interval) -> Self {
        Self { interval, ..self }
    }

    /// Allows this many buckets.
    #[must_use]
    pub fn max_buckets(self, max_buckets: usize) -> Self {
        Self {
            max_buckets,
            ..self
        }
    }

    /// Narrows a dimension to any of `values`, given as text.
    ///
    /// # Errors
    ///
    /// When the metric has no such dimension, or a value is not of its kind.
    pub fn filter(mut self, dimension: &str, values: &[String]) -> Result<Self, InvalidQuery> {
        let schema = self.layout.schema;
        let Some(dimension) = schema
            .dimensions
            .iter()
            .find(|known| known.name == dimension)
        else {
            let known: Vec<_> = schema
                .dimensions
                .iter()
                .map(|dimension| dimension.name)
                .collect();
            let reason = format!(
                "{} has no dimension \"{dimension}\": it has {}",
                schema.name,
                known.join(", ")
            );
            return Err(InvalidQuery::new(dimension.to_owned(), reason));
        };
        let parse = |value: &String| {
            let parsed = dimension.kind.parse(value, dimension.max_len);
            parsed.map(Value::into_owned)
        };
        let values = values.iter().map(parse).collect::<Result<Vec<_>, _>>();
        let values = values.map_err(|reason| InvalidQuery::new(dimension.name, reason))?;
        if values.len() > MAX_FILTER_VALUES {
            let reason = format!(
                "{} lists {} values, {MAX_FILTER_VALUES} are allowed",
                dimension.name,
                values.len()
            );
            return Err(InvalidQuery::new(dimension.name, reason));
        }
        self.filters.push((dimension.name, values));
        Ok(self)
    }

    /// Asks `store`.
    ///
    /// # Errors
    ///
    /// When the query cannot be answered as it stands, or the database does not answer.
    pub fn load(&self, store: &Store) -> Result<Series, QueryError> {
        self.load_at(store, Utc::now())
    }

    /// Asks `store` as if it were `now`: what is kept, and which range is the last day, follow from it.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    pub fn load_at(&self, store: &Store, now: DateTime<Utc>) -> Result<Series, QueryError> {
        let range = match self.range {
            Some(range) => range,
            None => TimeRange::last("24h", now)?,
        };
        let scope = self.scope.predicate(self.layout.schema)?;
        let level = self.source(range, now.timestamp())?;
        let shown =
            |(name, values): &(&'static str, Vec<Value<'static>>)| (*name, self.show(name, values));
        let fixed = scope
            .iter()
            .map(|(name, value)| (*name, self.show(name, std::slice::from_ref(value))));
        let filters = fixed.chain(self.filters.iter().map(shown)).collect();
        let mut series = Series::empty(self.layout.schema, range, self.interval, filters);
        let (first, end) = range.aligned(self.interval);
        let interval = level.interval.seconds();
        let sums = BucketSums {
            layout: &self.layout,
            scope,
            filters: self.filters.clone(),
            interval,
            first,
            end,
            rows: None,
        };
        let rows = store.bucket_sums(sums).map_err(|error| match error {
            ReadError::OutOfRange => QueryError::Invalid(beyond_64_bits(None)),
            ReadError::Store(error) => QueryError::Store(error),
        })?;
        for row in rows {
            series.merge(row.0[0], &row.0[1..])?;
        }
        Ok(series)
    }

    fn show(&self, dimension: &str, values: &[Value<'_>]) -> Vec<String> {
        let dimension = self
            .layout
            .schema
            .dimensions
            .iter()
            .find(|known| known.name == dimension);
        let kind = dimension
            .expect("filters name dimensions of the metric")
            .kind;
        values.iter().map(|value| kind.show(value)).collect()
    }

    /// The stored interval to read: the coarsest that the buckets are made of and that is kept for long enough.
    fn source(&self, range: TimeRange, now: i64) -> Result<Level, InvalidQuery> {
        let schema = self.layout.schema;
        self.check_count(range, now)?;
        let made_of = |level: &&Level| self.interval.is_made_of(level.interval);
        if !schema.levels.iter().any(|level| made_of(&level)) {
            let reason = format!(
                "{} has no buckets of {}: {}",
                schema.name,
                self.interval,
                would_do(schema.levels.iter())
            );
            return Err(InvalidQuery::new("interval", reason));
        }
        let first = range.aligned(self.interval).0;
        let keeps = |level: &&Level| level.keeps(first, now);
        if let Some(level) = schema.levels.iter().rev().filter(made_of).find(keeps) {
            return Ok(*level);
        }
        let long_enough: Vec<_> = schema.levels.iter().filter(keeps).collect();
        if long_enough.is_empty() {
            let kept = days(schema.longest_retention());
            let reason = format!(
                "the range reaches beyond what is kept of {}: {kept}",
                schema.name
            );
            return Err(InvalidQuery::new("time_range", reason));
        }
        let reason = format!(
            "the range reaches beyond what is kept in buckets of {}: {}",
            self.interval,
            would_do(long_enough.into_iter())
        );
        Err(InvalidQuery::new("interval", reason))
    }

    fn check_count(&self, range: TimeRange, now: i64) -> Result<(), InvalidQuery> {
        let count = range.bucket_count(self.interval);
        if count <= self.max_buckets {
            return Ok(());
        }
        let fits = |level: &&Level| {
            range.bucket_count(level.interval) <= self.max_buckets
                && level.keeps(range.aligned(level.interval).0, now)
        };
        let coarser: Vec<_> = self.layout.schema.levels.iter().filter(fits).collect();
        let remedy = match coarser.is_empty() {
            true => "ask for a shorter range".to_owned(),
            false => would_do(coarser.into_iter()),
        };
        let (max, interval) = (self.max_buckets, self.interval);
        let reason =
            format!("the range has {count} buckets of {interval}, {max} are allowed: {remedy}");
        Err(InvalidQuery::new("interval", reason))
    }
}

fn would_do<'a>(levels: impl Iterator<Item = &'a Level>) -> String {
    let intervals: Vec<_> = levels.map(|level| level.interval.to_string()).collect();
    format!("interval {} would do", intervals.join(" or "))
}

fn days(seconds: i64) -> String {
    if seconds % 86_400 == 0 {
        format!("{} days", seconds / 86_400)
    } else {
        format!("{} hours", seconds / 3_600)
    }
}

/// A [`SeriesQuery`] that answers in a metric's own buckets. Made by [`TimeSeriesMetric::query`].
#[derive(Debug, Clone)]
pub struct MetricQuery<M> {
    query: SeriesQuery,
    metric: PhantomData<M>,
}

impl<M: TimeSeriesMetric> MetricQuery<M> {
    pub(crate) fn new(scope: Scope) -> Self {
        Self {
            query: SeriesQuery::new(Arc::new(Layout::of(M::SCHEMA)), scope),
            metric: PhantomData,
        }
    }

    /// Asks for a range of time.
    #[must_use]
    pub fn range(self, range: TimeRange) -> Self {
        Self {
            query: self.query.range(range),
            ..self
        }
    }

    /// Asks for buckets of this width: a stored interval, or a multiple of one.
    #[must_use]
    pub fn interval(self, interval: Interval) -> Self {
        Self {
            query: self.query.interval(interval),
            ..self
        }
    }

    /// Narrows dimensions, each to any of a list of values.
    #[must_use]
    pub fn filter(mut self, filter: M::Filter) -> Self {
        let mut filters = Filters::default();
        filter.apply(&mut filters);
        self.query.filters.extend(filters.0);
        self
    }

    /// The series, with its summary.
    ///
    /// # Errors
    ///
    /// As [`SeriesQuery::load`].
    pub fn series(&self, store: &Store) -> Result<Series, QueryError> {
        self.query.load(store)
    }

    /// The buckets.
    ///
    /// # Errors
    ///
    /// As [`SeriesQuery::load`].
    pub fn load(&self, store: &Store) -> Result<Vec<M::Bucket>, QueryError> {
        Ok(self.series(store)?.typed())
    }
}
