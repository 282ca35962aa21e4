//! Where the buckets of an answer begin and end.

use crate::interval::Interval;
use crate::time_range::TimeRange;
use crate::zone::Zone;

/// The first day of a week, counted from the epoch: 1970-01-05.
const MONDAY: i64 = 4;

/// Consecutive buckets that cover a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Timeline {
    pub(crate) range: TimeRange,
    pub(crate) interval: Interval,
    pub(crate) zone: Option<Zone>,
    starts: Starts,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Starts {
    /// Buckets of one width.
    Even { first: i64, count: usize },
    /// The start of each bucket and the end of the last one: days are not all of one length.
    Days(Vec<i64>),
}

impl Timeline {
    /// Buckets of one width.
    pub(crate) fn even(range: TimeRange, interval: Interval) -> Self {
        let starts = Starts::Even {
            first: range.aligned(interval).0,
            count: range.bucket_count(interval),
        };
        Self {
            range,
            interval,
            zone: None,
            starts,
        }
    }

    /// Buckets of `days` days each on the clocks of a zone.
    pub(crate) fn of_days(range: TimeRange, interval: Interval, days: i64, zone: Zone) -> Self {
        let (start, end) = range.seconds();
        let day = zone.day_of(start);
        let mut day = day - (day - MONDAY).rem_euclid(days);
        let mut starts = vec![zone.start_of(day)];
        let mut last = starts[0];
        while last < end {
            day += days;
            let next = zone.start_of(day);
            // A day that clocks have skipped is no bucket.
            if next > last {
                starts.push(next);
                last = next;
            }
        }
        Self {
            range,
            interval,
            zone: Some(zone),
            starts: Starts::Days(starts),
        }
    }

    /// How many buckets there are.
    pub(crate) fn len(&self) -> usize {
        match &self.starts {
            Starts::Even { count, .. } => *count,
            Starts::Days(starts) => starts.len() - 1,
        }
    }

    /// When a bucket begins; with their number, when the last one ends.
    pub(crate) fn start(&self, index: usize) -> i64 {
        match &self.starts {
            Starts::Even { first, .. } => {
                first + i64::try_from(index).unwrap_or(i64::MAX) * self.interval.seconds()
            }
            Starts::Days(starts) => starts[index],
        }
    }

    /// When the first bucket begins.
    pub(crate) fn first(&self) -> i64 {
        self.start(0)
    }

    /// When the last bucket ends.
    pub(crate) fn end(&self) -> i64 {
        self.start(self.len())
    }

    /// How many buckets end at a moment or before.
    pub(crate) fn ended_by(&self, moment: i64) -> usize {
        match &self.starts {
            Starts::Even { first, count } => {
                let ended = (moment - first).div_euclid(self.interval.seconds());
                usize::try_from(ended.max(0)).map_or(*count, |ended| ended.min(*count))
            }
            Starts::Days(starts) => starts[1..].partition_point(|end| *end <= moment),
        }
    }

    /// The bucket in which a moment lies that is part of it.
    pub(crate) fn index_of(&self, moment: i64) -> usize {
        match &self.starts {
            Starts::Even { first, .. } => {
                usize::try_from((moment - first) / self.interval.seconds())
                    .expect("rows lie in the range")
            }
            Starts::Days(starts) => starts.partition_point(|start| *start <= moment) - 1,
        }
    }

    /// Whether each bucket is made of whole buckets of a stored interval.
    pub(crate) fn is_made_of(&self, stored: Interval) -> bool {
        match &self.starts {
            Starts::Even { .. } => self.interval.is_made_of(stored),
            Starts::Days(starts) => starts.iter().all(|start| stored.floor(*start) == *start),
        }
    }

    /// The widest interval that buckets of it could be made of; `None` when not even minutes would do.
    pub(crate) fn would_be_made_of(&self) -> Option<Interval> {
        match &self.starts {
            Starts::Even { .. } => Some(self.interval),
            Starts::Days(starts) => Interval::dividing(starts.iter().copied()),
        }
    }

    /// The range of the same length that ends where this one starts: in a zone, of the same length on its clocks.
    pub(crate) fn range_before(&self) -> Option<TimeRange> {
        let (start, end) = (self.range.start(), self.range.end());
        let earlier = start.checked_sub_signed(end - start)?;
        let Some(zone) = self.zone else {
            return TimeRange::new(earlier, start).ok();
        };
        let (from, to) = (zone.local(start.timestamp()), zone.local(end.timestamp()));
        let shift = zone.moment_of(from - (to - from)) - earlier.timestamp();
        // The fraction of a second stays what it is.
        let earlier = earlier.checked_add_signed(chrono::TimeDelta::try_seconds(shift)?)?;
        TimeRange::new(earlier, start).ok()
    }
}
