//! What can go wrong within the transaction: as a whole, or with single events.

use std::collections::HashMap;

use super::batch::Failure;
use crate::error::{Rejection, StoreError};
use crate::schema::MetricSchema;

/// Why a transaction is rolled back.
pub(crate) enum Failed {
    Store(StoreError),
    /// A row refers to a dictionary entry that is not there any more.
    Stale,
    /// A row was refused, and there is no way back to what the transaction was before it.
    Refused,
}

impl<E: Into<StoreError>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self::Store(error.into())
    }
}

/// The events that are refused, by batch.
#[derive(Default)]
pub(crate) struct Failures(HashMap<usize, Vec<Failure>>);

impl Failures {
    /// Adds an event by its batch and its position in it.
    pub(super) fn add(&mut self, origin: (usize, usize), schema: &MetricSchema, why: Rejection) {
        let (batch, index) = origin;
        let failure = Failure::of(index, schema, why);
        self.0.entry(batch).or_default().push(failure);
    }

    /// Takes those of a batch.
    pub(super) fn of(&mut self, batch: usize) -> Vec<Failure> {
        self.0.remove(&batch).unwrap_or_default()
    }
}
