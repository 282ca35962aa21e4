//! The transaction that records batches.
//!
//! The ids of the batches, the counters and the receipts belong to one transaction: what was acknowledged is
//! committed, once. A refused event is found by halving what is written, and everything else is committed.

use std::collections::HashMap;

use diesel::RunQueryDsl;
use diesel::result::Error;

use super::batch::{Failure, Pending, Receipt, event_failure};
use super::connection::{Refusal, StoreConnection, execute};
use super::interner::{Interner, refused};
use super::merge::{Overflow, Resolved, merge, stored_key};
use crate::dimension::Value;
use crate::error::{Reason, Rejection, StoreError};
use crate::event::Event;
use crate::layout::Dictionary;
use crate::sql::{ClaimBatch, FindReceipt, Integers, KeepReceipt, StoredValues, Text, Upsert};

/// Rows in one statement. Few sizes, since each is a statement that the connection keeps prepared.
const CHUNKS: [usize; 4] = [512, 64, 8, 1];

/// Values that one statement may bind: less than SQLite's limit of 32,766.
const MAX_BINDS: usize = 32_000;

/// Records `pending` in one transaction, and fills in each receipt. Answers how many rows were written.
///
/// # Errors
///
/// When the database fails as a whole. Then nothing is recorded, and all of it may be tried again.
pub(crate) fn commit<C: StoreConnection>(
    conn: &mut C,
    interner: &mut Interner,
    pending: &mut [Pending],
    now: i64,
) -> Result<usize, StoreError> {
    let mut attempt = attempt_commit(conn, interner, pending, now);
    if let Err(Failed::Stale) = attempt {
        // A dictionary entry that was remembered is gone with the user or the team it spoke of.
        interner.clear();
        attempt = attempt_commit(conn, interner, pending, now);
    }
    attempt.map_err(|failed| {
        interner.clear();
        match failed {
            Failed::Store(error) => error,
            Failed::Stale => StoreError::Database(Error::RollbackTransaction),
        }
    })
}

enum Failed {
    Store(StoreError),
    /// A row refers to a dictionary entry that is not there any more.
    Stale,
}

impl<E: Into<StoreError>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self::Store(error.into())
    }
}

fn attempt_commit<C: StoreConnection>(
    conn: &mut C,
    interner: &mut Interner,
    pending: &mut [Pending],
    now: i64,
) -> Result<usize, Failed> {
    let receipts = conn.write(|conn| {
        let claims = claim(conn, pending)?;
        let mut writing = Writing {
            failures: HashMap::new(),
            rows: 0,
            now,
        };
        let events = writing.resolve(conn, interner, pending, &claims)?;
        writing.write(conn, &events)?;
        let receipts = answer(conn, pending, &claims, writing.failures)?;
        Ok::<_, Failed>((receipts, writing.rows))
    });
    let (receipts, rows) = receipts?;
    for (pending, receipt) in pending.iter_mut().zip(receipts) {
        pending.receipt = Some(receipt);
    }
    Ok(rows)
}

/// What is to be done with a batch.
enum Claim {
    /// Write it: it has no id, or one that is new.
    Write,
    /// It was recorded before, with this receipt.
    Recorded(Receipt),
    /// It has the id of an earlier batch of this very transaction.
    SameAs(usize),
}

fn claim<C: StoreConnection>(conn: &mut C, pending: &[Pending]) -> Result<Vec<Claim>, Failed> {
    let mut here = HashMap::new();
    let mut claims = Vec::with_capacity(pending.len());
    for (index, pending) in pending.iter().enumerate() {
        let claim = match &pending.batch.id {
            None => Claim::Write,
            Some(id) => match here.insert(&id.name, index) {
                Some(first) => {
                    here.insert(&id.name, first);
                    Claim::SameAs(first)
                }
                None => claim_id(conn, &id.name, pending.forget_at)?,
            },
        };
        claims.push(claim);
    }
    Ok(claims)
}

