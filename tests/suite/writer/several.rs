//! Several writers on one database, as several processes are.

use std::sync::Arc;

use metrics_runtime::{Batch, Limits, Recorder};

use super::{build_event, builds, on_every_backend};
use crate::support::metrics::registry;

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
