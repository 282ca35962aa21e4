//! The writer, on every backend: what it refuses, what it isolates, what it counts once.

mod deletion;
mod dictionaries;
mod several;
mod sqlite;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use metrics_runtime::{
    Batch, BatchId, Event, EventBuilder, Layout, Limits, RawValue, Reason, Receipt, RecordError,
    Recorder, Registry, Scope, TimeSeriesMetric, register,
};

use crate::support::database::{Database, backends};
use crate::support::metrics::{Build, Login, ToolCall, Transport, registry};

/// Rows that belong to people who must exist.
#[derive(Debug, Clone, TimeSeriesMetric)]
#[metric(table = "owned_metrics")]
struct Owned {
    #[dimension(user, references = "people(id)")]
    user_id: String,
    #[dimension(team)]
    team_id: String,
    #[dimension(references = "servers(id)")]
    server_id: String,
    #[counter]
    uses: u64,
    #[counter]
    bytes: u64,
}

fn owned_registry() -> Registry {
    register![Owned].build().expect("one metric")
}

fn owned(user: &str, server: &str, bytes: u64) -> Owned {
    Owned {
        user_id: user.into(),
        team_id: "t".into(),
        server_id: server.into(),
        uses: 1,
        bytes,
    }
}

/// Runs a test on every backend, over the tables of `registry`.
fn on_every_backend(registry: fn() -> Registry, test: impl Fn(&Database, &Recorder)) {
    within(&Limits::default(), registry, test);
}

/// Runs a test on every backend, with a recorder of certain limits.
fn within(limits: &Limits, registry: fn() -> Registry, test: impl Fn(&Database, &Recorder)) {
    for backend in backends() {
        let database = Database::empty(backend);
        database.execute(
            "CREATE TABLE people (id TEXT NOT NULL PRIMARY KEY); INSERT INTO people VALUES ('ann'), ('bob');
             CREATE TABLE servers (id TEXT NOT NULL PRIMARY KEY); INSERT INTO servers VALUES ('s1');",
        );
        database.create(&registry());
        let recorder = Recorder::start(&database.store, Arc::new(registry()), limits.clone());
        test(&database, &recorder);
        recorder.shutdown();
    }
}

fn record<M: TimeSeriesMetric>(recorder: &Recorder, metric: &M) -> Result<(), RecordError> {
    pollster::block_on(recorder.record(metric))
}

fn uses(database: &Database, scope: Scope) -> [i128; 2] {
    let summary = Owned::query(scope)
        .series(&database.store)
        .expect("an answer")
        .summary();
    [summary[0].total, summary[1].total]
}

fn builder<'a>(recorder: &Recorder, metric: &str, fields: &[(&str, &'a str)]) -> EventBuilder<'a> {
    let layout = recorder.registry().metric(metric).expect("registered");
    let mut builder = EventBuilder::new(Arc::clone(layout));
    for (name, value) in fields {
        builder
            .set(name, RawValue::Text((*value).into()))
            .expect("a valid field");
    }
    builder
}

fn build_event(recorder: &Recorder, builds: &str) -> Event {
    let fields = [("team", "t1"), ("passed", "true"), ("builds", builds)];
    builder(recorder, "build", &fields)
        .finish(Utc::now().timestamp())
        .expect("complete")
}

fn submit(recorder: &Recorder, id: &str, events: Vec<Event>) -> Receipt {
    let batch = Batch {
        id: Some(id.to_owned().into()),
        ..Batch::of(events)
    };
    recorder
        .submit_blocking(batch)
        .expect("the database answers")
}

fn builds(database: &Database) -> i128 {
    Build::query(Scope::team("t1"))
        .series(&database.store)
        .expect("an answer")
        .summary()[0]
        .total
}

