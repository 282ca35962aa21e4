//! Adds what the journal holds to its buckets, a slice at a time, so that commits get their turn in between.
//!
//! A round merges the entries of one shape into rows, sorted by key. Each slice adds the first of them to their
//! buckets and, in the same transaction, leaves the others behind as one entry: whatever happens in between, an
//! event is either in the journal or in its buckets. Nothing needs to be remembered from one slice to the next, so
//! that any process may go on with what another one left.

use diesel::RunQueryDsl;
use diesel::connection::DefaultLoadingMode;
use diesel::result::{Error, QueryResult};
use foldhash::{HashMap, HashMapExt};

use super::super::connection::{Folded, StoreConnection, execute};
use super::super::merge::{Key, Rows};
use super::super::upsert::upsert;
use super::entry::{Reader, merge_entry, put_row};
use super::shapes::shape_of;
use crate::error::StoreError;
use crate::fault;
use crate::shape::Shape;
use crate::sql::{
    DropEntries, EntryExists, EntryUpTo, Integers, JournalEntries, JournalEntry, KeepRest,
    LastEntry,
};

/// Rows that a slice adds at most.
const SLICE_ROWS: usize = 2_048;

/// Rows after which a round takes no further entries: what is left of it is written again with every slice.
const ROUND_ROWS: usize = 32_768;

/// The merged rows of some entries.
struct Round {
    shape: Shape,
    shape_id: i64,
    /// The last entry that it took.
    last: i64,
    /// The rows in the order of their keys, encoded.
    sorted: Vec<u8>,
}

/// The last entry that there is now.
pub(crate) fn last_entry<C: StoreConnection>(conn: &mut C) -> Result<Option<i64>, StoreError> {
    let last: Vec<Integers> = LastEntry.load(conn)?;
    Ok(last.first().map(|Integers(id)| id[0]))
}

/// Folds a slice of the entries up to `up_to`, within a transaction.
///
/// # Errors
///
/// A foreign key's when an owner or labels have been deleted since: [`slice_of_living`] does it then.
pub(crate) fn slice<C: StoreConnection>(
    conn: &mut C,
    up_to: i64,
    now: i64,
) -> Result<Folded, Error> {
    fold(conn, up_to, now, |_, _, rows| Ok(rows))
}

/// Folds a slice without the rows of an owner or of labels that have been deleted since: they go the way that their
/// earlier rows went.
pub(crate) fn slice_of_living<C: StoreConnection>(
    conn: &mut C,
    up_to: i64,
    now: i64,
) -> Result<Folded, Error> {
    fold(conn, up_to, now, living)
}

/// Folds all there is, within a transaction.
pub(crate) fn all<C: StoreConnection>(conn: &mut C, now: i64) -> Result<(), StoreError> {
    while slice_of_living(conn, i64::MAX, now)?.more {}
    Ok(())
}

fn fold<C: StoreConnection>(
    conn: &mut C,
    up_to: i64,
    now: i64,
    choose: impl Fn(&mut C, &Shape, Vec<Row>) -> QueryResult<Vec<Row>>,
) -> Result<Folded, Error> {
    let first: Option<JournalEntry> = JournalEntries::First.load(conn)?.pop();
    let Some(first) = first.filter(|first| first.id <= up_to) else {
        return Ok(Folded::default());
    };
    let round = begin_or_go_on(conn, first, up_to)?;
    let mut reader = Reader::new(&round.sorted, &round.shape);
    let rows = take_rows(&mut reader, &round.shape)?;
    let rows = choose(conn, &round.shape, rows)?;
    fault::point("merged");
    let borrowed = rows
        .iter()
        .map(|(key, measures)| (*key, measures.as_slice()));
    let rows = upsert(conn, &round.shape, borrowed, now)?;
    fault::point("added");
    leave(conn, &round, reader.rest())?;
    fault::point("left");
    // Asked here, and not when the next slice begins: ids start anew in a journal that has become empty, and what is
    // committed in between would be taken for what was to be folded, over and over.
    let left: Vec<Integers> = EntryUpTo(up_to).load(conn)?;
    let more = !left.is_empty();
    Ok(Folded { rows, more })
}

/// Leaves one entry with the rest of a round in place of those that it took; none when nothing is left.
fn leave<C: StoreConnection>(conn: &mut C, round: &Round, rest: &[u8]) -> QueryResult<()> {
    let (shape_id, id) = (round.shape_id, round.last);
    let before = if rest.is_empty() { id + 1 } else { id };
    execute(conn, &DropEntries { shape_id, before })?;
    if !rest.is_empty() {
        execute(conn, &KeepRest { id, entry: rest })?;
    }
    Ok(())
}

/// What an earlier round left; without such, a new round.
fn begin_or_go_on<C: StoreConnection>(
    conn: &mut C,
    first: JournalEntry,
    up_to: i64,
) -> QueryResult<Round> {
    let shape = shape_of(&first)?;
    let (shape_id, mut last) = (first.shape_id, first.id);
    if first.sorted {
        let sorted = first.entry;
        return Ok(Round {
            shape,
            shape_id,
            last,
            sorted,
        });
    }
    let mut merged = Rows::new(&shape);
    let id = shape_id;
    let entries = JournalEntries::OfShape { id, up_to };
    for entry in entries.load_iter::<JournalEntry, DefaultLoadingMode>(conn)? {
        let entry = entry?;
        merge_entry(&mut merged, &entry)?;
        last = entry.id;
        if merged.len() >= ROUND_ROWS {
            break;
        }
    }
    let mut sorted = Vec::new();
    for (key, measures) in merged.sorted() {
        put_row(&mut sorted, &shape, key, measures);
    }
    drop(merged);
    Ok(Round {
        shape,
        shape_id,
        last,
        sorted,
    })
}

type Row = (Key, Vec<i64>);

fn take_rows(reader: &mut Reader<'_>, shape: &Shape) -> QueryResult<Vec<Row>> {
    let mut rows = Vec::new();
    while rows.len() < SLICE_ROWS {
        let Some(point) = reader.next()? else { break };
        let keys = point.keys(&shape.intervals);
        rows.extend(keys.map(|key| (key, point.measures.to_vec())));
    }
    Ok(rows)
}

fn living<C: StoreConnection>(
    conn: &mut C,
    shape: &Shape,
    rows: Vec<Row>,
) -> QueryResult<Vec<Row>> {
    let (mut owners, mut labels) = (Living::new(&shape.owners), Living::new(&shape.labels));
    let mut living = Vec::new();
    for row in rows {
        let [owner, _, _, label] = row.0;
        if owners.has(conn, owner)? && labels.has(conn, label)? {
            living.push(row);
        }
    }
    Ok(living)
}

/// Which entries of a dictionary are still there.
struct Living<'a> {
    dictionary: Option<&'a str>,
    known: HashMap<i64, bool>,
}

impl<'a> Living<'a> {
    fn new(dictionary: &'a Option<String>) -> Self {
        Self {
            dictionary: dictionary.as_deref(),
            known: HashMap::new(),
        }
    }

    /// Id 0 stands for the overflow series, and for a column that the table does not have.
    fn has<C: StoreConnection>(&mut self, conn: &mut C, id: i64) -> QueryResult<bool> {
        let Some(dictionary) = self.dictionary.filter(|_| id != 0) else {
            return Ok(true);
        };
        if let Some(known) = self.known.get(&id) {
            return Ok(*known);
        }
        let found: Vec<Integers> = EntryExists { dictionary, id }.load(conn)?;
        self.known.insert(id, !found.is_empty());
        Ok(!found.is_empty())
    }
}
