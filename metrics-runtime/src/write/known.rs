//! From the dimensions of an event to the ids that it is counted under, for series that have been seen.

use diesel::RunQueryDsl;
use foldhash::HashMap;

use super::connection::StoreConnection;
use crate::error::StoreError;
use crate::event::Event;
use crate::layout::Dictionary;
use crate::sql::{EntryExists, Integers};

const DAY: i64 = 86_400;

/// Series remembered at most, over all metrics. Beyond, all are forgotten, and found anew in the database.
const CAPACITY: usize = 1_000_000;

/// The dictionary ids of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ids {
    pub(super) owner: i64,
    pub(super) labels: i64,
}

/// The series that have been written to today.
///
/// The first use of a dictionary entry on a day marks it as used in the database. So an entry that has not been
/// marked for longer than its metric keeps anything is used by no row, and remembered by no writer, in this process
/// or another.
///
/// An entry that refers to a user or a team may be deleted with it at any time. So it is trusted as long as nobody
/// else has written to the database, and looked up once more by its id when somebody has.
#[derive(Debug, Default)]
pub(super) struct KnownSeries {
    day: i64,
    len: usize,
    /// The state of the database that is being written to.
    version: i64,
    tables: HashMap<&'static str, HashMap<Box<[u8]>, Seen>>,
    /// What the transaction under way has added.
    fresh: Vec<(&'static str, Box<[u8]>)>,
}

#[derive(Debug)]
struct Seen {
    ids: Ids,
    /// The state of the database in which they were there.
    version: i64,
}

impl KnownSeries {
    /// Begins a transaction.
    pub(super) fn begin(&mut self) {
        self.fresh.clear();
    }

    /// Says which state of the database is written to, and when.
    pub(super) fn look(&mut self, version: i64, now: i64) {
        self.version = version;
        let day = now.div_euclid(DAY);
        if self.day != day || self.len >= CAPACITY {
            self.clear();
            self.day = day;
        }
    }

    /// Forgets what the transaction has added.
    pub(super) fn roll_back(&mut self) {
        for (table, series) in self.fresh.drain(..) {
            let known = self.tables.get_mut(table);
            if known.and_then(|known| known.remove(&series)).is_some() {
                self.len -= 1;
            }
        }
    }

    /// Forgets everything: some of it may have been deleted.
    pub(super) fn clear(&mut self) {
        self.tables.clear();
        self.fresh.clear();
        self.len = 0;
    }

    /// The ids of an event's series, if they are known and still there.
    pub(super) fn find<C: StoreConnection>(
        &mut self,
        conn: &mut C,
        event: &Event,
    ) -> Result<Option<Ids>, StoreError> {
        let Some(table) = self.tables.get_mut(event.layout.schema.table) else {
            return Ok(None);
        };
        let Some(seen) = table.get_mut(event.dimensions.as_bytes()) else {
            return Ok(None);
        };
        if seen.version != self.version {
            let layout = &event.layout;
            let there = exists(conn, layout.owners.as_ref(), seen.ids.owner)?
                && exists(conn, layout.labels.as_ref(), seen.ids.labels)?;
            if !there {
                table.remove(event.dimensions.as_bytes());
                self.len -= 1;
                return Ok(None);
            }
            seen.version = self.version;
        }
        Ok(Some(seen.ids))
    }

    /// Remembers the ids of an event's series.
    pub(super) fn remember(&mut self, event: &Event, ids: Ids) {
        let version = self.version;
        let (table, series) = (event.layout.schema.table, event.dimensions.as_bytes());
        let known = self.tables.entry(table).or_default();
        if known.insert(series.into(), Seen { ids, version }).is_none() {
            self.len += 1;
        }
        self.fresh.push((table, series.into()));
    }
}

/// Whether an entry is still there, where it may be deleted with what it refers to.
fn exists<C: StoreConnection>(
    conn: &mut C,
    dictionary: Option<&Dictionary>,
    id: i64,
) -> Result<bool, StoreError> {
    let Some(dictionary) = dictionary.filter(|dictionary| dictionary.has_references()) else {
        return Ok(true);
    };
    let dictionary = dictionary.table.as_str();
    let found: Vec<Integers> = EntryExists { dictionary, id }.load(conn)?;
    Ok(!found.is_empty())
}
