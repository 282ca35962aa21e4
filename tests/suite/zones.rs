//! Days in time zones, against a model that looks at the clock every quarter of an hour.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use metrics_runtime::migrate::Backend;
use metrics_runtime::{
    Interval, InvalidQuery, Layout, QueryError, Scope, Series, SeriesQuery, TimeRange,
    TimeSeriesMetric, Zone, register,
};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;

use crate::support::database::{Database, backends};
use crate::support::property::cases;

const QUARTER: i64 = 900;
const DAY: i64 = 86_400;

/// Visits, in buckets that divide the days of every zone of this century.
#[derive(Debug, Clone, TimeSeriesMetric)]
#[metric(intervals("15m"), retention = "40y")]
struct Visit {
    #[dimension(team)]
    team: String,
    #[counter]
    visits: u64,
}

/// Visits, in buckets that do not.
#[derive(Debug, Clone, TimeSeriesMetric)]
#[metric(intervals("1h", "1d"), retention("1h" = "30d", "1d" = "40y"))]
struct HourlyVisit {
    #[dimension(team)]
    team: String,
    #[counter]
    visits: u64,
}

fn at(moment: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(moment, 0).expect("a time")
}

fn zone(tz: Tz) -> Zone {
    tz.name().parse().expect("the same database knows it")
}

fn offset(tz: Tz, moment: i64) -> i32 {
    let offset = tz.offset_from_utc_datetime(&at(moment).naive_utc());
    offset.fix().local_minus_utc()
}

/// What day it is, counted from the first of the calendar.
fn date(tz: Tz, moment: i64) -> i64 {
    at(moment).with_timezone(&tz).num_days_from_ce().into()
}

/// The starts of days around a range: the quarters of an hour in which a day begins that has not begun before.
fn naive_starts(tz: Tz, start: i64, end: i64) -> Vec<(i64, i64)> {
    let from = start.div_euclid(QUARTER) * QUARTER - 3 * DAY;
    let mut today = date(tz, from);
    let mut starts = Vec::new();
    let mut moment = from;
    while moment < end + 3 * DAY {
        let date = date(tz, moment);
        if date > today {
            today = date;
            starts.push((date, moment));
        }
        moment += QUARTER;
    }
    starts
}

/// The starts of the buckets of a range, and the end of the last one.
fn naive(tz: Tz, start: i64, end: i64) -> Vec<i64> {
    let starts = naive_starts(tz, start, end);
    let first = starts
        .iter()
        .rposition(|(_, day)| *day <= start)
        .expect("a day before");
    let last = starts
        .iter()
        .position(|(_, day)| *day >= end)
        .expect("a day after");
    starts[first..=last].iter().map(|(_, day)| *day).collect()
}

fn ask(database: &Database, tz: Tz, interval: &str, start: i64, end: i64) -> Series {
    Visit::query(Scope::team("web"))
        .range(TimeRange::new(at(start), at(end)).expect("a range"))
        .interval(interval.parse().expect("an interval"))
        .zone(zone(tz))
        .series(&database.store)
        .expect("an answer")
}

fn starts(series: &Series) -> Vec<i64> {
    series.buckets().map(|(start, _)| start).collect()
}

/// The moments at which clocks were changed in some years, with a zone each in which they were: a change that several
/// zones made alike is one.
fn transitions(years: std::ops::Range<i32>) -> Vec<(Tz, i64)> {
    let midnight =
        |year| NaiveDate::from_ymd_opt(year, 1, 1).map(|day| day.and_time(NaiveTime::MIN));
    let moment = |year| midnight(year).expect("a year").and_utc().timestamp();
    let mut known = BTreeSet::new();
    let mut found = Vec::new();
    for tz in TZ_VARIANTS {
        for day in (moment(years.start)..moment(years.end)).step_by(86_400) {
            let (before, after) = (offset(tz, day), offset(tz, day + DAY));
            if before == after {
                continue;
            }
            let changed = (0..DAY / 60).find(|minute| offset(tz, day + minute * 60) != before);
            let changed = day + changed.unwrap_or(DAY / 60) * 60;
            if known.insert((changed, before, after)) {
                found.push((tz, changed));
            }
        }
    }
    found
}

fn visits() -> Database {
    let registry = register![Visit].build().expect("one metric");
    Database::new(Backend::Sqlite, &registry)
}

#[test]
fn days_begin_at_midnight_around_every_change_of_clocks_of_some_years() {
    let database = visits();
    let transitions = transitions(2009..2027);
    let samoa = transitions
        .iter()
        .any(|(tz, changed)| offset(*tz, *changed) - offset(*tz, changed - 1) == 86_400);
    assert!(
        transitions.len() > 300 && samoa,
        "{} changes",
        transitions.len()
    );
    for (tz, changed) in transitions {
        for (start, end) in [
            (changed - DAY, changed + DAY),
            (changed - 1, changed),
            (changed, changed + 1),
        ] {
            let (mut days, expected) = (
                starts(&ask(&database, tz, "1d", start, end)),
                naive(tz, start, end),
            );
            // The end of the last day is the start of the one after it.
            let after = ask(
                &database,
                tz,
                "1d",
                expected[expected.len() - 1],
                end.max(expected[expected.len() - 1] + 1),
            );
            days.push(starts(&after)[0]);
            assert_eq!(days, expected, "{tz} around {}", at(changed));
        }
    }
}

