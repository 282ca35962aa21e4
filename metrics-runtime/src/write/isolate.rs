//! Writes rows, and finds what the database refuses by halving: a refused event costs a logarithmic number of
//! retries, and everything else is written.

use diesel::RunQueryDsl;
use diesel::result::Error;

use super::connection::{Refusal, StoreConnection};
use super::failed::{Failed, Failures};
use super::interner::refused;
use super::merge::{Overflow, Resolved, merge, stored_key};
use super::upsert::upsert;
use crate::error::{Reason, Rejection};
use crate::sql::{Integers, StoredValues};

/// Writes `events`, each attempt in a savepoint. Answers how many rows were written.
pub(super) fn write<C: StoreConnection>(
    conn: &mut C,
    events: &[Resolved<'_>],
    failures: &mut Failures,
    now: i64,
) -> Result<usize, Failed> {
    if events.is_empty() {
        return Ok(0);
    }
    let refusal = match conn.transaction(|conn| write_merged(conn, events, now)) {
        Ok(rows) => return Ok(rows),
        Err(Unwritten::Refused(Refusal::ForeignKey)) => return Err(Failed::Stale),
        Err(Unwritten::Failed(error)) => return Err(error.into()),
        Err(Unwritten::Refused(refusal)) => refusal,
    };
    if let [event] = events {
        failures.add(
            event.origin,
            event.layout.schema,
            diagnose(conn, event, &refusal)?,
        );
        return Ok(0);
    }
    let (left, right) = events.split_at(events.len() / 2);
    Ok(write(conn, left, failures, now)? + write(conn, right, failures, now)?)
}

/// Writes `events` at once, without a way back from what is refused.
pub(super) fn write_trusting<C: StoreConnection>(
    conn: &mut C,
    events: &[Resolved<'_>],
    now: i64,
) -> Result<usize, Failed> {
    write_merged(conn, events, now).map_err(|unwritten| match unwritten {
        Unwritten::Refused(Refusal::ForeignKey) => Failed::Stale,
        Unwritten::Refused(_) => Failed::Refused,
        Unwritten::Failed(error) => error.into(),
    })
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
        let upserted = upsert(conn, rows.shape, rows.sorted(), now);
        written += upserted.map_err(|error| {
            C::refusal(&error).map_or(Unwritten::Failed(error), Unwritten::Refused)
        })?;
    }
    Ok(written)
}

/// Says why a single event is refused, and names the counter that would overflow: not every database does.
fn diagnose<C: StoreConnection>(
    conn: &mut C,
    event: &Resolved<'_>,
    refusal: &Refusal,
) -> Result<Rejection, Failed> {
    if let Refusal::Constraint(why) = refusal {
        return Ok(refused(why));
    }
    for key in event.point.keys(&event.layout.shape.intervals) {
        let key: Vec<i64> = stored_key(&event.layout.shape, key).collect();
        let stored: Vec<Integers> = StoredValues {
            layout: event.layout,
            key: &key,
        }
        .load(conn)?;
        let overflow = stored
            .iter()
            .find_map(|Integers(stored)| overflowing(event, stored));
        if let Some(rejection) = overflow {
            return Ok(rejection);
        }
    }
    Ok(refused("a number is out of range"))
}

fn overflowing(event: &Resolved<'_>, stored: &[i64]) -> Option<Rejection> {
    let sums = stored
        .iter()
        .zip(event.point.measures)
        .zip(event.layout.schema.measures);
    let mut beyond = sums.filter(|((stored, value), _)| stored.checked_add(**value).is_none());
    beyond.next().map(|((stored, _), measure)| {
        let name = measure.name;
        let message =
            format!("{name} would exceed 2^63-1 in its bucket: {stored} are counted already");
        Rejection::new(Reason::Overflow, Some(name), message)
    })
}
