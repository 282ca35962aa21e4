//! Deletes what is too old, range by range along the key, a slice at a time.

use std::collections::VecDeque;

use rusqlite::{Connection, OptionalExtension, Result};

use super::database::in_transaction;
use super::event::INTERVALS;

/// Rows that a slice deletes, or a few more: a writer must not wait for long.
const SLICE: i64 = 5_000;

/// Where a slice has to end within a range that is longer.
const CUT: &str = "SELECT bucket_timestamp FROM buckets
    WHERE owner_id = ?1 AND bucket_interval = ?2 AND bucket_timestamp < ?3
    ORDER BY bucket_timestamp LIMIT 1 OFFSET ?4";
const DELETE: &str =
    "DELETE FROM buckets WHERE owner_id = ?1 AND bucket_interval = ?2 AND bucket_timestamp < ?3";

/// A cleanup on its way.
pub(super) struct Cleanup {
    kept_from: i64,
    /// Owners and intervals that are still to be looked at.
    ranges: VecDeque<(i64, i64)>,
    deleted: i64,
}

impl Cleanup {
    pub(super) fn begin(connection: &Connection, kept_from: i64) -> Result<Self> {
        let mut statement = connection.prepare("SELECT id FROM owners ORDER BY id")?;
        let owners = statement.query_map([], |row| row.get(0))?;
        let mut ranges = VecDeque::new();
        for owner in owners {
            let owner = owner?;
            ranges.extend(INTERVALS.map(|interval| (owner, interval)));
        }
        Ok(Self {
            kept_from,
            ranges,
            deleted: 0,
        })
    }

    /// Deletes a further slice. Answers how many rows there were once nothing is left.
    pub(super) fn slice(&mut self, connection: &Connection) -> Result<Option<i64>> {
        let deleted = in_transaction(connection, |connection| self.delete(connection))?;
        self.deleted += deleted;
        Ok(self.ranges.is_empty().then_some(self.deleted))
    }

    fn delete(&mut self, connection: &Connection) -> Result<i64> {
        let (mut cut, mut delete) = (
            connection.prepare_cached(CUT)?,
            connection.prepare_cached(DELETE)?,
        );
        let mut deleted = 0;
        while let Some((owner, interval)) = self.ranges.front() {
            let range = (owner, interval, self.kept_from, SLICE - deleted);
            let cut: Option<i64> = cut.query_row(range, |row| row.get(0)).optional()?;
            let before = cut.map_or(self.kept_from, |bucket| bucket + 1);
            let rows = delete.execute((owner, interval, before))?;
            deleted += i64::try_from(rows).expect("a slice is small");
            if cut.is_none() {
                self.ranges.pop_front();
            }
            if deleted >= SLICE {
                break;
            }
        }
        Ok(deleted)
    }
}
