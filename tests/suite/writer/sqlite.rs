//! What only a file has: a journal, from which events come into their buckets.

use std::sync::Arc;
use std::time::Duration;

use diesel::{QueryableByName, sql_types};
use metrics_runtime::migrate::Backend;
use metrics_runtime::{Limits, Recorder};

use super::record;
use crate::support::app::until;
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

/// Pages of the write-ahead log, and how many of them are in the file as well.
#[derive(QueryableByName)]
struct Log {
    #[diesel(sql_type = sql_types::BigInt)]
    log: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    checkpointed: i64,
}

#[test]
fn the_log_is_copied_to_the_file_before_the_writer_has_to_do_it() {
    let database = Database::new(Backend::Sqlite, &registry());
    let log = || -> Log {
        let logs = database.place.rows("PRAGMA wal_checkpoint(NOOP)");
        logs.expect("SQLite has a log").remove(0)
    };
    let recorder = Recorder::start(&database.store, Arc::new(registry()), Limits::default());
    let written = until("the log is long enough", || {
        record(&recorder, &Login { count: 1 }).expect("the database takes it");
        let Log { log, checkpointed } = log();
        (log >= 1_500 || checkpointed > 0).then_some(log)
    });
    assert!(written < 4_000, "the writer has done it");
    until("it is copied", || (log().checkpointed > 0).then_some(()));
    recorder.shutdown();
}
