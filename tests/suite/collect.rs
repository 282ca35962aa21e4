//! Collectors, on every backend: a window is counted once, a recount replaces it, and what fails changes nothing.

mod full;
mod model;
mod source;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use metrics_runtime::migrate::Backend;
use metrics_runtime::{
    CollectError, Limits, Reason, RecordError, Recorder, Registry, Scope, TimeRange,
    TimeSeriesMetric, register,
};

use crate::support::database::{Database, backends};
use crate::support::metrics::Login;
use source::{Signup, Signups, at, midnight};

fn registry() -> Registry {
    register![Signup, Login].build().expect("two metrics")
}

fn start(database: &Database) -> Recorder {
    Recorder::start(&database.store, Arc::new(registry()), Limits::default())
}

/// Runs a test on every backend.
fn on_every_backend(test: impl Fn(&Database, &Recorder)) {
    for backend in backends() {
        let database = Database::new(backend, &registry());
        let recorder = start(&database);
        test(&database, &recorder);
        recorder.shutdown();
    }
}

/// What is counted in a range, by stored interval: each must say the same of whole days.
fn counted(database: &Database, range: TimeRange) -> [u64; 3] {
    ["15m", "1h", "1d"].map(|interval| {
        let buckets = Signup::query(Scope::everyone())
            .range(range)
            .interval(interval.parse().expect("an interval"))
            .load(&database.store)
            .expect("an answer");
        buckets.iter().map(|bucket| bucket.signups).sum()
    })
}

fn range(start: DateTime<Utc>, end: DateTime<Utc>) -> TimeRange {
    TimeRange::new(start, end).expect("it starts before it ends")
}

/// The last three days.
fn days() -> TimeRange {
    range(
        midnight() - TimeDelta::days(2),
        midnight() + TimeDelta::days(1),
    )
}

#[test]
fn a_window_is_counted_once_however_often_it_is_collected() {
    on_every_backend(|database, recorder| {
        let signups = Signups::of(&[
            ("ann", at(-1, 600)),
            ("ann", at(-1, 601)),
            ("bob", at(0, 60)),
        ]);
        let now = at(0, 120);
        for (events, watermark) in [(3, now), (0, now)] {
            let report = pollster::block_on(recorder.collect(&signups, now)).expect("collected");
            assert_eq!((report.events, report.collected_until), (events, watermark));
        }
        assert_eq!(counted(database, days()), [3, 3, 3]);
        assert_eq!(recorder.stats().committed, 3);
    });
}

#[test]
fn a_later_run_goes_on_at_the_watermark_and_finds_nothing_that_came_too_late() {
    on_every_backend(|database, recorder| {
        let signups = Signups::of(&[("ann", at(0, 10))]);
        pollster::block_on(recorder.collect(&signups, at(0, 50))).expect("collected");
        signups.add("late", at(0, 20));
        signups.add("next", at(0, 50));
        let report = pollster::block_on(recorder.collect(&signups, at(0, 75))).expect("collected");
        let window = report.window.expect("two quarters have passed");
        assert_eq!((window.start(), window.end()), (at(0, 45), at(0, 75)));
        assert_eq!(counted(database, days()), [2, 2, 2]);
    });
}

#[test]
fn a_window_is_left_alone_until_its_lag_has_passed() {
    on_every_backend(|_, recorder| {
        let signups = Signups::of(&[("ann", at(0, 10))]).lagging(TimeDelta::minutes(2));
        for (minute, until) in [(16, 0), (17, 15), (31, 15), (32, 30)] {
            let now = at(0, minute);
            let report = pollster::block_on(recorder.collect(&signups, now)).expect("collected");
            assert_eq!(report.collected_until, at(0, until), "at minute {minute}");
        }
    });
}

#[test]
fn two_recorders_that_collect_at_the_same_time_count_each_window_once() {
    on_every_backend(|database, recorder| {
        let rows: Vec<_> = (0..2_000).map(|minute| ("ann", at(-2, minute))).collect();
        let signups = Signups::of(&rows);
        let other = start(database);
        let events: usize = std::thread::scope(|scope| {
            let runs = [recorder, &other].map(|recorder| {
                let signups = &signups;
                // Quarter by quarter, so that they meet again and again.
                scope.spawn(move || {
                    let run = |quarter| {
                        let now = at(-2, quarter * 15);
                        let run = pollster::block_on(recorder.collect(signups, now));
                        run.expect("collected").events
                    };
                    (1..=140_i64).map(run).sum::<usize>()
                })
            });
            runs.map(|run| run.join().expect("no panic")).iter().sum()
        });
        other.shutdown();
        assert_eq!(events, 2_000, "each event is counted by one of them");
        assert_eq!(counted(database, days()), [2_000; 3]);
    });
}

