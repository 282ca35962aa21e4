//! Queries that answer in a metric's own buckets.

use std::marker::PhantomData;
use std::sync::Arc;

use super::TimeSeriesMetric;
use crate::error::{InvalidQuery, QueryError};
use crate::interval::Interval;
use crate::layout::Layout;
use crate::query::SeriesQuery;
use crate::scope::Scope;
use crate::series::Series;
use crate::store::Store;
use crate::time_range::TimeRange;
use crate::typed::{Filters, MetricFilter};
use crate::zone::Zone;

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

    /// As [`SeriesQuery::zone`].
    #[must_use]
    pub fn zone(self, zone: Zone) -> Self {
        Self {
            query: self.query.zone(zone),
            ..self
        }
    }

    /// As [`SeriesQuery::group_by`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn group_by(self, dimension: &str, top: u32) -> Result<Self, InvalidQuery> {
        Ok(Self {
            query: self.query.group_by(dimension, top)?,
            ..self
        })
    }

    /// As [`SeriesQuery::compare_previous`].
    #[must_use]
    pub fn compare_previous(self) -> Self {
        Self {
            query: self.query.compare_previous(),
            ..self
        }
    }

    /// As [`SeriesQuery::with_completeness`].
    #[must_use]
    pub fn with_completeness(self) -> Self {
        Self {
            query: self.query.with_completeness(),
            ..self
        }
    }

    /// Narrows dimensions, each to any of a list of values.
    #[must_use]
    pub fn filter(self, filter: M::Filter) -> Self {
        let mut filters = Filters::default();
        filter.apply(&mut filters);
        Self {
            query: self.query.narrowed(filters),
            ..self
        }
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
