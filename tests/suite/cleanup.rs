//! Cleanup, on every backend: what is past its retention goes, in slices, and nothing else does.

use std::sync::Arc;
use std::task::{Context, Waker};

use chrono::{DateTime, TimeDelta, Utc};
use metrics_runtime::{Layout, Limits, Recorder, TimeSeriesMetric, expired_now};

use crate::support::database::{Database, backends};
use crate::support::metrics::{Login, ToolCall, Transport, registry};

fn call(user: &str, tool: &str) -> ToolCall {
    ToolCall {
        user_id: user.into(),
        team_id: "t".into(),
        tool: tool.into(),
        transport: Transport::Http,
        attempt: 1,
        calls: 1,
        sent: 0,
    }
}

fn rows_by_level(report: &metrics_runtime::CleanupReport) -> Vec<(String, u64)> {
    report
        .rows
        .iter()
        .map(|level| (level.interval.clone(), level.rows))
        .collect()
}

fn expected(levels: [(&str, u64); 3]) -> Vec<(String, u64)> {
    levels
        .map(|(interval, rows)| (interval.to_owned(), rows))
        .to_vec()
}

#[test]
fn each_interval_is_cleaned_by_its_own_retention() {
    for backend in backends() {
        let database = Database::new(backend, &registry());
        let now = Utc::now();
        let events: Vec<_> = ["a", "b", "c"]
            .map(|user| (now, call(user, "grep")))
            .to_vec();
        ToolCall::upsert(&database.store, &events).expect("recorded");
        let after = |days| now + TimeDelta::days(days);
        for (days, levels) in [
            (2, [("15m", 0), ("1h", 0), ("1d", 0)]),
            (4, [("15m", 3), ("1h", 0), ("1d", 0)]),
            (29, [("15m", 0), ("1h", 0), ("1d", 0)]),
            (31, [("15m", 0), ("1h", 3), ("1d", 0)]),
            (732, [("15m", 0), ("1h", 0), ("1d", 3)]),
        ] {
            let layout = Arc::new(Layout::of(ToolCall::SCHEMA));
            let would = expired_now(&database.store, &layout, after(days)).expect("counted");
            assert_eq!(
                rows_by_level(&would),
                expected(levels),
                "would delete after {days} days"
            );
            let report = ToolCall::cleanup(&database.store, after(days)).expect("cleaned");
            assert_eq!(
                rows_by_level(&report),
                expected(levels),
                "deleted after {days} days"
            );
        }
        assert_eq!(database.count("tool_call_metrics"), 0);
    }
}

#[test]
fn the_bucket_in_which_the_retention_ends_is_kept_whole() {
    for backend in backends() {
        let database = Database::new(backend, &registry());
        let bucket =
            DateTime::from_timestamp(Utc::now().timestamp() / 3_600 * 3_600, 0).expect("a time");
        Login::upsert(&database.store, &[(bucket, Login { count: 1 })]).expect("recorded");
        let end = bucket + TimeDelta::hours(1) + TimeDelta::days(30);
        let before = Login::cleanup(&database.store, end - TimeDelta::seconds(1)).expect("cleaned");
        assert_eq!(before.total_rows(), 0);
        assert_eq!(
            Login::cleanup(&database.store, end)
                .expect("cleaned")
                .total_rows(),
            1
        );
    }
}

#[test]
fn dictionary_entries_that_nothing_uses_any_more_go_too() {
    for backend in backends() {
        let database = Database::new(backend, &registry());
        let now = Utc::now();
        ToolCall::upsert(
            &database.store,
            &[(now, call("a", "grep")), (now, call("b", "sed"))],
        )
        .expect("recorded");
        let early =
            ToolCall::cleanup(&database.store, now + TimeDelta::days(700)).expect("cleaned");
        assert_eq!(
            early.dictionary_entries, 0,
            "the daily buckets still use them"
        );
        let late = ToolCall::cleanup(&database.store, now + TimeDelta::days(740)).expect("cleaned");
        assert_eq!((late.total_rows(), late.dictionary_entries), (2, 4));
        assert_eq!(database.count("tool_call_metrics_owners"), 0);
        assert_eq!(database.count("tool_call_metrics_labels"), 0);
    }
}

/// The calls of many tools by many users, at one time.
fn record_many(database: &Database, at: DateTime<Utc>) {
    let users: Vec<String> = (0..300).map(|user| format!("u{user}")).collect();
    let tools: Vec<String> = (0..10).map(|tool| format!("tool{tool}")).collect();
    let each = users
        .iter()
        .flat_map(|user| tools.iter().map(move |tool| (at, call(user, tool))));
    let events: Vec<_> = each.collect();
    ToolCall::upsert(&database.store, &events).expect("recorded");
}

#[test]
fn a_cleanup_that_nobody_awaits_any_more_goes_no_further() {
    for backend in backends() {
        let database = Database::new(backend, &registry());
        let now = Utc::now();
        record_many(&database, now);
        let recorder = Recorder::start(&database.store, Arc::new(registry()), Limits::default());
        let layout = Arc::clone(recorder.registry().metric("tool_call").expect("registered"));
        // The first slice has to wait for this.
        let lock = database.place.lock();
        let mut cleanup = Box::pin(recorder.cleanup(&layout, now + TimeDelta::days(31)));
        let begun = cleanup
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()));
        assert!(begun.is_pending());
        drop(cleanup);
        drop(lock);
        recorder.shutdown();
        assert!(database.count("tool_call_metrics") > 3_000);
    }
}

#[test]
fn many_rows_of_many_owners_go_in_slices_while_others_write() {
    for backend in backends() {
        let database = Database::new(backend, &registry());
        let now = Utc::now();
        record_many(&database, now);
        let recorder = Recorder::start(&database.store, Arc::new(registry()), Limits::default());
        let layout = Arc::clone(recorder.registry().metric("tool_call").expect("registered"));
        let report = std::thread::scope(|scope| {
            let writing = scope.spawn(|| {
                for _ in 0..20 {
                    pollster::block_on(recorder.record(&Login { count: 1 })).expect("recorded");
                }
            });
            let report = pollster::block_on(recorder.cleanup(&layout, now + TimeDelta::days(31)))
                .expect("cleaned");
            writing.join().expect("no panic");
            report
        });
        assert_eq!(
            rows_by_level(&report),
            expected([("15m", 3_000), ("1h", 3_000), ("1d", 0)])
        );
        assert_eq!(database.count("tool_call_metrics"), 3_000);
        assert_eq!(recorder.stats().cleaned, 6_000);
        recorder.shutdown();
    }
}
