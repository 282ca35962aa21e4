//! Deletes what is past its retention, a slice at a time, so that writers get their turn in between.

use std::collections::VecDeque;
use std::sync::Arc;

use diesel::RunQueryDsl;

use super::connection::{StoreConnection, execute};
use crate::error::StoreError;
use crate::interval::Interval;
use crate::layout::Layout;
use crate::sql::{
    CountExpired, DeleteExpired, Expired, ForgetUnused, Integers, NthExpired, OwnersAfter,
};

/// Rows that a slice deletes at most, but for those of one bucket.
const SLICE_ROWS: i64 = 5_000;

/// Ranges that a slice looks at.
const SLICE_RANGES: usize = 256;

/// Owners that are asked for at once.
const OWNERS: i64 = 1_000;

/// Seconds by which dictionary entries outlive the rows that may use them: entries are marked as used once a day,
/// and an event may lie ahead of the clock.
const GRACE: i64 = 3 * 86_400;

/// What a cleanup deleted, or would delete.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct CleanupReport {
    /// The metric type.
    pub metric: String,
    /// The buckets' rows, by interval.
    pub rows: Vec<CleanedLevel>,
    /// Dictionary entries that nothing uses any more.
    pub dictionary_entries: u64,
}

/// The rows of one interval that were past their retention.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct CleanedLevel {
    /// The interval, as `15m`.
    pub interval: String,
    /// The first bucket start that is kept, in epoch seconds.
    pub kept_from: i64,
    /// How many rows.
    pub rows: u64,
}

impl CleanupReport {
    /// The rows of all intervals.
    #[must_use]
    pub fn total_rows(&self) -> u64 {
        self.rows.iter().map(|level| level.rows).sum()
    }
}

/// One cleanup of one metric on its way.
#[derive(Debug)]
pub(crate) struct Cleanup {
    layout: Arc<Layout>,
    now: i64,
    report: CleanupReport,
    /// Ranges that were found and are still to be deleted: the owner and the level.
    ranges: VecDeque<(i64, usize)>,
    /// The owner after which to look for more; `None` once there are no more.
    after: Option<i64>,
}

impl Cleanup {
    /// A cleanup as of `now`, in epoch seconds.
    pub(crate) fn new(layout: Arc<Layout>, now: i64) -> Self {
        let level = |level: &crate::Level| CleanedLevel {
            interval: level.interval.to_string(),
            kept_from: level.cutoff(now),
            rows: 0,
        };
        let rows = layout.schema.levels.iter().map(level).collect();
        let report = CleanupReport {
            metric: layout.schema.name.to_owned(),
            rows,
            dictionary_entries: 0,
        };
        Self {
            layout,
            now,
            report,
            ranges: VecDeque::new(),
            after: Some(0),
        }
    }

    /// Deletes a further slice in a transaction of its own. Answers the report when nothing is left.
    pub(crate) fn slice<C: StoreConnection>(
        &mut self,
        conn: &mut C,
    ) -> Result<Option<CleanupReport>, StoreError> {
        self.find_ranges(conn)?;
        if self.ranges.is_empty() {
            self.report.dictionary_entries =
                conn.write(|conn| forget_unused(conn, &self.layout, self.now))?;
            return Ok(Some(self.report.clone()));
        }
        // Buckets refer to dictionaries, and nothing refers to buckets.
        let (done, deleted) =
            conn.delete_unreferenced(|conn| conn.write(|conn| self.delete_ranges(conn)))?;
        self.ranges.drain(..done);
        for (level, rows) in deleted {
            self.report.rows[level].rows += rows;
        }
        Ok(None)
    }

    /// Counts what the cleanup would delete.
    pub(crate) fn dry_run<C: StoreConnection>(
        mut self,
        conn: &mut C,
    ) -> Result<CleanupReport, StoreError> {
        loop {
            self.find_ranges(conn)?;
            if self.ranges.is_empty() {
                return Ok(self.report);
            }
            while let Some((owner, level)) = self.ranges.pop_front() {
                let Integers(count) = CountExpired(self.range(owner, level)).get_result(conn)?;
                self.report.rows[level].rows += u64::try_from(count[0]).unwrap_or(0);
            }
        }
    }

    fn range(&self, owner: i64, level: usize) -> Expired<'_> {
        let interval: Interval = self.layout.schema.levels[level].interval;
        Expired {
            layout: &self.layout,
            owner,
            interval: interval.seconds(),
            before: self.report.rows[level].kept_from,
        }
    }

    /// Looks for owners once the ranges that were known are done with.
    fn find_ranges<C: StoreConnection>(&mut self, conn: &mut C) -> Result<(), StoreError> {
        let Some(after) = self.after.filter(|_| self.ranges.is_empty()) else {
            return Ok(());
        };
        let owners = match &self.layout.owners {
            // One range for all: the key has no owner.
            None => vec![0],
            Some(owners) => {
                let found: Vec<Integers> = OwnersAfter {
                    owners,
                    after,
                    limit: OWNERS,
                }
                .load(conn)?;
                found.into_iter().map(|Integers(id)| id[0]).collect()
            }
        };
        self.after = owners
            .last()
            .copied()
            .filter(|_| self.layout.owners.is_some());
        let levels = 0..self.layout.schema.levels.len();
        self.ranges.extend(
            owners
                .iter()
                .flat_map(|owner| levels.clone().map(|level| (*owner, level))),
        );
        Ok(())
    }

    /// Answers how many ranges are done with, and how many rows of which level were deleted.
    fn delete_ranges<C: StoreConnection>(
        &self,
        conn: &mut C,
    ) -> Result<(usize, Vec<(usize, u64)>), StoreError> {
        let (mut left, mut done, mut deleted) = (SLICE_ROWS, 0, Vec::new());
        for (owner, level) in self.ranges.iter().take(SLICE_RANGES) {
            let mut range = self.range(*owner, *level);
            let cut: Option<Integers> = NthExpired { range, n: left }.load(conn)?.pop();
            if let Some(Integers(bucket)) = &cut {
                range.before = bucket[0] + 1;
            }
            let rows = execute(conn, &DeleteExpired(range))?;
            deleted.push((*level, u64::try_from(rows).unwrap_or(0)));
            left -= i64::try_from(rows).unwrap_or(left);
            if cut.is_some() || left <= 0 {
                return Ok((done, deleted));
            }
            done += 1;
        }
        Ok((done, deleted))
    }
}

fn forget_unused<C: StoreConnection>(
    conn: &mut C,
    layout: &Layout,
    now: i64,
) -> Result<u64, StoreError> {
    let before = now - layout.schema.longest_retention() - GRACE;
    let mut forgotten = 0;
    for dictionary in layout.dictionaries() {
        forgotten += execute(conn, &ForgetUnused { dictionary, before })?;
    }
    Ok(u64::try_from(forgotten).unwrap_or(0))
}
