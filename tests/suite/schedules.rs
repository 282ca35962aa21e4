//! The hand-over between producers and the writer, under schedules that nobody would think of: small limits, several
//! threads, folds all the time, and an end in the middle. What was acknowledged is counted, and nothing else.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use metrics_runtime::{Batch, BatchId, Event, EventBuilder, Limits, RecordError, Recorder, Scope};
use metrics_runtime::{RawValue, TimeSeriesMetric};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::support::database::{Database, backends};
use crate::support::metrics::{Login, registry};
use crate::support::property::cases;

/// What a producer does with its next batch.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// Hands it over and waits for the receipt.
    Await,
    /// Hands it over under an id, twice.
    Twice,
    /// Hands it over if there is room, and goes away.
    Leave,
    /// Asks for a cleanup instead.
    Clean,
}

#[derive(Debug, Clone)]
struct Schedule {
    limits: (u32, usize, usize),
    producers: Vec<Vec<(Step, u64)>>,
    /// Acknowledged batches after which the recorder is shut down, if there are so many.
    end: u64,
}

fn schedules() -> impl Strategy<Value = Schedule> {
    let step = prop_oneof![
        4 => Just(Step::Await),
        1 => Just(Step::Twice),
        3 => Just(Step::Leave),
        1 => Just(Step::Clean),
    ];
    let producers = vec(vec((step, 1_u64..6), 1..12), 1..6);
    let limits = (1_u32..12, 1_usize..8, 1_usize..30);
    (limits, producers, 1_u64..60).prop_map(|(limits, producers, end)| Schedule {
        limits,
        producers,
        end,
    })
}

fn start(database: &Database, (queued, transaction, journal): (u32, usize, usize)) -> Recorder {
    let limits = Limits {
        queued_events: queued,
        transaction_events: transaction,
        journal_events: journal,
        fold_interval: Duration::ZERO,
        ..Limits::default()
    };
    Recorder::start(&database.store, Arc::new(registry()), limits)
}

fn batch(recorder: &Recorder, events: u64, id: Option<String>) -> Batch {
    let layout = recorder.registry().metric("login").expect("registered");
    let event = |_| -> Event {
        let mut builder = EventBuilder::new(Arc::clone(layout));
        builder
            .set("count", RawValue::Integer(1))
            .expect("a counter");
        let now = metrics_runtime::chrono::Utc::now().timestamp();
        builder.finish(now).expect("it has no dimensions")
    };
    Batch {
        id: id.map(BatchId::from),
        events: (0..events).map(|index| Ok(event(index))).collect(),
    }
}

/// Does what a producer does; answers the events that must be counted.
fn produce(
    recorder: &Recorder,
    number: usize,
    steps: &[(Step, u64)],
    acknowledged: &AtomicU64,
) -> u64 {
    let mut due = 0;
    for (turn, (step, events)) in steps.iter().enumerate() {
        match step {
            Step::Await => match recorder.submit_blocking(batch(recorder, *events, None)) {
                Ok(_) => due += events,
                Err(error) => assert_eq!(error, RecordError::Closed),
            },
            Step::Twice => {
                let id = format!("{number}-{turn}");
                let once = || {
                    let id = Some(id.clone());
                    recorder.submit_blocking(batch(recorder, *events, id))
                };
                if once().is_ok() {
                    due += events;
                    assert!(once().is_ok_and(|receipt| receipt.replayed) || once().is_err());
                }
            }
            Step::Leave => match recorder.try_submit(batch(recorder, *events, None)) {
                Ok(receipt) => {
                    drop(receipt);
                    due += events;
                }
                Err(error) => assert!(matches!(error, RecordError::Full | RecordError::Closed)),
            },
            Step::Clean => {
                let layout = recorder.registry().metric("login").expect("registered");
                let now = metrics_runtime::chrono::Utc::now();
                let cleaned = pollster::block_on(recorder.cleanup(layout, now));
                assert!(
                    cleaned.is_ok_and(|report| report.total_rows() == 0) || is_closed(recorder)
                );
            }
        }
        acknowledged.fetch_add(1, Ordering::Relaxed);
    }
    due
}

fn is_closed(recorder: &Recorder) -> bool {
    recorder.submit_blocking(batch(recorder, 1, None)) == Err(RecordError::Closed)
}

/// Runs a schedule; answers what must be counted and what is.
fn run(database: &Database, schedule: &Schedule) -> (u64, u64) {
    let recorder = start(database, schedule.limits);
    let acknowledged = AtomicU64::new(0);
    let due = std::thread::scope(|scope| {
        let (recorder, acknowledged) = (&recorder, &acknowledged);
        let producers: Vec<_> = schedule
            .producers
            .iter()
            .enumerate()
            .map(|(number, steps)| {
                scope.spawn(move || produce(recorder, number, steps, acknowledged))
            })
            .collect();
        while acknowledged.load(Ordering::Relaxed) < schedule.end
            && !producers.iter().all(|producer| producer.is_finished())
        {
            std::thread::yield_now();
        }
        recorder.shutdown();
        let due = producers
            .into_iter()
            .map(|producer| producer.join().expect("no panic"));
        due.sum()
    });
    let buckets = Login::query(Scope::everyone()).load(&database.store);
    let counted = buckets.expect("an answer");
    (due, counted.iter().map(|bucket| bucket.count).sum())
}

proptest! {
    #![proptest_config(cases(32))]

    #[test]
    fn what_was_accepted_is_counted_once_whatever_the_schedule(schedule in schedules()) {
        for backend in backends() {
            let database = Database::new(backend, &registry());
            let (due, counted) = run(&database, &schedule);
            prop_assert_eq!(due, counted, "on {}", backend.name());
        }
    }
}
