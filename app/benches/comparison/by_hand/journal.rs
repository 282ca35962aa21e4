//! A journal: a commit appends its events as one blob, and now and then they are folded into the table.

use std::time::{Duration, Instant};

use rusqlite::{Connection, Result};

use super::database::{in_transaction, upsert};
use super::interner::{Interner, Series};
use super::upserts::{Merged, add, rows};
use super::writer::{Call, Commit};

const APPEND: &str = "INSERT INTO journal (events) VALUES (?1)";
const EMPTY: &str = "DELETE FROM journal";

/// How long events stay in the journal.
const FOLD_EVERY: Duration = Duration::from_millis(100);

/// A writer that appends.
pub(crate) struct Journal {
    connection: Connection,
    interner: Interner,
    /// What the journal holds, summed up already.
    merged: Merged,
    blob: Vec<u8>,
    folded: Instant,
}

impl Commit for Journal {
    /// Folds what the last process left behind.
    fn begin(connection: Connection) -> Result<Self> {
        let merged = left_behind(&connection)?;
        let mut journal = Self {
            connection,
            interner: Interner::default(),
            merged,
            blob: Vec::new(),
            folded: Instant::now(),
        };
        journal.fold()?;
        Ok(journal)
    }

    fn commit(&mut self, calls: &[Call]) -> Result<()> {
        let Self {
            connection,
            interner,
            merged,
            blob,
            ..
        } = self;
        blob.clear();
        in_transaction(connection, |connection| {
            for event in calls.iter().flat_map(|call| &call.events) {
                let series = interner.series(connection, &event.dimensions)?;
                let [installed, removed] = event.counts;
                for number in [series.owner, series.labels, event.at, installed, removed] {
                    push(blob, number);
                }
                add(merged, series, event.at, event.counts);
            }
            connection.prepare_cached(APPEND)?.execute([&*blob])?;
            Ok(())
        })
    }

    fn tend(&mut self) -> Result<()> {
        if self.folded.elapsed() < FOLD_EVERY || self.merged.is_empty() {
            return Ok(());
        }
        self.fold()
    }

    fn connection(&self) -> &Connection {
        &self.connection
    }
}

impl Journal {
    fn fold(&mut self) -> Result<()> {
        let rows = rows(self.merged.drain());
        in_transaction(&self.connection, |connection| {
            upsert(connection, &rows)?;
            connection.prepare_cached(EMPTY)?.execute([])
        })?;
        self.folded = Instant::now();
        Ok(())
    }
}

fn left_behind(connection: &Connection) -> Result<Merged> {
    let mut merged = Merged::default();
    let mut statement = connection.prepare("SELECT events FROM journal")?;
    let mut blobs = statement.query([])?;
    while let Some(row) = blobs.next()? {
        let blob: Vec<u8> = row.get(0)?;
        let mut rest = blob.as_slice();
        while !rest.is_empty() {
            let [owner, labels, at, installed, removed] = [(); 5].map(|()| take(&mut rest));
            add(
                &mut merged,
                Series { owner, labels },
                at,
                [installed, removed],
            );
        }
    }
    Ok(merged)
}

/// Seven bits a byte, the lowest first; the eighth says that more follow. Nothing that is kept is negative.
fn push(blob: &mut Vec<u8>, mut number: i64) {
    while number >= 0x80 {
        blob.push(low_bits(number) | 0x80);
        number >>= 7;
    }
    blob.push(low_bits(number));
}

fn low_bits(number: i64) -> u8 {
    u8::try_from(number & 0x7f).expect("seven bits")
}

fn take(rest: &mut &[u8]) -> i64 {
    let (mut number, mut shift) = (0, 0);
    while let Some((byte, others)) = rest.split_first() {
        *rest = others;
        number |= i64::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            break;
        }
    }
    number
}
