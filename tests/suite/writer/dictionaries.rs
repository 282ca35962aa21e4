//! The dictionaries behind dimension values, by writers that do not remember each other's.

use std::sync::Arc;

use chrono::Utc;
use metrics_runtime::migrate::Backend;
use metrics_runtime::{Limits, Recorder, Registry, Scope, TimeSeriesMetric, register};

use super::{Database, backends};

/// Dimensions of every kind, named as SQL names things of its own.
#[derive(Debug, Clone, TimeSeriesMetric)]
#[metric(table = "readings")]
struct Reading {
    #[dimension(team)]
    json: String,
    #[dimension]
    value: String,
    #[dimension]
    given: i64,
    #[dimension]
    key: bool,
    #[counter]
    count: u64,
}

fn registry() -> Registry {
    register![Reading].build().expect("one metric")
}

fn reading(value: &str, given: i64) -> Reading {
    Reading {
        json: "t".into(),
        value: value.into(),
        given,
        key: given > 0,
        count: 1,
    }
}

/// Records by a writer that has met nobody yet.
fn record(database: &Database, readings: &[Reading]) {
    let recorder = Recorder::start(&database.store, Arc::new(registry()), Limits::default());
    let now = Utc::now();
    let events: Vec<_> = readings.iter().cloned().map(|one| (now, one)).collect();
    let receipt = pollster::block_on(recorder.record_all(&events)).expect("the database takes it");
    assert_eq!(receipt.failures, []);
    recorder.shutdown();
}

#[test]
fn another_writer_finds_entries_again_and_takes_numbers_for_new_ones_only() {
    let odd = "[\"a\", 1] \\ 'ü' \u{1}";
    let first = [reading("", 0), reading(odd, -1), reading("1", i64::MAX)];
    for backend in backends() {
        let database = Database::empty(backend);
        database.create(&registry());
        for _ in 0..3 {
            record(&database, &first);
        }
        record(
            &database,
            &[first.to_vec(), vec![reading("new", 0)]].concat(),
        );
        assert_eq!(database.count("readings_labels"), 4, "{backend:?}");
        if backend == Backend::Postgres {
            // Elsewhere they have 64 bits, and may be wasted.
            let numbers = "SELECT CAST(id AS TEXT) AS name FROM readings_labels ORDER BY id";
            assert_eq!(database.texts(numbers), ["1", "2", "3", "4"]);
        }
        let of = |given| {
            let filter = ReadingFilter {
                given: vec![given],
                ..ReadingFilter::default()
            };
            let query = Reading::query(Scope::team("t")).filter(filter);
            let series = query.series(&database.store).expect("an answer");
            series.summary()[0].total
        };
        assert_eq!([of(-1), of(i64::MAX), of(0)], [4, 4, 5], "{backend:?}");
    }
}

#[test]
fn a_writer_whose_clock_is_behind_does_not_make_entries_older() {
    for backend in backends() {
        let database = Database::empty(backend);
        database.create(&registry());
        record(&database, &[reading("a", 1)]);
        let tables = ["readings_owners", "readings_labels"];
        for table in tables {
            database.execute(&format!("UPDATE {table} SET last_used_at = 9000000000"));
        }
        record(&database, &[reading("a", 1)]);
        for table in tables {
            let fresh = database.count(&format!("{table} WHERE last_used_at = 9000000000"));
            assert_eq!(fresh, 1, "{backend:?}: {table}");
        }
    }
}

/// Few combinations, which one more than fills.
#[derive(Debug, Clone, TimeSeriesMetric)]
#[metric(table = "samples", max_series = 4)]
struct Sample {
    #[dimension(team)]
    team: String,
    #[dimension]
    kind: String,
    #[counter]
    count: u64,
}

fn sample(kind: &str, count: u64) -> Sample {
    Sample {
        team: "t".into(),
        kind: kind.into(),
        count,
    }
}

fn samples(database: &Database, kind: &str) -> i128 {
    let filter = SampleFilter {
        kind: vec![kind.to_owned()],
        ..SampleFilter::default()
    };
    let query = Sample::query(Scope::team("t")).filter(filter);
    let series = query.series(&database.store).expect("an answer");
    series.summary()[0].total
}

#[test]
fn what_a_refused_event_has_rolled_back_is_not_remembered() {
    let beyond = i64::MAX.unsigned_abs();
    let registry = || register![Sample].build().expect("one metric");
    for backend in backends() {
        let database = Database::empty(backend);
        database.create(&registry());
        let recorder = Recorder::start(&database.store, Arc::new(registry()), Limits::default());
        let record = |samples: &[Sample]| {
            let now = Utc::now();
            let events: Vec<_> = samples.iter().cloned().map(|one| (now, one)).collect();
            let receipt = pollster::block_on(recorder.record_all(&events));
            receipt.expect("the database takes the rest").failures.len()
        };
        // The team is known by then, and each kind is new with a batch that is written twice.
        assert_eq!(record(&[sample("a", 1)]), 0);
        for kind in ["b", "c", "d"] {
            let events = [sample(kind, 1), sample(kind, beyond), sample(kind, 2)];
            assert_eq!(record(&events), 1, "{backend:?}");
        }
        // As many as there may be, and none more.
        assert_eq!(record(&[sample("e", 7)]), 0);
        let counted = ["a", "b", "c", "d", "e"].map(|kind| samples(&database, kind));
        assert_eq!(counted, [1, 3, 3, 3, 0], "{backend:?}");
        recorder.shutdown();
    }
}
