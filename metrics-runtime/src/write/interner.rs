//! From dimension values to dictionary ids.

use diesel::RunQueryDsl;
use diesel::result::Error;
use foldhash::HashMap;

use super::connection::{Refusal, StoreConnection};
use crate::dimension::Value;
use crate::error::{Reason, Rejection, StoreError};
use crate::layout::Dictionary;
use crate::sql::{EntryExists, InsertEntry, Integers, ReferenceExists, TouchEntry};

const DAY: i64 = 86_400;

/// Entries remembered at most, over all dictionaries. Beyond, all are forgotten, and found anew in the database.
const CAPACITY: usize = 1_000_000;

/// The dictionary ids that have been used today.
///
/// The first use of an entry on a day marks it as used in the database. So an entry that has not been marked for
/// longer than its metric keeps anything is used by no row, and remembered by no writer, in this process or another.
///
/// An entry that refers to a user or a team may be deleted with it at any time. So it is trusted as long as nobody
/// else has written to the database, and looked up once more by its id when somebody has.
#[derive(Debug, Default)]
pub(crate) struct Interner {
    day: i64,
    len: usize,
    /// The state of the database that is being written to.
    version: i64,
    known: HashMap<String, HashMap<Box<[Value]>, Entry>>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    id: i64,
    /// The state of the database in which it was seen.
    seen: i64,
}

impl Interner {
    /// Forgets everything: some of it may have been rolled back or deleted.
    pub(crate) fn clear(&mut self) {
        self.known.clear();
        self.len = 0;
    }

    /// Says which state of the database is being written to.
    pub(crate) fn trust(&mut self, version: i64) {
        self.version = version;
    }

    /// The id of `values` in a dictionary, made if there is none.
    ///
    /// The inner error is that of an event: one of its dimensions refers to a row that does not exist.
    pub(crate) fn intern<C: StoreConnection>(
        &mut self,
        conn: &mut C,
        dictionary: &Dictionary,
        values: &[Value],
        now: i64,
    ) -> Result<Result<i64, Rejection>, StoreError> {
        self.start_day(now.div_euclid(DAY));
        if let Some(id) = self.remembered(conn, dictionary, values)? {
            return Ok(Ok(id));
        }
        let found = find_or_insert(conn, dictionary, values, now)?;
        if let Ok(id) = found {
            self.remember(dictionary, values, id);
        }
        Ok(found)
    }

    /// The id of `values` in a dictionary, if there is one.
    pub(crate) fn find<C: StoreConnection>(
        &mut self,
        conn: &mut C,
        dictionary: &Dictionary,
        values: &[Value],
        now: i64,
    ) -> Result<Option<i64>, StoreError> {
        self.start_day(now.div_euclid(DAY));
        if let Some(id) = self.remembered(conn, dictionary, values)? {
            return Ok(Some(id));
        }
        let found = touch(conn, dictionary, values, now)?;
        if let Some(id) = found {
            self.remember(dictionary, values, id);
        }
        Ok(found)
    }

    fn remembered<C: StoreConnection>(
        &mut self,
        conn: &mut C,
        dictionary: &Dictionary,
        values: &[Value],
    ) -> Result<Option<i64>, StoreError> {
        let Some(known) = self.known.get_mut(&dictionary.table) else {
            return Ok(None);
        };
        let Some(entry) = known.get_mut(values) else {
            return Ok(None);
        };
        if entry.seen != self.version && dictionary.has_references() {
            let (dictionary, id) = (dictionary.table.as_str(), entry.id);
            let found: Vec<Integers> = EntryExists { dictionary, id }.load(conn)?;
            if found.is_empty() {
                known.remove(values);
                return Ok(None);
            }
            entry.seen = self.version;
        }
        Ok(Some(entry.id))
    }

    fn remember(&mut self, dictionary: &Dictionary, values: &[Value], id: i64) {
        self.len += 1;
        let seen = self.version;
        if let Some(known) = self.known.get_mut(&dictionary.table) {
            known.insert(values.into(), Entry { id, seen });
        } else {
            let known = self.known.entry(dictionary.table.clone()).or_default();
            known.insert(values.into(), Entry { id, seen });
        }
    }

    fn start_day(&mut self, day: i64) {
        if self.day != day || self.len >= CAPACITY {
            self.clear();
            self.day = day;
        }
    }
}

fn find_or_insert<C: StoreConnection>(
    conn: &mut C,
    dictionary: &Dictionary,
    values: &[Value],
    now: i64,
) -> Result<Result<i64, Rejection>, StoreError> {
    if let Some(id) = touch(conn, dictionary, values, now)? {
        return Ok(Ok(id));
    }
    let insert = InsertEntry {
        dictionary,
        values,
        now,
    };
    // In a savepoint: on PostgreSQL a refused statement would otherwise end the whole transaction.
    let inserted = conn.transaction(|conn| insert.get_result::<Integers>(conn));
    match inserted {
        Ok(Integers(id)) => Ok(Ok(id[0])),
        Err(error) => match C::refusal(&error) {
            Some(Refusal::ForeignKey) => missing_reference(conn, dictionary, values).map(Err),
            Some(Refusal::Constraint(why)) => Ok(Err(refused(&why))),
            Some(Refusal::OutOfRange) | None => Err(error.into()),
        },
    }
}

fn touch<C: StoreConnection>(
    conn: &mut C,
    dictionary: &Dictionary,
    values: &[Value],
    now: i64,
) -> Result<Option<i64>, StoreError> {
    let touched: Vec<Integers> = TouchEntry {
        dictionary,
        values,
        now,
    }
    .load(conn)?;
    Ok(touched.into_iter().next().map(|Integers(id)| id[0]))
}

pub(super) fn refused(why: &str) -> Rejection {
    Rejection::new(
        Reason::Refused,
        None,
        format!("the database refused it: {why}"),
    )
}

/// Finds out which of the references is missing, since not every database says so.
fn missing_reference<C: StoreConnection>(
    conn: &mut C,
    dictionary: &Dictionary,
    values: &[Value],
) -> Result<Rejection, StoreError> {
    for ((_, dimension), value) in dictionary.dimensions.iter().zip(values) {
        let Some(reference) = dimension.references else {
            continue;
        };
        let rows: Vec<Integers> = ReferenceExists { reference, value }.load(conn)?;
        if rows.is_empty() {
            let name = dimension.name;
            let message = format!("{name} \"{value}\" does not exist in {}", reference.table);
            return Ok(Rejection::new(
                Reason::UnknownReference,
                Some(name),
                message,
            ));
        }
    }
    // It has come into being between the refusal and the question; the sender may simply try again.
    Err(Error::RollbackTransaction.into())
}
