//! Questions: whose rows, of which time, in which buckets, narrowed to what.

mod answer;
mod source;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::dimension::Value;
use crate::error::{InvalidQuery, QueryError};
use crate::interval::Interval;
use crate::layout::Layout;
use crate::schema::Dimension;
use crate::scope::Scope;
use crate::series::Series;
use crate::store::{Grouping, Store};
use crate::time_range::TimeRange;
use crate::typed::Filters;
use crate::zone::Zone;

/// Buckets that a query may ask for, unless it says otherwise.
pub const DEFAULT_MAX_BUCKETS: usize = 10_000;

/// Groups that are told apart, unless a query says otherwise.
pub const DEFAULT_TOP: u32 = 10;

/// Groups that a query may tell apart.
pub const MAX_TOP: u32 = 100;

/// How many times as many buckets the groups of a query may have together as it may have without groups.
const GROUPED_BUCKETS: usize = 10;

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
    zone: Option<Zone>,
    grouping: Option<Grouping>,
    compare_previous: bool,
    completeness: bool,
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
            zone: None,
            grouping: None,
            compare_previous: false,
            completeness: false,
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
        let dimension = self.dimension(dimension).map_err(|reason| {
            // Over HTTP a filter is a parameter of the dimension's name.
            InvalidQuery::new(dimension.to_owned(), reason)
        })?;
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

    /// Narrows dimensions to values of their kinds.
    pub(crate) fn narrowed(mut self, filters: Filters) -> Self {
        self.filters.extend(filters.0);
        self
    }

    /// Lets days, and what is made of them, begin at midnight in a zone: on days on which clocks are changed they
    /// have 23 or 25 hours. They are summed from the coarsest stored interval that divides all of them.
    ///
    /// ```
    /// # use metrics_runtime::{Interval, Scope, SeriesQuery, TimeSeriesMetric, Layout};
    /// # /// Pages shown.
    /// # #[derive(TimeSeriesMetric)]
    /// # struct PageView { #[dimension(team)] team_id: String, #[counter] views: u64 }
    /// # let layout = std::sync::Arc::new(Layout::of(PageView::SCHEMA));
    /// let query = SeriesQuery::new(layout, Scope::team("web"))
    ///     .interval(Interval::DAY)
    ///     .zone("Europe/Berlin".parse()?);
    /// # Ok::<(), metrics_runtime::InvalidQuery>(())
    /// ```
    #[must_use]
    pub fn zone(self, zone: Zone) -> Self {
        Self {
            zone: Some(zone),
            ..self
        }
    }

    /// Asks for the series of each value of a dimension too: of the `top` with the largest totals of the first
    /// measure, and of all others together. Where totals are equal, the next measure decides, and then the value.
    ///
    /// ```
    /// # use metrics_runtime::{GroupName, Scope, SeriesQuery, Store, TimeSeriesMetric, Layout};
    /// # /// Pages shown.
    /// # #[derive(TimeSeriesMetric)]
    /// # struct PageView { #[dimension(team)] team_id: String, #[dimension] page: String, #[counter] views: u64 }
    /// # fn ask(store: &Store) -> Result<(), Box<dyn std::error::Error>> {
    /// # let layout = std::sync::Arc::new(Layout::of(PageView::SCHEMA));
    /// let series = SeriesQuery::new(layout, Scope::team("web")).group_by("page", 5)?.load(store)?;
    /// for group in series.groups() {
    ///     match &group.name {
    ///         GroupName::Value(page) => println!("{page}: {}", group.buckets.summary()[0].total),
    ///         GroupName::Overflow | GroupName::Other => {}
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the metric has no such dimension, the scope has decided on it already, or `top` is none or too many.
    pub fn group_by(self, dimension: &str, top: u32) -> Result<Self, InvalidQuery> {
        let dimension = self
            .dimension(dimension)
            .map_err(|reason| InvalidQuery::new("group_by", reason))?;
        let fixed = self.scope.predicate(self.layout.schema)?;
        if fixed.iter().any(|(name, _)| *name == dimension.name) {
            let reason = format!(
                "all rows here have the same {}: group by another dimension",
                dimension.name
            );
            return Err(InvalidQuery::new("group_by", reason));
        }
        if !(1..=MAX_TOP).contains(&top) {
            let reason = format!("top={top} is not a number from 1 to {MAX_TOP}");
            return Err(InvalidQuery::new("top", reason));
        }
        Ok(Self {
            grouping: Some(Grouping { dimension, top }),
            ..self
        })
    }

    /// Asks the same of the range of the same length that ends where this one starts, too. The bucket in which that
    /// moment lies is whole in both.
    ///
    /// What lies that far back may not be kept any more: the answer then says so, and is otherwise as it would be.
    ///
    /// ```
    /// # use metrics_runtime::{Scope, SeriesQuery, Store, TimeSeriesMetric, Layout};
    /// # /// Pages shown.
    /// # #[derive(TimeSeriesMetric)]
    /// # struct PageView { #[dimension(team)] team_id: String, #[counter] views: u64 }
    /// # fn ask(store: &Store) -> Result<(), Box<dyn std::error::Error>> {
    /// # let layout = std::sync::Arc::new(Layout::of(PageView::SCHEMA));
    /// let series = SeriesQuery::new(layout, Scope::team("web")).compare_previous().load(store)?;
    /// if let Some(percent) = series.changes().first().and_then(|change| change.percent) {
    ///     println!("{percent:+} %");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn compare_previous(self) -> Self {
        Self {
            compare_previous: true,
            ..self
        }
    }

    /// Asks how much of the series is final, too.
    ///
    /// ```
    /// # use metrics_runtime::{Scope, SeriesQuery, Store, TimeSeriesMetric, Layout};
    /// # /// Pages shown.
    /// # #[derive(TimeSeriesMetric)]
    /// # struct PageView { #[dimension(team)] team_id: String, #[counter] views: u64 }
    /// # fn ask(store: &Store) -> Result<(), Box<dyn std::error::Error>> {
    /// # let layout = std::sync::Arc::new(Layout::of(PageView::SCHEMA));
    /// let series = SeriesQuery::new(layout, Scope::team("web")).with_completeness().load(store)?;
    /// let complete = series.completeness().map_or(0, |completeness| completeness.final_buckets);
    /// for (start, measures) in series.buckets().take(complete) {
    ///     println!("{start}: {} views, and no more to come", measures[0]);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_completeness(self) -> Self {
        Self {
            completeness: true,
            ..self
        }
    }

    /// Whether time alone can change what is answered about a range that stays.
    #[cfg(feature = "web")]
    pub(crate) fn ages(&self) -> bool {
        self.completeness
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
        self.answer(store, range, now)
    }

    /// The dimension of a name, or the sentence that there is none.
    fn dimension(&self, name: &str) -> Result<&'static Dimension, String> {
        let schema = self.layout.schema;
        let mut dimensions = schema.dimensions.iter();
        dimensions.find(|known| known.name == name).ok_or_else(|| {
            let known: Vec<_> = schema.dimensions.iter().map(|known| known.name).collect();
            let known = match known.is_empty() {
                true => "none".to_owned(),
                false => known.join(", "),
            };
            let shown: String = name.chars().take(64).collect();
            format!(
                "{} has no dimension \"{shown}\": it has {known}",
                schema.name
            )
        })
    }
}