#[test]
fn a_recount_replaces_what_was_counted_in_every_interval() {
    on_every_backend(|database, recorder| {
        let signups = Signups::of(&[
            ("ann", at(-1, 600)),
            ("ann", at(-1, 601)),
            ("bob", at(-1, 700)),
            ("bob", at(0, 10)),
        ]);
        let now = at(0, 60);
        pollster::block_on(recorder.collect(&signups, now)).expect("collected");
        signups.remove("ann");
        signups.add("carl", at(-1, 30));
        for _ in 0..2 {
            let hour = range(at(-1, 605), at(-1, 606));
            let report = pollster::block_on(recorder.recount(&signups, hour, now)).expect("done");
            let window = report.window.expect("it was counted");
            assert_eq!(
                (window.start(), window.end()),
                (at(-1, 0), at(0, 0)),
                "the whole day"
            );
            assert_eq!((report.events, report.collected_until), (2, now));
            assert_eq!(counted(database, days()), [3, 3, 3]);
        }
        assert_eq!(database.count("signup_metrics WHERE signups = 0"), 0);
    });
}

#[test]
fn a_recount_ends_at_the_watermark_and_reaches_back_to_what_is_kept() {
    on_every_backend(|database, recorder| {
        let signups = Signups::of(&[("ann", at(0, 20))]);
        let now = at(0, 50);
        pollster::block_on(recorder.collect(&signups, now)).expect("collected");
        signups.add("bob", at(0, 46));
        let recount =
            |from, to| pollster::block_on(recorder.recount(&signups, range(from, to), now));
        let report = recount(at(0, 1), at(0, 45)).expect("all of it is collected");
        assert_eq!(report.window.expect("counted").end(), at(0, 45));
        assert_eq!(counted(database, days()), [1, 1, 1]);
        let error = recount(at(0, 1), at(0, 46)).expect_err("the last minute is not");
        let text = error.to_string();
        assert!(
            text.contains("signup: it is collected up to") && text.contains(":45:00Z"),
            "{text}"
        );
        let old = recount(at(-800, 0), at(0, 0))
            .expect_err("two years are kept")
            .to_string();
        assert!(old.contains("signup: nothing is kept from before"), "{old}");
        // Older than what the quarters keep, and not than the days.
        let report = recount(at(-100, 0), at(-99, 0)).expect("days are kept");
        assert_eq!(report.events, 0);
    });
}

#[test]
fn what_is_older_than_a_fine_interval_is_counted_and_recounted_in_the_others() {
    on_every_backend(|database, recorder| {
        let signups = Signups::of(&[("ann", at(-40, 600)), ("bob", at(-40, 700))]);
        let now = at(0, 60);
        pollster::block_on(recorder.collect(&signups, now)).expect("collected");
        assert_eq!(
            database.count("signup_metrics"),
            2,
            "the buckets of days alone"
        );
        signups.remove("bob");
        let day = range(at(-40, 600), at(-40, 601));
        pollster::block_on(recorder.recount(&signups, day, now)).expect("recounted");
        assert_eq!(database.count("signup_metrics"), 1);
    });
}

#[test]
fn the_first_run_begins_after_what_is_there_already() {
    on_every_backend(|database, recorder| {
        let signups = Signups::of(&[("ann", at(0, 10))]);
        pollster::block_on(recorder.collect(&signups, at(0, 30))).expect("collected");
        // As if the table had had another name, or another origin.
        database.execute("DELETE FROM metrics_watermarks");
        signups.add("bob", at(0, 40));
        let report = pollster::block_on(recorder.collect(&signups, at(0, 60))).expect("collected");
        assert_eq!(report.window.expect("counted").start(), at(0, 15));
        assert_eq!(counted(database, days()), [2, 2, 2]);
    });
}

#[test]
fn a_collector_that_fails_leaves_everything_as_it_was() {
    on_every_backend(|database, recorder| {
        let signups = Signups::of(&[("ann", at(-1, 10)), ("bob", at(0, 10))]);
        let now = at(0, 60);
        pollster::block_on(recorder.collect(&signups, at(0, 0))).expect("collected");
        let before = database
            .store
            .collected_until(layout(recorder))
            .expect("an answer");
        assert_eq!(before, Some(at(0, 0)));
        let run = |signups: &Signups| {
            let error = pollster::block_on(recorder.collect(signups, now)).expect_err("it fails");
            let again =
                pollster::block_on(recorder.recount(signups, range(at(-1, 0), at(0, 0)), now));
            again.expect_err("the recount fails, too");
            assert_eq!(counted(database, days()), [1, 1, 1], "after: {error}");
            let after = database
                .store
                .collected_until(layout(recorder))
                .expect("an answer");
            assert_eq!(after, before, "after: {error}");
            error
        };
        let broken = run(&Signups::broken("the disk is gone"));
        assert!(
            broken.to_string().contains("Signups found nothing of"),
            "{broken}"
        );
        assert!(broken.to_string().ends_with("the disk is gone"), "{broken}");

        let outside = run(&signups.clone().answering(at(3, 0)));
        assert!(matches!(outside, CollectError::Outside { .. }), "{outside}");
        assert!(
            outside.to_string().contains("Signups answered an event at"),
            "{outside}"
        );

        let too_long = "x".repeat(300);
        let rejected = run(&Signups::of(&[
            (&too_long, at(0, 20)),
            (&too_long, at(-1, 20)),
        ]));
        let CollectError::Rejected {
            index: 0,
            rejection,
            ..
        } = rejected
        else {
            panic!("{rejected}");
        };
        assert_eq!(rejection.field.as_deref(), Some("person"));
        // A counter beyond 64 bits is only found by the database.
        let huge = Signups::of(&[("ann", at(0, 20)), ("ann", at(-1, 20))])
            .counting(i64::MAX.unsigned_abs());
        huge.add("ann", at(0, 21));
        huge.add("ann", at(-1, 21));
        let overflow = run(&huge);
        let CollectError::Rejected { rejection, .. } = overflow else {
            panic!("{overflow}");
        };
        assert_eq!(rejection.reason, Reason::Overflow);
        pollster::block_on(recorder.collect(&signups, now)).expect("the next run is fine");
        assert_eq!(counted(database, days()), [2, 2, 2]);
    });
}