#[test]
fn days_begin_at_midnight_in_random_zones_at_random_times() {
    let database = visits();
    let range = (
        select(TZ_VARIANTS.to_vec()),
        631_152_000..1_790_000_000_i64,
        1..20 * DAY,
    );
    let days = |(tz, start, length): (Tz, i64, i64)| {
        let mut expected = naive(tz, start, start + length);
        // Before it changed to whole quarters of an hour, no stored interval divides its days.
        prop_assume!(
            expected
                .iter()
                .all(|day| date(tz, day - 1) < date(tz, *day))
        );
        expected.pop();
        prop_assert_eq!(
            starts(&ask(&database, tz, "1d", start, start + length)),
            expected
        );
        Ok(())
    };
    TestRunner::new(cases(200))
        .run(&range, days)
        .unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn weeks_begin_on_mondays_in_every_zone() {
    let database = visits();
    for tz in TZ_VARIANTS {
        let weeks = starts(&ask(&database, tz, "1w", 1_700_000_000, 1_710_000_000));
        assert!(weeks.len() > 15);
        for start in weeks {
            let clock = at(start).with_timezone(&tz);
            assert_eq!(
                (clock.weekday(), clock.time()),
                (chrono::Weekday::Mon, NaiveTime::MIN),
                "{tz}"
            );
        }
    }
}

#[test]
fn each_day_counts_what_happened_on_it() {
    for backend in backends() {
        let registry = register![Visit].build().expect("one metric");
        let database = Database::new(backend, &registry);
        let visit = Visit {
            team: "web".into(),
            visits: 1,
        };
        let day = |text: &str| {
            let day: DateTime<Utc> = text.parse().expect("a time");
            day.timestamp()
        };
        // Three days of quarters of an hour around each change.
        for (tz, begin, quarters) in [
            (Tz::Europe__Berlin, "2025-03-29T23:00:00Z", [92, 96]),
            (Tz::Europe__Berlin, "2025-10-25T22:00:00Z", [100, 96]),
            (Tz::Australia__Lord_Howe, "2025-04-05T13:00:00Z", [98, 96]),
            (Tz::America__New_York, "2025-11-02T04:00:00Z", [100, 96]),
            (Tz::Asia__Kathmandu, "2025-06-01T18:15:00Z", [96, 96]),
            (Tz::Asia__Kolkata, "2025-07-01T18:30:00Z", [96, 96]),
            (Tz::Pacific__Chatham, "2025-09-27T11:15:00Z", [92, 96]),
        ] {
            let begin = day(begin);
            let moments = (begin - DAY..begin + 3 * DAY).step_by(900);
            let events: Vec<_> = moments.map(|moment| (at(moment), visit.clone())).collect();
            Visit::upsert(&database.store, &events).expect("recorded");
            let series = ask(&database, tz, "1d", begin, begin + DAY + 8 * 3_600);
            let sums: Vec<_> = series.buckets().map(|(_, sums)| sums[0]).collect();
            assert_eq!(sums, quarters, "{tz} on {}", backend.name());
            assert_eq!(starts(&series)[0], begin, "{tz}");
        }
    }
}

#[test]
fn the_range_before_is_as_long_on_the_clocks_of_the_zone() {
    let database = visits();
    // A week that has an hour less, and the one before it.
    let (start, end) = ("2025-03-24T23:00:00Z", "2025-03-31T22:00:00Z");
    let moment = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
    let series = Visit::query(Scope::team("web"))
        .range(TimeRange::new(moment(start), moment(end)).expect("a range"))
        .interval(Interval::DAY)
        .zone(zone(Tz::Europe__Berlin))
        .compare_previous()
        .series(&database.store)
        .expect("an answer");
    let data = serde_json::to_value(&series).expect("it is JSON");
    assert_eq!(
        data["previous"]["time_range"]["start"],
        "2025-03-17T23:00:00.000Z"
    );
    assert_eq!(data["previous"]["summary"]["total_buckets"], 7);
    assert_eq!(data["summary"]["total_buckets"], 7);
}

fn refused(zone: &str, interval: &str, days_ago: i64) -> InvalidQuery {
    let registry = register![HourlyVisit].build().expect("one metric");
    let database = Database::new(Backend::Sqlite, &registry);
    let end = Utc::now();
    let answer = SeriesQuery::new(Arc::new(Layout::of(HourlyVisit::SCHEMA)), Scope::everyone())
        .range(TimeRange::new(end - TimeDelta::days(days_ago), end).expect("a range"))
        .interval(interval.parse().expect("an interval"))
        .zone(zone.parse().expect("a zone"))
        .load(&database.store);
    match answer.expect_err("there is no right answer") {
        QueryError::Invalid(invalid) => invalid,
        QueryError::Store(error) => panic!("{error}"),
    }
}

#[test]
fn where_stored_intervals_cannot_tell_days_apart_the_error_says_which_would() {
    let kolkata = refused("Asia/Kolkata", "1d", 3);
    assert_eq!(kolkata.field, "tz");
    assert!(
        kolkata.reason.contains("buckets of 30m would do"),
        "{kolkata}"
    );
    let kathmandu = refused("Asia/Kathmandu", "1w", 3);
    assert!(
        kathmandu.reason.contains("buckets of 15m would do"),
        "{kathmandu}"
    );
    assert!(kathmandu.reason.contains("1h, 1d"), "{kathmandu}");
    let berlin = refused("Europe/Berlin", "1d", 40);
    assert_eq!(berlin.field, "time_range");
    assert!(
        berlin.reason.contains("1h, which are kept for 30 days"),
        "{berlin}"
    );
    let hours = refused("Europe/Berlin", "1h", 3);
    assert_eq!(hours.field, "tz");
    assert!(hours.reason.contains("1d and longer"), "{hours}");
}
