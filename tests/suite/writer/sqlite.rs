//! What only a file has: a journal, from which events come into their buckets.

use std::sync::Arc;
use std::time::Duration;

use metrics_runtime::migrate::Backend;
use metrics_runtime::{Limits, Recorder};

use super::record;
use crate::support::database::Database;
use crate::support::metrics::{Login, registry};

#[test]
fn events_that_come_one_by_one_are_merged_before_they_are_added() {
    let database = Database::new(Backend::Sqlite, &registry());
    let limits = Limits {
        fold_interval: Duration::from_millis(250),
        ..Limits::default()
    };
    let recorder = Recorder::start(&database.store, Arc::new(registry()), limits);
    let one = || record(&recorder, &Login { count: 1 }).expect("the database takes it");
    let mut gathered = 0;
    while gathered < 1_000 || recorder.stats().rows == 0 {
        one();
        gathered += 1;
    }
    // A pass has begun by now. What comes next is added by the passes to come, and not each event by itself.
    (0..gathered).for_each(|_| one());
    recorder.shutdown();
    let rows = recorder.stats().rows;
    assert!(
        rows < gathered / 2,
        "2 x {gathered} events became {rows} rows"
    );
}