#[test]
fn a_batch_with_an_id_is_counted_once_and_answered_the_same() {
    on_every_backend(registry, |database, recorder| {
        let first = submit(
            recorder,
            "a",
            vec![build_event(recorder, "2"), build_event(recorder, "3")],
        );
        assert_eq!(first.processed, 2);
        let again = submit(
            recorder,
            "a",
            vec![build_event(recorder, "2"), build_event(recorder, "3")],
        );
        assert_eq!(
            (again.processed, &again.failures),
            (first.processed, &first.failures)
        );
        assert_eq!(builds(database), 5);
        assert_eq!(
            submit(recorder, "b", vec![build_event(recorder, "1")]).processed,
            1
        );
        assert_eq!(builds(database), 6);
    });
}

#[test]
fn an_id_is_forgotten_when_its_time_has_come() {
    on_every_backend(registry, |database, recorder| {
        for (name, retention) in [("short", 0), ("long", 3_600)] {
            let id = BatchId {
                name: name.to_owned(),
                retention: Some(retention),
            };
            let batch = Batch {
                id: Some(id),
                ..Batch::of(vec![build_event(recorder, "1")])
            };
            recorder
                .submit_blocking(batch)
                .expect("the database answers");
        }
        let layout = Arc::clone(recorder.registry().metric("build").expect("registered"));
        pollster::block_on(recorder.cleanup(&layout, Utc::now())).expect("cleaned");
        submit(recorder, "short", vec![build_event(recorder, "1")]);
        submit(recorder, "long", vec![build_event(recorder, "1")]);
        assert_eq!(builds(database), 3);
    });
}

#[test]
fn an_id_survives_a_new_recorder() {
    on_every_backend(registry, |database, recorder| {
        submit(recorder, "a", vec![build_event(recorder, "2")]);
        recorder.shutdown();
        let other = Recorder::start(&database.store, Arc::new(registry()), Limits::default());
        submit(&other, "a", vec![build_event(&other, "2")]);
        assert_eq!(builds(database), 2);
        other.shutdown();
    });
}

#[test]
fn one_id_from_many_threads_is_counted_once() {
    on_every_backend(registry, |database, recorder| {
        let receipts: Vec<Receipt> = std::thread::scope(|scope| {
            let submit = || submit(recorder, "same", vec![build_event(recorder, "7")]);
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(submit)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().expect("no panic"))
                .collect()
        });
        assert!(
            receipts
                .iter()
                .all(|receipt| receipt.processed == 1 && receipt.failures.is_empty())
        );
        assert_eq!(builds(database), 7);
    });
}

#[test]
fn what_refers_to_nobody_is_refused_by_name_and_spoils_nothing() {
    on_every_backend(owned_registry, |database, recorder| {
        let event = |user: &str, server: &str| {
            let fields = [
                ("user_id", user),
                ("team_id", "t"),
                ("server_id", server),
                ("uses", "1"),
            ];
            builder(recorder, "owned", &fields)
                .finish(Utc::now().timestamp())
                .expect("complete")
        };
        let people = ["ann", "nobody", "bob", "nobody", "ann"];
        let mut events: Vec<_> = people.iter().map(|user| event(user, "s1")).collect();
        events.push(event("ann", "s9"));
        let receipt = recorder
            .submit_blocking(Batch::of(events))
            .expect("the database answers");
        let failed: Vec<_> = receipt
            .failures
            .iter()
            .map(|failure| failure.index)
            .collect();
        assert_eq!((receipt.processed, failed), (3, vec![1, 3, 5]));
        assert_eq!(
            receipt.failures[0].rejection.field.as_deref(),
            Some("user_id")
        );
        assert_eq!(
            receipt.failures[0].rejection.reason,
            Reason::UnknownReference
        );
        assert_eq!(
            receipt.failures[2].rejection.field.as_deref(),
            Some("server_id")
        );
        assert_eq!(uses(database, Scope::everyone()), [3, 0]);
    });
}

