//! How far the sums of a metric are from 64 bits.
//!
//! An event in the journal is acknowledged, so that nothing may keep it out of its bucket later. A sum that could
//! exceed 64 bits is checked before: as long as the largest stored value and all that has been added since stay far
//! below, no bucket can overflow, and nobody needs to look.
//!
//! What others add through the journal is small as well. What they add to their buckets at once, because it is not, is
//! marked in the database, so that nobody trusts a bound from before.

use diesel::RunQueryDsl;
use diesel::result::QueryResult;
use foldhash::HashMap;

use super::super::connection::{StoreConnection, execute};
use crate::error::StoreError;
use crate::shape::Shape;
use crate::sql::{FindShape, ForgetShape, InsertShape, Integers, LargestValues};

/// What the bound may not exceed: low enough for sixteen processes that write at once, each with a bound of its own.
const SAFE: i64 = i64::MAX / 16;

/// Seconds after which a metric that had no headroom is looked at again: cleanup may have made some.
const PATIENCE: i64 = 3_600;

/// An upper bound of every value of each metric, by table.
#[derive(Debug, Default)]
pub(super) struct Headroom {
    bounds: HashMap<String, Bound>,
    /// What has been added past the journal where that is not wanted.
    passed: HashMap<String, i64>,
    /// The state of the database that is being written to.
    version: i64,
}

#[derive(Debug)]
struct Bound {
    value: i64,
    read_at: i64,
    /// The state of the database in which nobody else had come near, as the connection calls it.
    version: Option<i64>,
}

impl Headroom {
    /// Says which state of the database is written to.
    pub(super) fn look(&mut self, version: i64) {
        self.version = version;
    }

    /// Whether `amount` more fits under any circumstances; it counts as added then.
    pub(super) fn take<C: StoreConnection>(
        &mut self,
        conn: &mut C,
        shape: &Shape,
        amount: i64,
        now: i64,
    ) -> Result<bool, StoreError> {
        let bound = self.bound(conn, shape, now)?;
        let sum = bound.value.saturating_add(amount);
        if sum <= SAFE {
            bound.value = sum;
            return Ok(true);
        }
        // What is added in spite of it is checked by the database, and may lie anywhere below.
        bound.value = bound.value.max(SAFE + 1);
        mark(conn, shape)?;
        Ok(false)
    }

    /// Says that `amount` is added past the journal, where that is not wanted.
    pub(super) fn pass<C: StoreConnection>(
        &mut self,
        conn: &mut C,
        shape: &Shape,
        amount: i64,
    ) -> QueryResult<()> {
        let passed = self.passed.entry(shape.table.clone()).or_insert(0);
        *passed = passed.saturating_add(amount);
        match *passed <= SAFE {
            true => Ok(()),
            false => mark(conn, shape),
        }
    }

    /// Forgets which state the database was in: another connection calls it otherwise.
    pub(super) fn look_again(&mut self) {
        self.bounds
            .values_mut()
            .for_each(|bound| bound.version = None);
    }

    /// The bound of a metric, in the state that the database is in.
    fn bound<C: StoreConnection>(
        &mut self,
        conn: &mut C,
        shape: &Shape,
        now: i64,
    ) -> Result<&mut Bound, StoreError> {
        let known = self.bounds.get(&shape.table);
        let fresh =
            known.is_some_and(|known| known.value <= SAFE || now < known.read_at + PATIENCE);
        if !fresh {
            let bound = read(conn, shape, self.version, now)?;
            self.bounds.insert(shape.table.clone(), bound);
        }
        let bound = self.bounds.get_mut(&shape.table).expect("it was just read");
        if bound.version != Some(self.version) {
            bound.version = Some(self.version);
            if is_marked(conn, shape)? {
                bound.value = bound.value.max(SAFE + 1);
            }
        }
        Ok(bound)
    }
}

fn read<C: StoreConnection>(
    conn: &mut C,
    shape: &Shape,
    version: i64,
    now: i64,
) -> Result<Bound, StoreError> {
    conn.settle(now)?;
    let Integers(largest) = LargestValues { shape }.get_result(conn)?;
    let value = largest.into_iter().max().unwrap_or(0);
    if value <= SAFE {
        execute(conn, &ForgetShape(&near(shape)))?;
    }
    Ok(Bound {
        value,
        read_at: now,
        version: Some(version),
    })
}

/// The mark of a metric, kept among the shapes as one that no entry has.
fn near(shape: &Shape) -> String {
    format!("{} is near 64 bits", shape.table)
}

/// Tells other writers that a bound of theirs is one no more.
fn mark<C: StoreConnection>(conn: &mut C, shape: &Shape) -> QueryResult<()> {
    let (metric, shape) = (&shape.table, &near(shape));
    execute(conn, &InsertShape { metric, shape }).map(drop)
}

fn is_marked<C: StoreConnection>(conn: &mut C, shape: &Shape) -> QueryResult<bool> {
    let shape = &near(shape);
    let found: Vec<Integers> = FindShape { shape }.load(conn)?;
    Ok(!found.is_empty())
}