fn layout(recorder: &Recorder) -> &metrics_runtime::Layout {
    recorder.registry().metric("signup").expect("registered")
}

#[test]
fn only_a_metric_with_a_collector_is_collected_and_nobody_else_records_it() {
    on_every_backend(|database, recorder| {
        let error = pollster::block_on(recorder.collect(&source::Nothing, Utc::now()));
        let text = error.expect_err("logins are recorded").to_string();
        assert!(
            text.starts_with("login is not collected: declare it with"),
            "{text}"
        );
        let signup = Signup {
            person: "ann".into(),
            signups: 1,
        };
        let recorded = pollster::block_on(recorder.record(&signup));
        let Err(RecordError::Rejected(rejection)) = recorded else {
            panic!("{recorded:?}");
        };
        assert_eq!(
            (rejection.reason, rejection.field.as_deref()),
            (Reason::Collected, Some("type"))
        );
        assert!(
            rejection
                .message
                .contains("signup is counted by its collector"),
            "{rejection}"
        );
        let upserted = Signup::upsert(&database.store, &[(Utc::now(), signup)]).expect("an answer");
        assert_eq!((upserted.processed, upserted.failures.len()), (0, 1));
    });
}

#[test]
fn a_bucket_is_final_when_its_collector_has_passed_it() {
    on_every_backend(|database, recorder| {
        let now = at(0, 62);
        let until = |metric: &str| {
            let layout = recorder.registry().metric(metric).expect("registered");
            database.store.final_until(layout, now).expect("an answer")
        };
        assert_eq!(
            until("signup"),
            DateTime::UNIX_EPOCH,
            "it was never collected"
        );
        assert_eq!(
            until("login"),
            at(0, 52),
            "ten minutes for clocks that differ"
        );
        pollster::block_on(recorder.collect(&Signups::of(&[]), at(0, 50))).expect("collected");
        assert_eq!(until("signup"), at(0, 45));
    });
}

#[test]
fn an_answer_says_how_far_its_collector_has_come() {
    on_every_backend(|database, recorder| {
        let told = || {
            let query = Signup::query(Scope::everyone()).range(range(at(0, 0), at(0, 120)));
            let query = query.interval("15m".parse().expect("an interval"));
            assert_eq!(
                query.series(&database.store).expect("one").completeness(),
                None
            );
            let series = query.with_completeness().series(&database.store);
            let told = series.expect("an answer").completeness().expect("asked");
            (told.final_until, told.final_buckets)
        };
        assert_eq!(told(), (DateTime::UNIX_EPOCH, 0));
        pollster::block_on(recorder.collect(&Signups::of(&[]), at(0, 50))).expect("collected");
        assert_eq!(told(), (at(0, 45), 3));
        pollster::block_on(recorder.collect(&Signups::of(&[]), at(1, 0))).expect("collected");
        assert_eq!(told(), (at(1, 0), 8), "the range has no more");
    });
}

#[test]
fn a_recount_finds_what_is_still_in_the_journal() {
    let database = Database::new(Backend::Sqlite, &registry());
    let limits = Limits {
        fold_interval: std::time::Duration::from_secs(3_600),
        ..Limits::default()
    };
    let recorder = Recorder::start(&database.store, Arc::new(registry()), limits);
    let signups = Signups::of(&[("ann", at(0, 10))]);
    let now = at(0, 60);
    pollster::block_on(recorder.collect(&signups, now)).expect("collected");
    pollster::block_on(recorder.record(&Login { count: 7 })).expect("recorded");
    signups.add("bob", at(0, 20));
    pollster::block_on(recorder.recount(&signups, range(at(0, 0), at(0, 60)), now)).expect("done");
    assert_eq!(counted(&database, days()), [2, 2, 2]);
    recorder.shutdown();
    assert_eq!(
        counted(&database, days()),
        [2, 2, 2],
        "and after the last fold"
    );
    let logins = Login::query(Scope::everyone())
        .load(&database.store)
        .expect("an answer");
    assert_eq!(logins.iter().map(|bucket| bucket.count).sum::<u64>(), 7);
}