#[test]
fn a_counter_beyond_64_bits_is_refused_by_name_and_what_was_there_stays() {
    on_every_backend(owned_registry, |database, recorder| {
        let most = i64::MAX.cast_unsigned() - 10;
        record(recorder, &owned("ann", "s1", most)).expect("it fits");
        let refused = record(recorder, &owned("ann", "s1", 11)).expect_err("it does not fit");
        let RecordError::Rejected(rejection) = refused else {
            panic!("{refused}")
        };
        assert_eq!(
            (rejection.reason, rejection.field.as_deref()),
            (Reason::Overflow, Some("bytes"))
        );
        assert_eq!(uses(database, Scope::own("t", "ann")), [1, most.into()]);
        record(recorder, &owned("ann", "s1", 10)).expect("it just fits");
        assert_eq!(uses(database, Scope::own("t", "ann")), [2, i64::MAX.into()]);
    });
}

/// Names that are as long as they may be.
#[derive(Debug, Clone, TimeSeriesMetric)]
struct Visit {
    #[dimension(user)]
    user_id: String,
    #[dimension(max_len = 2_000)]
    page: String,
    #[dimension(max_len = 2_000)]
    source: String,
    #[counter]
    visits: u64,
}

/// Text of as many bytes, in which nothing repeats, so that no database makes it shorter.
fn noise(bytes: usize) -> String {
    let letter = |state: &mut u32| {
        *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b'!' + u8::try_from((*state >> 24) % 94).expect("small"))
    };
    let state = std::iter::repeat_n((), bytes).scan(7, |state, ()| Some(letter(state)));
    state.collect()
}

#[test]
fn values_that_no_key_has_room_for_are_refused_and_the_longest_ones_are_not() {
    let registry = || register![Visit].build().expect("one metric");
    on_every_backend(registry, |database, recorder| {
        let visit = |page: usize, source: usize| Visit {
            user_id: "ann".into(),
            page: noise(page),
            source: noise(source),
            visits: 1,
        };
        record(recorder, &visit(1_500, 1_000)).expect("it just fits");
        let refused = record(recorder, &visit(1_501, 1_000)).expect_err("it does not fit");
        let RecordError::Rejected(rejection) = refused else {
            panic!("{refused}")
        };
        assert_eq!(
            (rejection.reason, rejection.field.as_deref()),
            (Reason::InvalidDimension, Some("page"))
        );
        assert!(rejection.message.contains("2501 bytes"), "{rejection:?}");
        let visits = Visit::query(Scope::everyone()).series(&database.store);
        assert_eq!(visits.expect("an answer").summary()[0].total, 1);
    });
}

mod namesake {
    use metrics_runtime::TimeSeriesMetric;

    /// Has the name of another metric, and other columns.
    #[derive(Debug, Clone, TimeSeriesMetric)]
    #[metric(table = "owned_metrics")]
    pub(super) struct Owned {
        #[dimension]
        pub(super) server_id: String,
        #[counter]
        pub(super) uses: u64,
    }
}

#[test]
fn a_metric_that_is_not_registered_is_refused_and_takes_nothing_along() {
    on_every_backend(owned_registry, |database, recorder| {
        let login = Login { count: 1 };
        let namesake = namesake::Owned {
            server_id: "s1".into(),
            uses: 1,
        };
        let refused = [record(recorder, &login), record(recorder, &namesake)];
        for (refused, remedy) in refused
            .into_iter()
            .zip(["add it to `register!`", "that name has"])
        {
            let Err(RecordError::Rejected(rejection)) = refused else {
                panic!("{refused:?}")
            };
            assert_eq!(rejection.reason, Reason::UnknownType);
            assert!(rejection.message.contains(remedy), "{rejection:?}");
        }
        assert!(recorder.try_record(&login).is_err());
        // Events that were built for the tables of another registry come with those that were not.
        let layout = Arc::new(Layout::of(Login::SCHEMA));
        let mut stranger = EventBuilder::new(layout);
        stranger
            .set("count", RawValue::Text("1".into()))
            .expect("a measure");
        let now = Utc::now().timestamp();
        let stranger = stranger.finish(now).expect("complete");
        let fields = [
            ("user_id", "ann"),
            ("team_id", "t"),
            ("server_id", "s1"),
            ("uses", "1"),
            ("bytes", "1"),
        ];
        let known = || {
            builder(recorder, "owned", &fields)
                .finish(now)
                .expect("complete")
        };
        let receipt = recorder.submit_blocking(Batch::of(vec![known(), stranger, known()]));
        let receipt = receipt.expect("the database answers");
        assert_eq!((receipt.processed, receipt.failures.len()), (2, 1));
        assert_eq!(receipt.failures[0].index, 1);
        assert_eq!(uses(database, Scope::own("t", "ann")), [2, 2]);
    });
}

