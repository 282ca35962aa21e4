//! From what is asked to what is read, and from what was found to the answer.

use chrono::{DateTime, Utc};

use super::SeriesQuery;
use crate::dimension::Value;
use crate::error::{InvalidQuery, QueryError};
use crate::schema::Dimension;
use crate::series::{
    Buckets, Completeness, Group, GroupName, Previous, Series, beyond_64_bits, group_beyond_64_bits,
};
use crate::sql::{Integers, OfValue, Selection};
use crate::store::{Grouping, ReadError, Reading, Store};
use crate::time_range::TimeRange;
use crate::timeline::Timeline;

/// A range as it is read: its rows, and the buckets that they are merged into.
struct Span<'a> {
    rows: Selection<'a>,
    buckets: Buckets,
}

impl SeriesQuery {
    pub(super) fn answer(
        &self,
        store: &Store,
        range: TimeRange,
        moment: DateTime<Utc>,
    ) -> Result<Series, QueryError> {
        let now = moment.timestamp();
        let span = self.span(self.timeline(range, now)?, now)?;
        self.check_groups(span.buckets.len())?;
        let previous = self.compare_previous.then(|| self.previous(&span, now));
        let (before, gone) = match previous {
            Some(Ok(before)) => (Some(before), None),
            Some(Err(reason)) => (None, Some(Previous::Gone(reason.to_string()))),
            None => (None, None),
        };
        let (previous, before) = before.map(|span| (span.rows, span.buckets)).unzip();
        let reading = Reading {
            rows: span.rows,
            previous,
            grouping: self.grouping,
        };
        // Before the rows are read: what is final by then is among them.
        let completeness = self.completeness_of(&span.buckets, store, moment)?;
        let found = store.read(&reading).map_err(|error| match error {
            ReadError::OutOfRange if self.grouping.is_some() => {
                QueryError::Invalid(group_beyond_64_bits())
            }
            ReadError::OutOfRange => QueryError::Invalid(beyond_64_bits(None)),
            ReadError::Store(error) => QueryError::Store(error),
        })?;
        let buckets = filled(span.buckets, &found.rows)?;
        let before = before.map(|before| filled(before, &found.previous));
        let groups = self.grouping.map(|grouping| {
            let groups = groups(grouping, &buckets, found.groups)?;
            Ok::<_, InvalidQuery>((grouping.dimension.name, groups))
        });
        Ok(Series {
            filters: self.shown_filters(&reading.rows),
            groups: groups.transpose()?,
            previous: before.transpose()?.map(Previous::Kept).or(gone),
            completeness,
            buckets,
        })
    }

    /// How much of some buckets is final, if that was asked for.
    fn completeness_of(
        &self,
        buckets: &Buckets,
        store: &Store,
        now: DateTime<Utc>,
    ) -> Result<Option<Completeness>, QueryError> {
        if !self.completeness {
            return Ok(None);
        }
        let final_until = store.final_until(&self.layout, now)?;
        Ok(Some(buckets.complete_until(final_until)))
    }

    fn span(&self, timeline: Timeline, now: i64) -> Result<Span<'_>, InvalidQuery> {
        let rows = Selection {
            layout: &self.layout,
            scope: self.scope.predicate(self.layout.schema)?,
            filters: self.filters.clone(),
            interval: self.source(&timeline, now)?.interval.seconds(),
            first: timeline.first(),
            end: timeline.end(),
            rows: None,
        };
        let buckets = Buckets::empty(self.layout.schema, timeline);
        Ok(Span { rows, buckets })
    }

    /// The range of the same length before, or why there is nothing to be said about it.
    fn previous(&self, span: &Span<'_>, now: i64) -> Result<Span<'_>, InvalidQuery> {
        let before = span
            .buckets
            .range_before()
            .ok_or_else(|| InvalidQuery::new("compare", "there is no time before this range"))?;
        self.span(self.timeline(before, now)?, now)
    }

    /// What the rows are narrowed to, as asked.
    fn shown_filters(&self, rows: &Selection<'_>) -> Vec<(&'static str, Vec<String>)> {
        let scope = rows.scope.iter();
        let scope =
            scope.map(|(name, value)| (*name, self.show(name, std::slice::from_ref(value))));
        let filters = self.filters.iter();
        let filters = filters.map(|(name, values)| (*name, self.show(name, values)));
        scope.chain(filters).collect()
    }

    fn show(&self, dimension: &str, values: &[Value<'_>]) -> Vec<String> {
        let dimension = self.dimension(dimension);
        let kind = dimension
            .expect("filters name dimensions of the metric")
            .kind;
        values.iter().map(|value| kind.show(value)).collect()
    }
}

fn filled(mut buckets: Buckets, rows: &[Integers]) -> Result<Buckets, InvalidQuery> {
    for Integers(row) in rows {
        buckets.merge(row[0], &row[1..])?;
    }
    Ok(buckets)
}

/// The largest values first, then the overflow series, then what is left of the whole.
fn groups(
    Grouping { dimension, .. }: Grouping,
    whole: &Buckets,
    rows: Vec<OfValue>,
) -> Result<Vec<Group>, InvalidQuery> {
    let mut groups: Vec<Group> = Vec::new();
    // Rows of one value follow each other, in each of the statements that they come from.
    for OfValue { value, numbers } in rows {
        let name = value.map_or(GroupName::Overflow, |text| shown(dimension, text));
        let at = match groups.iter().rposition(|group| group.name == name) {
            Some(at) => at,
            None => {
                let buckets = whole.zeros();
                groups.push(Group { name, buckets });
                groups.len() - 1
            }
        };
        groups[at].buckets.merge(numbers[0], &numbers[1..])?;
    }
    let mut other = whole.clone();
    for group in &groups {
        other.take_away(&group.buckets);
    }
    groups.push(Group {
        name: GroupName::Other,
        buckets: other,
    });
    groups.retain(|group| !group.buckets.is_zero());
    groups.sort_by_cached_key(|group| {
        let totals = std::cmp::Reverse(group.buckets.totals());
        match &group.name {
            GroupName::Value(value) => (0, totals, value.clone()),
            GroupName::Overflow => (1, totals, String::new()),
            GroupName::Other => (2, totals, String::new()),
        }
    });
    Ok(groups)
}

/// A value that was read as text, as filters write it.
fn shown(dimension: &Dimension, text: String) -> GroupName {
    let value = match text.parse() {
        Ok(integer) if dimension.kind.is_integer() => Value::Integer(integer),
        _ => Value::Text(text.into()),
    };
    GroupName::Value(dimension.kind.show(&value))
}
