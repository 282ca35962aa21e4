//! Lengths of time: intervals, ranges and retentions, in declarations and in queries.

use chrono::DateTime;
use metrics_runtime::{Interval, TimeRange, Zone};

use crate::duration;

/// 2026-01-10T12:00:00Z.
const NOW: i64 = 1_768_046_400;

pub(crate) fn read(text: &str) {
    let interval = text.parse::<Interval>();
    if let Ok(interval) = interval {
        assert_eq!(interval.to_string().parse(), Ok(interval), "{text:?}");
    }
    if let Ok(seconds) = duration::interval(text) {
        let read = interval.map(|interval| interval.seconds());
        assert_eq!(
            read,
            Ok(seconds),
            "{text:?} is an interval of a declaration"
        );
    }
    if let Ok(seconds) = duration::retention(text) {
        assert!(seconds > 0, "{text:?}");
    }
    let now = DateTime::from_timestamp(NOW, 0).expect("a time");
    if let Ok(range) = TimeRange::last(text, now) {
        assert!(
            range.start() < range.end() && range.end() == now,
            "{text:?}"
        );
        assert!(range.bucket_count(Interval::HOUR) > 0, "{text:?}");
        let (start, end) = range.aligned(Interval::HOUR);
        assert!(start < end, "{text:?}");
    }
    // Refusing it is all that it may do.
    drop(text.parse::<Zone>());
}
