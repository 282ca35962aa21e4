//! Which stored interval answers a question, and what to say when none does.

use super::{GROUPED_BUCKETS, SeriesQuery};
use crate::error::InvalidQuery;
use crate::interval::Interval;
use crate::noun::in_days;
use crate::schema::{Level, MetricSchema};
use crate::time_range::TimeRange;
use crate::timeline::Timeline;

impl SeriesQuery {
    /// Where the buckets of a range begin.
    pub(super) fn timeline(&self, range: TimeRange, now: i64) -> Result<Timeline, InvalidQuery> {
        let count = range.bucket_count(self.interval);
        if count > self.max_buckets {
            return Err(self.too_many_buckets(range, count, now));
        }
        let Some(zone) = self.zone else {
            return Ok(Timeline::even(range, self.interval));
        };
        let Some(days) = self.interval.days() else {
            let reason = format!(
                "tz is for intervals of 1d and longer: buckets of {} are the same in every zone",
                self.interval
            );
            return Err(InvalidQuery::new("tz", reason));
        };
        Ok(Timeline::of_days(range, self.interval, days, zone))
    }

    /// The stored interval to read: the coarsest that the buckets are made of and that is kept for long enough.
    pub(super) fn source(&self, timeline: &Timeline, now: i64) -> Result<Level, InvalidQuery> {
        let schema = self.layout.schema;
        let made_of = |level: &&Level| timeline.is_made_of(level.interval);
        let keeps = |level: &&Level| level.keeps(timeline.first(), now);
        if !schema.levels.iter().any(|level| made_of(&level)) {
            return Err(not_made_of_any(schema, timeline));
        }
        if let Some(level) = schema.levels.iter().rev().filter(made_of).find(keeps) {
            return Ok(*level);
        }
        // The first bucket of a wide interval may begin long before the range does.
        let reaches = |level: &&Level| level.keeps(timeline.range.aligned(level.interval).0, now);
        let long_enough: Vec<_> = schema.levels.iter().filter(reaches).collect();
        if long_enough.is_empty() {
            let kept = in_days(schema.longest_retention());
            let reason = format!(
                "the range reaches beyond what is kept of {}: {kept}",
                schema.name
            );
            return Err(InvalidQuery::new("time_range", reason));
        }
        if let Some(zone) = timeline.zone {
            let fine = schema.levels.iter().filter(made_of);
            let longest = fine.max_by_key(|level| level.retention_seconds);
            let longest = longest.expect("some level divides the days");
            let reason = format!(
                "the days of {zone} are made of buckets of {}, which are kept for {}: ask for a shorter range, \
                 or leave tz out for days in UTC",
                longest.interval,
                in_days(longest.retention_seconds)
            );
            return Err(InvalidQuery::new("time_range", reason));
        }
        let reason = format!(
            "the range reaches beyond what is kept in buckets of {}: {}",
            timeline.interval,
            would_do(long_enough.into_iter().map(|level| level.interval))
        );
        Err(InvalidQuery::new("interval", reason))
    }

    fn too_many_buckets(&self, range: TimeRange, count: usize, now: i64) -> InvalidQuery {
        let levels = self.layout.schema.levels.iter();
        let fits = |interval: &Interval| {
            let made_of = |level: &&Level| interval.is_made_of(level.interval);
            let keeps = |level: &Level| level.keeps(range.aligned(*interval).0, now);
            range.bucket_count(*interval) <= self.max_buckets
                && levels.clone().filter(made_of).any(keeps)
        };
        let stored = levels.clone().map(|level| level.interval).filter(fits);
        let mut would: Vec<_> = stored.collect();
        if would.is_empty() {
            would.extend(Interval::USUAL.into_iter().find(fits));
        }
        let remedy = match would.is_empty() {
            true => "ask for a shorter range".to_owned(),
            false => would_do(would.into_iter()),
        };
        let (max, interval) = (self.max_buckets, self.interval);
        let reason =
            format!("the range has {count} buckets of {interval}, {max} are allowed: {remedy}");
        InvalidQuery::new("interval", reason)
    }

    /// Refuses groups whose buckets are too many together.
    pub(super) fn check_groups(&self, buckets: usize) -> Result<(), InvalidQuery> {
        let top = self.grouping.map_or(0, |grouping| grouping.top);
        let groups = usize::try_from(top).unwrap_or(usize::MAX);
        let max = self.max_buckets.saturating_mul(GROUPED_BUCKETS);
        if buckets.saturating_mul(groups) <= max {
            return Ok(());
        }
        let reason = format!(
            "{groups} groups of {buckets} buckets each are more than the {max} buckets that are allowed: ask for \
             top={} or less, or for a coarser interval",
            max / buckets.max(1)
        );
        Err(InvalidQuery::new("top", reason))
    }
}

/// Buckets cannot be put together from any that are stored.
fn not_made_of_any(schema: &MetricSchema, timeline: &Timeline) -> InvalidQuery {
    let Some(zone) = timeline.zone else {
        let reason = format!(
            "{} has no buckets of {}: {}",
            schema.name,
            timeline.interval,
            would_do(schema.levels.iter().map(|level| level.interval))
        );
        return InvalidQuery::new("interval", reason);
    };
    let remedy = match timeline.would_be_made_of() {
        Some(interval) => {
            format!("buckets of {interval} would do, and this metric does not keep them")
        }
        None => "they do not even begin with a minute".to_owned(),
    };
    let stored: Vec<_> = schema
        .levels
        .iter()
        .map(|level| level.interval.to_string())
        .collect();
    let reason = format!(
        "the days of {zone} cannot be put together from the stored buckets of {} ({}): {remedy}",
        schema.name,
        stored.join(", ")
    );
    InvalidQuery::new("tz", reason)
}

fn would_do(intervals: impl Iterator<Item = Interval>) -> String {
    let intervals: Vec<_> = intervals.map(|interval| interval.to_string()).collect();
    format!("interval {} would do", intervals.join(" or "))
}
