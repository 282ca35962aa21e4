//! How many series a metric has, and where those go that are too many.

use std::collections::BTreeMap;

use diesel::RunQueryDsl;
use foldhash::{HashMap, HashSet};

use super::connection::StoreConnection;
use crate::error::StoreError;
use crate::layout::Layout;
use crate::sql::{Integers, KnownSeries};

/// The labels id of the overflow series. No dictionary entry has it: what is counted there is told apart by its owner
/// and its bucket, and by nothing else.
pub(crate) const OVERFLOW: i64 = 0;

/// Seconds after which a metric that was full is looked at again: cleanup may have made room.
const PATIENCE: i64 = 3_600;

/// Events that were counted in the overflow series, by metric type.
pub(crate) type Overflowed = BTreeMap<&'static str, u64>;

/// The series of each metric that has been written to, up to its `max_series`.
///
/// They are read once, when a metric is first written to: a scan of one interval of its table, and nothing on the way
/// of later events.
#[derive(Debug, Default)]
pub(crate) struct SeriesLimits {
    metrics: HashMap<&'static str, Known>,
    /// What the transaction under way has added: a table, an owner and labels.
    fresh: Vec<(&'static str, (i64, i64))>,
    /// The tables whose series the transaction under way has read, as it has left them.
    read: Vec<&'static str>,
}

#[derive(Debug)]
struct Known {
    /// Owner and labels.
    series: HashSet<(i64, i64)>,
    read_at: i64,
}

impl SeriesLimits {
    /// Begins a transaction.
    pub(super) fn begin(&mut self) {
        self.fresh.clear();
        self.read.clear();
    }

    /// Forgets what the transaction has added, and what it has read where it may have deleted before.
    pub(super) fn roll_back(&mut self) {
        for table in self.read.drain(..) {
            self.metrics.remove(table);
        }
        for (table, series) in self.fresh.drain(..) {
            if let Some(known) = self.metrics.get_mut(table) {
                known.series.remove(&series);
            }
        }
    }

    /// Whether `layout` has as many series as it may have.
    pub(crate) fn full<C: StoreConnection>(
        &mut self,
        conn: &mut C,
        layout: &Layout,
        now: i64,
    ) -> Result<bool, StoreError> {
        let max = usize::try_from(layout.schema.max_series).unwrap_or(usize::MAX);
        let known = self.metrics.get(layout.schema.table);
        let fresh =
            known.filter(|known| known.series.len() < max || now < known.read_at + PATIENCE);
        if let Some(known) = fresh {
            return Ok(known.series.len() >= max);
        }
        conn.settle(now)?;
        let series = read(conn, layout)?;
        let full = series.len() >= max;
        self.read.push(layout.schema.table);
        self.metrics.insert(
            layout.schema.table,
            Known {
                series,
                read_at: now,
            },
        );
        Ok(full)
    }

    /// Whether `layout` may have `more` series than it has.
    #[cfg(any(feature = "postgres", feature = "turso"))]
    pub(crate) fn has_room<C: StoreConnection>(
        &mut self,
        conn: &mut C,
        layout: &Layout,
        more: usize,
        now: i64,
    ) -> Result<bool, StoreError> {
        if self.full(conn, layout, now)? {
            return Ok(false);
        }
        let max = usize::try_from(layout.schema.max_series).unwrap_or(usize::MAX);
        let known = self.metrics.get(layout.schema.table);
        Ok(known.is_some_and(|known| known.series.len() + more <= max))
    }

    /// Whether a series is one of those that are told apart.
    pub(crate) fn knows(&self, layout: &Layout, owner: i64, labels: i64) -> bool {
        let known = self.metrics.get(layout.schema.table);
        known.is_some_and(|known| known.series.contains(&(owner, labels)))
    }

    /// Adds a series to those that are told apart.
    pub(crate) fn add(&mut self, layout: &Layout, owner: i64, labels: i64) {
        let (table, series) = (layout.schema.table, (owner, labels));
        if let Some(known) = self.metrics.get_mut(table)
            && known.series.insert(series)
        {
            self.fresh.push((table, series));
        }
    }
}

fn read<C: StoreConnection>(
    conn: &mut C,
    layout: &Layout,
) -> Result<HashSet<(i64, i64)>, StoreError> {
    let limit = i64::try_from(layout.schema.max_series).unwrap_or(i64::MAX);
    let levels = layout.schema.levels.iter();
    let kept_longest =
        levels.max_by_key(|level| (level.retention_seconds, level.interval.seconds()));
    let series = KnownSeries {
        layout,
        interval: kept_longest.map_or(0, |level| level.interval.seconds()),
        limit,
    };
    let rows: Vec<Integers> = series.load(conn)?;
    let series = rows.into_iter().map(|Integers(ids)| match ids[..] {
        [owner, labels] => (owner, labels),
        _ => (0, ids[0]),
    });
    Ok(series.filter(|(_, labels)| *labels != OVERFLOW).collect())
}