fn claim_id<C: StoreConnection>(conn: &mut C, id: &str, forget_at: i64) -> Result<Claim, Failed> {
    if execute(conn, &ClaimBatch { id, forget_at })? > 0 {
        return Ok(Claim::Write);
    }
    let Text(receipt) = FindReceipt { id }.get_result(conn)?;
    let unreadable = |error: serde_json::Error| Error::DeserializationError(error.into());
    Ok(Claim::Recorded(
        serde_json::from_str(&receipt).map_err(unreadable)?,
    ))
}

fn answer<C: StoreConnection>(
    conn: &mut C,
    pending: &[Pending],
    claims: &[Claim],
    mut failures: HashMap<usize, Vec<Failure>>,
) -> Result<Vec<Receipt>, Failed> {
    let mut receipts: Vec<Receipt> = Vec::with_capacity(pending.len());
    for (index, (pending, claim)) in pending.iter().zip(claims).enumerate() {
        let receipt = match claim {
            Claim::Recorded(receipt) => receipt.clone().again(),
            Claim::SameAs(first) => receipts[*first].clone().again(),
            Claim::Write => {
                let mut failures = failures.remove(&index).unwrap_or_default();
                failures.extend(
                    pending
                        .batch
                        .events
                        .iter()
                        .filter_map(|event| event.as_ref().err().cloned()),
                );
                failures.sort_unstable_by_key(|failure| failure.index);
                let receipt = Receipt {
                    processed: pending.batch.events.len() - failures.len(),
                    failures,
                    replayed: false,
                };
                if let Some(id) = &pending.batch.id {
                    let text = serde_json::to_string(&receipt)
                        .map_err(|error| Error::SerializationError(error.into()))?;
                    execute(
                        conn,
                        &KeepReceipt {
                            id: &id.name,
                            receipt: &text,
                        },
                    )?;
                }
                receipt
            }
        };
        receipts.push(receipt);
    }
    Ok(receipts)
}

/// The state of one transaction.
struct Writing {
    /// The events that are refused, by batch.
    failures: HashMap<usize, Vec<Failure>>,
    /// How many rows have been written.
    rows: usize,
    now: i64,
}

/// Dictionary entries that cannot be made, so that each is asked for once.
type Impossible<'a> = HashMap<(&'a str, &'a [Value]), Rejection>;

