//! The span of time that a collector is asked for.

use std::fmt;

use chrono::{DateTime, Utc};

use crate::interval::Interval;
use crate::time_range::TimeRange;

/// From `start` up to `end`, which is not part of it. Both are whole seconds, and starts of buckets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    start: i64,
    end: i64,
}

impl Window {
    /// The window between two epoch seconds; none when nothing lies between them.
    pub(crate) fn between(start: i64, end: i64) -> Option<Self> {
        (start < end).then_some(Self { start, end })
    }

    /// The whole buckets of `interval` that `range` touches.
    #[must_use]
    pub fn around(range: TimeRange, interval: Interval) -> Self {
        let (start, end) = range.aligned(interval);
        Self { start, end }
    }

    /// When it starts.
    #[must_use]
    pub fn start(&self) -> DateTime<Utc> {
        moment(self.start)
    }

    /// When it ends; this moment is not part of it.
    #[must_use]
    pub fn end(&self) -> DateTime<Utc> {
        moment(self.end)
    }

    /// Whether `moment` lies in it.
    #[must_use]
    pub fn contains(&self, moment: DateTime<Utc>) -> bool {
        (self.start..self.end).contains(&moment.timestamp())
    }

    /// Its two ends, in epoch seconds.
    pub(crate) fn seconds(self) -> (i64, i64) {
        (self.start, self.end)
    }

    /// Its part up to the first midnight in it. Every interval divides a day, so that no bucket is cut.
    pub(crate) fn first_day(self) -> Self {
        let end = self.end.min(Interval::DAY.ceil(self.start + 1));
        Self { end, ..self }
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", shown(self.start), shown(self.end))
    }
}

/// A moment in epoch seconds, as messages show it.
pub(crate) fn shown(seconds: i64) -> String {
    moment(seconds).to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// A moment in epoch seconds.
pub(crate) fn moment(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).expect("windows lie within the calendar")
}
