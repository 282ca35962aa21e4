//! The arithmetic of intervals, ranges and buckets, as properties.

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use metrics_runtime::{Interval, TimeRange};
use proptest::prelude::*;

use crate::support::property::cases;

fn intervals() -> Vec<Interval> {
    (1..=1_440)
        .filter(|minutes| 1_440 % minutes == 0)
        .map(|minutes| Interval::from_seconds(minutes * 60))
        .collect()
}

fn interval() -> impl Strategy<Value = Interval> {
    prop::sample::select(intervals())
}

/// Within a thousand years of the epoch, before and after.
fn timestamp() -> impl Strategy<Value = i64> {
    -31_556_952_000_i64..31_556_952_000
}

fn at(timestamp: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(timestamp, 0).expect("within range")
}

#[test]
fn only_whole_minutes_that_divide_a_day_are_intervals() {
    for minutes in 0..=2_000_u32 {
        // A day and no more of them: 2,000 minutes are less than two days.
        let divides = minutes > 0 && 1_440 % minutes == 0;
        assert_eq!(
            format!("{minutes}m").parse::<Interval>().is_ok(),
            divides,
            "{minutes}m"
        );
    }
    for wrong in [
        "",
        "m",
        "h1",
        "1",
        "1.5h",
        "-1h",
        "+1h",
        " 1h",
        "1h ",
        "1H",
        "60s",
        "25h",
        "0d",
        "367d",
        "53w",
        "９m",
        "99999999999999999999h",
    ] {
        let error = wrong.parse::<Interval>().expect_err(wrong).to_string();
        assert!(error.contains("15m"), "says what would do: {error}");
    }
}

#[test]
fn an_interval_reads_back_as_it_is_written() {
    let days = (1..=366).map(|days| format!("{days}d").parse().expect("whole days"));
    for interval in intervals().into_iter().chain(days) {
        assert_eq!(interval.to_string().parse(), Ok(interval));
    }
}

#[test]
fn weeks_begin_on_mondays() {
    let week: Interval = "1w".parse().expect("a week");
    assert_eq!(week.to_string(), "1w");
    for day in 0..10_000 {
        let start = at(week.floor(day * 86_400));
        assert_eq!(start.weekday(), chrono::Weekday::Mon);
    }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn a_bucket_starts_at_or_before_what_lies_in_it(interval in interval(), timestamp in timestamp()) {
        let start = interval.floor(timestamp);
        prop_assert!(start <= timestamp && timestamp < start + interval.seconds());
        prop_assert_eq!(start.rem_euclid(interval.seconds()), 0);
        prop_assert_eq!(interval.floor(start), start);
        prop_assert_eq!(interval.ceil(start), start);
        prop_assert!(interval.ceil(timestamp) >= timestamp && interval.ceil(timestamp) - timestamp < interval.seconds());
    }

    #[test]
    fn every_day_starts_with_a_bucket(interval in interval(), day in -365_000_i64..365_000) {
        prop_assert_eq!(interval.floor(day * 86_400), day * 86_400);
    }

    #[test]
    fn a_range_touches_the_buckets_of_every_moment_in_it(
        interval in interval(), start in timestamp(), length in 1..1_000_000_i64, inside in 0.0..1.0_f64
    ) {
        let range = TimeRange::new(at(start), at(start + length)).expect("it ends after it starts");
        let (first, end) = range.aligned(interval);
        #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "any moment inside will do")]
        let moment = start + (inside * length as f64) as i64;
        prop_assert!(first <= interval.floor(moment) && interval.floor(moment) < end);
        prop_assert!(first > start - interval.seconds() && end < start + length + interval.seconds());
        let count = i64::try_from(range.bucket_count(interval)).expect("small");
        prop_assert_eq!(first + count * interval.seconds(), end);
    }

    #[test]
    fn a_bucket_that_begins_at_the_end_is_not_part_of_a_range(interval in interval(), day in 0..10_000_i64) {
        let start = at(day * 86_400);
        let range = TimeRange::new(start, start + TimeDelta::days(1)).expect("a day");
        prop_assert_eq!(range.aligned(interval), (day * 86_400, (day + 1) * 86_400));
        let further = TimeRange::new(start, start + TimeDelta::days(1) + TimeDelta::milliseconds(1)).expect("longer");
        prop_assert_eq!(further.aligned(interval).1, (day + 1) * 86_400 + interval.seconds());
    }

    #[test]
    fn a_range_is_as_long_as_it_says(number in 1..5_000_i64, unit in prop::sample::select(&["m", "h", "d", "w"][..])) {
        let seconds = match unit { "m" => 60, "h" => 3_600, "d" => 86_400, _ => 604_800 };
        let now = at(1_700_000_000);
        let range = TimeRange::last(&format!("{number}{unit}"), now);
        let range = range.expect("a number and a unit");
        prop_assert_eq!((range.end(), (range.end() - range.start()).num_seconds()), (now, number * seconds));
    }
}

#[test]
fn what_is_not_a_range_is_an_error_that_says_what_would_do() {
    for wrong in [
        "",
        "h",
        "0h",
        "24",
        "-1h",
        "1y",
        "24 h",
        "9223372036854775807w",
        "999999999w",
    ] {
        let error = TimeRange::last(wrong, Utc::now()).expect_err(wrong);
        assert_eq!(error.field, "time_range");
        assert!(error.reason.contains("24h"), "{error}");
    }
    let now = Utc::now();
    assert_eq!(
        TimeRange::new(now, now).expect_err("it is empty").field,
        "start"
    );
}
