//! Group commit: events are merged by key and upserted in the order of their keys.

use std::collections::HashMap;

use rusqlite::{Connection, Result};

use super::database::{Key, in_transaction, upsert};
use super::event::INTERVALS;
use super::interner::{Interner, Series};
use super::writer::{Call, Commit};

/// Sums by series and by bucket of the finest interval; those of the others follow from them.
pub(super) type Merged = HashMap<(Series, i64), [i64; 2]>;

/// A writer that upserts.
pub(crate) struct Upserts {
    connection: Connection,
    interner: Interner,
    merged: Merged,
}

impl Commit for Upserts {
    fn begin(connection: Connection) -> Result<Self> {
        // Pages of a large table are written over and over: the later they are moved to the file, the fewer.
        connection.execute_batch("PRAGMA wal_autocheckpoint = 20000")?;
        Ok(Self {
            connection,
            interner: Interner::default(),
            merged: Merged::default(),
        })
    }

    fn commit(&mut self, calls: &[Call]) -> Result<()> {
        let Self {
            connection,
            interner,
            merged,
        } = self;
        in_transaction(connection, |connection| {
            for event in calls.iter().flat_map(|call| &call.events) {
                let series = interner.series(connection, &event.dimensions)?;
                add(merged, series, event.at, event.counts);
            }
            upsert(connection, &rows(merged.drain()))
        })
    }

    fn tend(&mut self) -> Result<()> {
        Ok(())
    }

    fn connection(&self) -> &Connection {
        &self.connection
    }
}

/// Adds an event to its bucket.
pub(super) fn add(merged: &mut Merged, series: Series, at: i64, counts: [i64; 2]) {
    let bucket = at - at.rem_euclid(INTERVALS[0]);
    add_up(merged.entry((series, bucket)).or_default(), counts);
}

/// The rows of every interval, in the order of their keys.
pub(super) fn rows(
    merged: impl Iterator<Item = ((Series, i64), [i64; 2])>,
) -> Vec<(Key, [i64; 2])> {
    let mut rows: Vec<(Key, [i64; 2])> = Vec::new();
    for ((Series { owner, labels }, at), counts) in merged {
        rows.extend(INTERVALS.map(|interval| {
            let bucket = at - at.rem_euclid(interval);
            ((owner, interval, bucket, labels), counts)
        }));
    }
    rows.sort_unstable_by_key(|(key, _)| *key);
    rows.dedup_by(|(key, counts), (kept, sums)| {
        let same = key == kept;
        if same {
            add_up(sums, *counts);
        }
        same
    });
    rows
}

fn add_up(sums: &mut [i64; 2], counts: [i64; 2]) {
    for (sum, count) in sums.iter_mut().zip(counts) {
        *sum += count;
    }
}
