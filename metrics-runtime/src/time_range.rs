//! The span of time that a query asks for.

use chrono::{DateTime, TimeDelta, Utc};

use crate::error::InvalidQuery;
use crate::interval::{Interval, parse_duration};

const UNITS: &[(char, u32)] = &[('m', 60), ('h', 3_600), ('d', 86_400), ('w', 604_800)];

/// From `start` up to `end`, which is not part of it.
///
/// Buckets are never cut: the bucket in which `start` lies and the one in which `end` lies count whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeRange {
    start: DateTime<Utc>,
    end: DateTime<Utc>,
}

impl TimeRange {
    /// The range from `start` to `end`.
    ///
    /// # Errors
    ///
    /// When `start` is not before `end`.
    pub fn new(start: DateTime<Utc>, end: DateTime<Utc>) -> Result<Self, InvalidQuery> {
        if start < end {
            Ok(Self { start, end })
        } else {
            Err(InvalidQuery::new("start", "start must be before end"))
        }
    }

    /// The range that ends at `now` and is as long as `text` says: a number with `m`, `h`, `d` or `w`.
    ///
    /// # Errors
    ///
    /// When `text` reads otherwise, is zero, or reaches further back than calendars do.
    pub fn last(text: &str, now: DateTime<Utc>) -> Result<Self, InvalidQuery> {
        parse_duration(text, UNITS)
            .filter(|seconds| *seconds > 0)
            .and_then(TimeDelta::try_seconds)
            .and_then(|length| now.checked_sub_signed(length))
            .filter(|start| start.timestamp() > -62_135_596_800)
            .map(|start| Self { start, end: now })
            .ok_or_else(|| {
                let reason = format!("\"{text}\" is not a time range: use a number of m, h, d or w, such as 24h or 7d");
                InvalidQuery::new("time_range", reason)
            })
    }

    /// When it starts.
    #[must_use]
    pub fn start(&self) -> DateTime<Utc> {
        self.start
    }

    /// When it ends.
    #[must_use]
    pub fn end(&self) -> DateTime<Utc> {
        self.end
    }

    /// The start of the first bucket and the end of the last one, in epoch seconds.
    #[must_use]
    pub fn aligned(&self, interval: Interval) -> (i64, i64) {
        let (start, end) = self.seconds();
        (interval.floor(start), interval.ceil(end))
    }

    /// The whole seconds that it touches, in epoch seconds.
    pub(crate) fn seconds(&self) -> (i64, i64) {
        let end = self.end.timestamp() + i64::from(self.end.timestamp_subsec_nanos() > 0);
        (self.start.timestamp(), end)
    }

    /// How many buckets of `interval` it touches; at least one.
    #[must_use]
    pub fn bucket_count(&self, interval: Interval) -> usize {
        let (first, end) = self.aligned(interval);
        usize::try_from((end - first) / interval.seconds()).expect("a range ends after it starts")
    }
}