#[test]
fn a_recorder_that_was_shut_down_says_so_at_every_door() {
    on_every_backend(owned_registry, |_, recorder| {
        assert!(recorder.is_running());
        recorder.shutdown();
        assert!(!recorder.is_running());
        let event = owned("ann", "s1", 1);
        assert!(matches!(record(recorder, &event), Err(RecordError::Closed)));
        assert!(matches!(
            recorder.try_record(&event),
            Err(RecordError::Closed)
        ));
    });
}

#[test]
fn an_overflow_spoils_nothing_of_its_batch() {
    on_every_backend(owned_registry, |database, recorder| {
        let event = |user: &str, bytes: i64| {
            let bytes = bytes.to_string();
            let fields = [
                ("user_id", user),
                ("team_id", "t"),
                ("server_id", "s1"),
                ("uses", "1"),
                ("bytes", &bytes),
            ];
            builder(recorder, "owned", &fields)
                .finish(Utc::now().timestamp())
                .expect("complete")
        };
        let mut events: Vec<_> = (0..100).map(|_| event("ann", 1)).collect();
        events.insert(40, event("bob", i64::MAX));
        events.insert(60, event("bob", i64::MAX));
        let receipt = recorder
            .submit_blocking(Batch::of(events))
            .expect("the database answers");
        assert_eq!((receipt.processed, receipt.failures.len()), (101, 1));
        assert_eq!(
            receipt.failures[0].rejection.field.as_deref(),
            Some("bytes")
        );
        assert_eq!(uses(database, Scope::own("t", "ann")), [100, 100]);
        assert_eq!(uses(database, Scope::own("t", "bob")), [1, i64::MAX.into()]);
    });
}

#[test]
fn sums_beyond_2_to_the_53_come_back_exact() {
    on_every_backend(owned_registry, |database, recorder| {
        let odd = (1_u64 << 53) + 1;
        record(recorder, &owned("ann", "s1", odd)).expect("it fits");
        record(recorder, &owned("bob", "s1", odd)).expect("it fits");
        assert_eq!(uses(database, Scope::team("t")), [2, i128::from(odd) * 2]);
    });
}

#[test]
fn a_sum_beyond_64_bits_is_an_error_of_the_question() {
    on_every_backend(owned_registry, |database, recorder| {
        record(recorder, &owned("ann", "s1", i64::MAX.cast_unsigned())).expect("it fits");
        record(recorder, &owned("bob", "s1", i64::MAX.cast_unsigned())).expect("it fits");
        let error = Owned::query(Scope::team("t"))
            .series(&database.store)
            .expect_err("the sum does not fit");
        assert!(
            matches!(error, metrics_runtime::QueryError::Invalid(_)),
            "{error}"
        );
        assert_eq!(uses(database, Scope::own("t", "ann"))[1], i64::MAX.into());
    });
}

