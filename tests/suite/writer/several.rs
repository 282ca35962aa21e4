//! Several writers on one database, as several processes are.

use std::sync::Arc;

use chrono::Utc;
use metrics_runtime::{Batch, Limits, RecordError, Recorder};

use super::{build_event, builds, on_every_backend};
use crate::support::metrics::{Build, registry};

#[test]
fn a_sum_that_another_writer_has_brought_near_64_bits_is_not_exceeded() {
    // As a server does, and as an import does.
    for journal_events in [Limits::default().journal_events, 0] {
        on_every_backend(registry, |database, recorder| {
            let now = Utc::now();
            let record = |recorder: &Recorder, builds: i64| {
                let (team, builds) = ("t1".to_owned(), builds.unsigned_abs());
                let build = Build {
                    team,
                    passed: true,
                    builds,
                };
                pollster::block_on(recorder.record_at(&build, now))
            };
            record(recorder, 1).expect("it fits");
            let limits = Limits {
                journal_events,
                ..Limits::default()
            };
            let other = Recorder::start(&database.store, Arc::new(registry()), limits);
            record(&other, i64::MAX - 11).expect("it fits");
            let refused = record(recorder, 20).expect_err("it does not fit");
            assert!(matches!(refused, RecordError::Rejected(_)), "{refused}");
            record(recorder, 10).expect("it just fits");
            record(&other, 1).expect_err("nothing fits any more");
            other.shutdown();
            database.store.fold().expect("the buckets take all of it");
            assert_eq!(builds(database), i64::MAX.into());
        });
    }
}

#[test]
fn the_same_batches_in_another_order_disturb_nobody() {
    on_every_backend(registry, |database, recorder| {
        let other = Recorder::start(&database.store, Arc::new(registry()), Limits::default());
        let send = |recorder: &Recorder, ids: &mut dyn Iterator<Item = u32>| {
            // All of them at once, so that they share transactions.
            let answers: Vec<_> = ids
                .map(|id| {
                    let batch = Batch {
                        id: Some(format!("batch {id}").into()),
                        ..Batch::of(vec![build_event(recorder, "1")])
                    };
                    recorder.try_submit(batch).expect("there is room")
                })
                .collect();
            for answer in answers {
                let receipt = pollster::block_on(answer).expect("nobody is disturbed");
                assert_eq!(receipt.processed, 1);
            }
        };
        for round in 0..20 {
            let ids = round * 50..(round + 1) * 50;
            std::thread::scope(|scope| {
                scope.spawn(|| send(recorder, &mut ids.clone()));
                scope.spawn(|| send(&other, &mut ids.clone().rev()));
            });
        }
        other.shutdown();
        assert_eq!(builds(database), 1_000);
    });
}
