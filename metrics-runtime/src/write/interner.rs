//! From dimension values to dictionary ids.

use diesel::RunQueryDsl;
use diesel::result::Error;

use super::connection::{Refusal, StoreConnection};
use crate::dimension::Value;
use crate::error::{Reason, Rejection, StoreError};
use crate::layout::Dictionary;
use crate::sql::{InsertEntry, Integers, ReferenceExists, TouchEntry};

/// The id of `values` in a dictionary, made if there is none. The entry is marked as used.
///
/// The inner error is that of an event: one of its dimensions refers to a row that does not exist.
pub(super) fn intern<C: StoreConnection>(
    conn: &mut C,
    dictionary: &Dictionary,
    values: &[Value<'_>],
    now: i64,
) -> Result<Result<i64, Rejection>, StoreError> {
    if let Some(id) = find(conn, dictionary, values, now)? {
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

/// The id of `values` in a dictionary, if there is one. The entry is marked as used.
pub(super) fn find<C: StoreConnection>(
    conn: &mut C,
    dictionary: &Dictionary,
    values: &[Value<'_>],
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
    values: &[Value<'_>],
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