#[test]
fn events_past_their_retention_or_too_far_ahead_are_refused() {
    on_every_backend(registry, |database, recorder| {
        let at = |ago: TimeDelta| -> Result<(), RecordError> {
            let login = Login { count: 1 };
            pollster::block_on(recorder.record_at(&login, Utc::now() - ago))
        };
        for (ago, reason) in [
            (TimeDelta::days(31), Reason::TooOld),
            (-TimeDelta::minutes(11), Reason::TooNew),
        ] {
            let refused = at(ago).expect_err("it is refused");
            let RecordError::Rejected(rejection) = refused else {
                panic!("{refused}")
            };
            assert_eq!(
                (rejection.reason, rejection.field.as_deref()),
                (reason, Some("timestamp"))
            );
        }
        at(TimeDelta::days(29)).expect("it is kept");
        at(-TimeDelta::minutes(9)).expect("clocks may differ");
        assert_eq!(database.count("login_metrics"), 2);
    });
}

#[test]
fn an_old_event_is_kept_in_the_intervals_that_keep_it() {
    on_every_backend(registry, |database, recorder| {
        let call = ToolCall {
            user_id: "u".into(),
            team_id: "t".into(),
            tool: "grep".into(),
            transport: Transport::Stdio,
            attempt: 0,
            calls: 1,
            sent: 0,
        };
        let at = |days| Utc::now() - TimeDelta::days(days);
        for days in [1, 10, 100] {
            pollster::block_on(recorder.record_at(&call, at(days))).expect("it is kept somewhere");
        }
        // 15m keeps three days, 1h thirty, 1d two years.
        assert_eq!(database.count("tool_call_metrics"), 3 + 2 + 1);
    });
}

#[test]
fn a_full_recorder_says_so_and_goes_on_afterwards() {
    on_every_backend(registry, |database, recorder| {
        let limits = Limits {
            queued_events: 1,
            ..Limits::default()
        };
        let small = Recorder::start(&database.store, Arc::clone(recorder.registry()), limits);
        let mut full = 0;
        let mut accepted = Vec::new();
        for _ in 0..200 {
            match small.try_submit(Batch::of(vec![build_event(recorder, "1")])) {
                Ok(receipt) => accepted.push(receipt),
                Err(RecordError::Full) => full += 1,
                Err(error) => panic!("{error}"),
            }
        }
        assert!(
            full > 0,
            "two hundred events at once do not fit where one does"
        );
        let processed: usize = accepted
            .into_iter()
            .map(|receipt| pollster::block_on(receipt).expect("committed").processed)
            .sum();
        assert_eq!(
            (processed + full, builds(database)),
            (200, processed as i128)
        );
        small.shutdown();
    });
}

/// Few series, and an overflow series beyond.
#[derive(Debug, Clone, TimeSeriesMetric)]
#[metric(max_series = 3)]
struct Narrow {
    #[dimension(team)]
    team: String,
    #[dimension]
    kind: String,
    #[counter]
    hits: u64,
}

/// Few series, and no place for more.
#[derive(Debug, Clone, TimeSeriesMetric)]
#[metric(max_series = 1)]
struct Closed {
    #[dimension(references = "servers(id)")]
    server_id: String,
    #[dimension]
    kind: String,
    #[counter]
    hits: u64,
}

fn narrow_registry() -> Registry {
    register![Narrow, Closed].build().expect("no conflicts")
}

fn hits(database: &Database, scope: Scope, kinds: &[&str]) -> u64 {
    let kind = kinds.iter().map(|kind| (*kind).to_owned()).collect();
    let filter = NarrowFilter {
        kind,
        ..NarrowFilter::default()
    };
    let buckets = Narrow::query(scope)
        .filter(filter)
        .load(&database.store)
        .expect("an answer");
    buckets.iter().map(|bucket| bucket.hits).sum()
}

