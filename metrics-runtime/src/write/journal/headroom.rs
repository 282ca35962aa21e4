//! How far the sums of a metric are from 64 bits.
//!
//! An event in the journal is acknowledged, so that nothing may keep it out of its bucket later. A sum that could
//! exceed 64 bits is checked before: as long as the largest stored value and all that has been added since stay far
//! below, no bucket can overflow, and nobody needs to look.

use diesel::RunQueryDsl;
use foldhash::HashMap;

use super::super::connection::StoreConnection;
use crate::error::StoreError;
use crate::shape::Shape;
use crate::sql::{Integers, LargestValues};

/// What the bound may not exceed: low enough for sixteen processes that write at once, each with a bound of its own.
const SAFE: i64 = i64::MAX / 16;

/// Seconds after which a metric that had no headroom is looked at again: cleanup may have made some.
const PATIENCE: i64 = 3_600;

/// An upper bound of every value of each metric, by table.
#[derive(Debug, Default)]
pub(super) struct Headroom {
    bounds: HashMap<String, Bound>,
}

#[derive(Debug)]
struct Bound {
    value: i64,
    read_at: i64,
}

impl Headroom {
    /// Whether `amount` more fits under any circumstances; it counts as added then.
    pub(super) fn take<C: StoreConnection>(
        &mut self,
        conn: &mut C,
        shape: &Shape,
        amount: i64,
        now: i64,
    ) -> Result<bool, StoreError> {
        let known = self.bounds.get(&shape.table);
        let fresh =
            known.is_some_and(|known| known.value <= SAFE || now < known.read_at + PATIENCE);
        if !fresh {
            let value = read(conn, shape, now)?;
            let bound = Bound {
                value,
                read_at: now,
            };
            self.bounds.insert(shape.table.clone(), bound);
        }
        let bound = self.bounds.get_mut(&shape.table).expect("it was just read");
        let sum = bound.value.saturating_add(amount);
        if sum <= SAFE {
            bound.value = sum;
            return Ok(true);
        }
        // What is added in spite of it is checked by the database, and may lie anywhere below.
        bound.value = bound.value.max(SAFE + 1);
        Ok(false)
    }
}

fn read<C: StoreConnection>(conn: &mut C, shape: &Shape, now: i64) -> Result<i64, StoreError> {
    conn.settle(now)?;
    let Integers(largest) = LargestValues { shape }.get_result(conn)?;
    Ok(largest.into_iter().max().unwrap_or(0))
}