impl Writing {
    fn resolve<'a, C: StoreConnection>(
        &mut self,
        conn: &mut C,
        interner: &mut Interner,
        pending: &'a [Pending],
        claims: &[Claim],
    ) -> Result<Vec<Resolved<'a>>, Failed> {
        let mut resolved = Vec::new();
        let mut impossible = Impossible::new();
        for (batch, pending) in pending.iter().enumerate() {
            if !matches!(claims[batch], Claim::Write) {
                continue;
            }
            for (index, (event, levels)) in
                pending.batch.events.iter().zip(&pending.levels).enumerate()
            {
                let Ok(event) = event else { continue };
                let mut id =
                    |dictionary: &'a Option<Dictionary>, values: &'a [Value]| match dictionary {
                        None => Ok(Ok(0)),
                        Some(dictionary) => intern(
                            conn,
                            interner,
                            &mut impossible,
                            dictionary,
                            values,
                            self.now,
                        ),
                    };
                let ids = (
                    id(&event.layout.owners, &event.owner)?,
                    id(&event.layout.labels, &event.labels)?,
                );
                match ids {
                    (Ok(owner), Ok(labels)) => resolved.push(Resolved {
                        layout: &event.layout,
                        owner,
                        labels,
                        timestamp: event.timestamp,
                        levels: *levels,
                        measures: &event.measures,
                        origin: (batch, index),
                    }),
                    (Err(rejection), _) | (_, Err(rejection)) => {
                        self.reject(batch, index, event, rejection);
                    }
                }
            }
        }
        Ok(resolved)
    }

    fn reject(&mut self, batch: usize, index: usize, event: &Event, rejection: Rejection) {
        self.failures
            .entry(batch)
            .or_default()
            .push(event_failure(index, event, rejection));
    }

    /// Writes `events`; halves them for as long as the database refuses, until what it refuses is a single event.
    fn write<C: StoreConnection>(
        &mut self,
        conn: &mut C,
        events: &[Resolved<'_>],
    ) -> Result<(), Failed> {
        if events.is_empty() {
            return Ok(());
        }
        let written = conn.transaction(|conn| write_merged(conn, events, self.now));
        let refusal = match written {
            Ok(rows) => {
                self.rows += rows;
                return Ok(());
            }
            Err(Unwritten::Refused(Refusal::ForeignKey)) => return Err(Failed::Stale),
            Err(Unwritten::Refused(refusal)) => refusal,
            Err(Unwritten::Failed(error)) => return Err(error.into()),
        };
        if let [event] = events {
            let rejection = self.diagnose(conn, event, &refusal)?;
            let (batch, index) = event.origin;
            let metric_type = Some(event.layout.schema.name.to_owned());
            self.failures.entry(batch).or_default().push(Failure {
                index,
                metric_type,
                rejection,
            });
            return Ok(());
        }
        let (left, right) = events.split_at(events.len() / 2);
        self.write(conn, left)?;
        self.write(conn, right)
    }

    /// Names the counter that would overflow, since not every database does.
    fn diagnose<C: StoreConnection>(
        &self,
        conn: &mut C,
        event: &Resolved<'_>,
        refusal: &Refusal,
    ) -> Result<Rejection, Failed> {
        if let Refusal::Constraint(why) = refusal {
            return Ok(refused(why));
        }
        for key in event.keys() {
            let key: Vec<i64> = stored_key(event.layout, key).collect();
            let stored: Vec<Integers> = StoredValues {
                layout: event.layout,
                key: &key,
            }
            .load(conn)?;
            for Integers(stored) in stored {
                let sums = stored
                    .iter()
                    .zip(event.measures)
                    .zip(event.layout.schema.measures);
                for ((stored, value), measure) in sums {
                    if stored.checked_add(*value).is_none() {
                        let name = measure.name;
                        let message = format!(
                            "{name} would exceed 2^63-1 in its bucket: {stored} are counted already"
                        );
                        return Ok(Rejection::new(Reason::Overflow, Some(name), message));
                    }
                }
            }
        }
        Ok(refused("a number is out of range"))
    }
}

fn intern<'a, C: StoreConnection>(
    conn: &mut C,
    interner: &mut Interner,
    impossible: &mut Impossible<'a>,
    dictionary: &'a Dictionary,
    values: &'a [Value],
    now: i64,
) -> Result<Result<i64, Rejection>, StoreError> {
    if let Some(rejection) = impossible.get(&(dictionary.table.as_str(), values)) {
        return Ok(Err(rejection.clone()));
    }
    let interned = interner.intern(conn, dictionary, values, now)?;
    if let Err(rejection) = &interned {
        impossible.insert((&dictionary.table, values), rejection.clone());
    }
    Ok(interned)
}

enum Unwritten {
    Refused(Refusal),
    Failed(Error),
}

impl From<Error> for Unwritten {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

fn write_merged<C: StoreConnection>(
    conn: &mut C,
    events: &[Resolved<'_>],
    now: i64,
) -> Result<usize, Unwritten> {
    let tables = merge(events).map_err(|Overflow| Unwritten::Refused(Refusal::OutOfRange))?;
    let mut written = 0;
    for rows in tables.values() {
        let values = rows.sorted(now);
        let width = Upsert::width(rows.layout);
        let mut rest = values.as_slice();
        while !rest.is_empty() {
            let (chunk, further) = rest.split_at(chunk_rows(rest.len() / width, width) * width);
            let upsert = Upsert {
                layout: rows.layout,
                values: chunk,
            };
            execute(conn, &upsert).map_err(|error| {
                C::refusal(&error).map_or(Unwritten::Failed(error), Unwritten::Refused)
            })?;
            rest = further;
        }
        written += rows.len();
    }
    Ok(written)
}

/// The largest chunk that is not larger than what is left.
fn chunk_rows(left: usize, width: usize) -> usize {
    CHUNKS
        .into_iter()
        .find(|rows| *rows <= left && rows * width <= MAX_BINDS)
        .unwrap_or(1)
}
