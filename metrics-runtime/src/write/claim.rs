//! Batch ids: which batches are to be written, and the receipts that are kept for those that come again.

use diesel::RunQueryDsl;
use diesel::result::Error;

use super::batch::{Pending, Receipt};
use super::connection::{StoreConnection, execute};
use super::failed::{Failed, Failures};
use crate::sql::{ClaimBatch, FindReceipt, KeepReceipt, Text};

/// What is to be done with a batch.
pub(super) enum Claim {
    /// Write it: it has no id, or one that is new.
    Write,
    /// It was recorded before, with this receipt.
    Recorded(Receipt),
    /// It has the id of an earlier batch of this very transaction.
    SameAs(usize),
}

/// Claims the ids of `pending`, in their order: whoever claims the same ones waits for the first of them, and not each for
/// the other.
pub(super) fn claim<C: StoreConnection>(
    conn: &mut C,
    pending: &[Pending],
) -> Result<Vec<Claim>, Failed> {
    let mut named: Vec<_> = pending.iter().enumerate().filter_map(name).collect();
    named.sort_unstable();
    let mut claims: Vec<_> = pending.iter().map(|_| Claim::Write).collect();
    for same in named.chunk_by(|(one, _), (other, _)| one == other) {
        let (id, first) = same[0];
        claims[first] = claim_id(conn, id, pending[first].forget_at)?;
        for (_, index) in &same[1..] {
            claims[*index] = Claim::SameAs(first);
        }
    }
    Ok(claims)
}

/// The id of a batch that has one, and its place.
fn name((index, pending): (usize, &Pending)) -> Option<(&str, usize)> {
    let id = pending.batch.id.as_ref()?;
    Some((id.name.as_str(), index))
}

fn claim_id<C: StoreConnection>(conn: &mut C, id: &str, forget_at: i64) -> Result<Claim, Failed> {
    if execute(conn, &ClaimBatch { id, forget_at })? > 0 {
        return Ok(Claim::Write);
    }
    let Text(receipt) = FindReceipt { id }.get_result(conn)?;
    let receipt = serde_json::from_str(&receipt);
    Ok(Claim::Recorded(receipt.map_err(|error| {
        Error::DeserializationError(error.into())
    })?))
}

/// The receipt of each batch, once the events are written; those of claimed ids are kept.
pub(super) fn receipts<C: StoreConnection>(
    conn: &mut C,
    pending: &[Pending],
    claims: &[Claim],
    mut failures: Failures,
) -> Result<Vec<Receipt>, Failed> {
    let mut receipts: Vec<Receipt> = Vec::with_capacity(pending.len());
    for (index, (pending, claim)) in pending.iter().zip(claims).enumerate() {
        let receipt = match claim {
            Claim::Recorded(receipt) => receipt.clone().again(),
            Claim::SameAs(first) => receipts[*first].clone().again(),
            Claim::Write => {
                let receipt = pending.receipt_with(failures.of(index));
                keep(conn, pending, &receipt)?;
                receipt
            }
        };
        receipts.push(receipt);
    }
    Ok(receipts)
}

fn keep<C: StoreConnection>(
    conn: &mut C,
    pending: &Pending,
    receipt: &Receipt,
) -> Result<(), Failed> {
    let Some(id) = &pending.batch.id else {
        return Ok(());
    };
    let text =
        serde_json::to_string(receipt).map_err(|error| Error::SerializationError(error.into()))?;
    conn.execute_later(&KeepReceipt {
        id: &id.name,
        receipt: &text,
    })?;
    Ok(())
}