#[test]
fn series_beyond_the_limit_are_counted_together_and_those_before_go_on() {
    on_every_backend(narrow_registry, |database, recorder| {
        let hit = |recorder: &Recorder, team: &str, kind: &str| {
            let hit = Narrow {
                team: team.into(),
                kind: kind.into(),
                hits: 1,
            };
            record(recorder, &hit).expect("recorded");
        };
        for kind in ["a", "b"] {
            hit(recorder, "red", kind);
        }
        hit(recorder, "blue", "a");
        for kind in ["c", "d", "a", "b"] {
            hit(recorder, "red", kind);
        }
        // Another writer knows the limit too, and what is told apart by now.
        let other = Recorder::start(
            &database.store,
            Arc::clone(recorder.registry()),
            Limits::default(),
        );
        hit(&other, "blue", "b");
        hit(&other, "blue", "a");
        assert_eq!(
            hits(database, Scope::team("red"), &[]),
            6,
            "totals include the overflow series"
        );
        assert_eq!(
            hits(database, Scope::team("blue"), &[]),
            3,
            "each owner has one of its own"
        );
        assert_eq!(hits(database, Scope::everyone(), &["a", "b"]), 6);
        assert_eq!(hits(database, Scope::everyone(), &["c", "d"]), 0);
        assert_eq!(
            database.count("narrow_metrics_labels"),
            2,
            "the dictionary does not grow any more"
        );
        assert_eq!(
            database.count("narrow_metrics_view WHERE kind IS NULL AND bucket_interval = '1h'"),
            2
        );
        assert_eq!(
            (recorder.stats().overflowed, other.stats().overflowed),
            (vec![("narrow", 2)], vec![("narrow", 1)])
        );
        other.shutdown();
    });
}

#[test]
fn where_labels_refer_to_rows_series_beyond_the_limit_are_refused() {
    on_every_backend(narrow_registry, |database, recorder| {
        let hit = |kind: &str| {
            record(
                recorder,
                &Closed {
                    server_id: "s1".into(),
                    kind: kind.into(),
                    hits: 1,
                },
            )
        };
        hit("a").expect("recorded");
        let refused = hit("b").expect_err("there is one already");
        let RecordError::Rejected(rejection) = refused else {
            panic!("{refused}")
        };
        assert_eq!(rejection.reason, Reason::TooManySeries);
        hit("a").expect("recorded");
        assert_eq!(database.count("closed_metrics_labels"), 1);
    });
}

#[test]
fn shutdown_commits_what_was_accepted_and_refuses_the_rest() {
    on_every_backend(registry, |database, recorder| {
        let accepted: Vec<_> = (0..50)
            .map(|_| {
                recorder
                    .try_submit(Batch::of(vec![build_event(recorder, "1")]))
                    .expect("there is room")
            })
            .collect();
        recorder.shutdown();
        for receipt in accepted {
            assert_eq!(pollster::block_on(receipt).expect("committed").processed, 1);
        }
        assert_eq!(builds(database), 50);
        assert_eq!(
            record(recorder, &Login { count: 1 }),
            Err(RecordError::Closed)
        );
    });
}

#[test]
fn what_the_recorder_did_is_counted() {
    on_every_backend(registry, |_, recorder| {
        let now =
            DateTime::from_timestamp(Utc::now().timestamp() / 3_600 * 3_600, 0).expect("a time");
        for _ in 0..3 {
            pollster::block_on(recorder.record_at(&Login { count: 1 }, now)).expect("valid");
        }
        pollster::block_on(recorder.record_at(&Login { count: 1 }, now - TimeDelta::days(40)))
            .expect_err("too old");
        let stats = recorder.stats();
        assert_eq!((stats.accepted, stats.committed, stats.queued), (4, 3, 0));
        let rejected: u64 = stats.rejected.iter().map(|(_, count)| count).sum();
        let too_old = stats
            .rejected
            .iter()
            .find(|(reason, _)| *reason == Reason::TooOld);
        assert_eq!((rejected, too_old.map(|(_, count)| *count)), (1, Some(1)));
    });
}
