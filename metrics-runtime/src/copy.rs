//! Copying everything from one database to another, whatever their backends.
//!
//! Writers at the source are kept out for as long as it takes. Rows go over in slices, in the order of their keys, and
//! each slice is one transaction of the target that also says how far the copy has come: whoever goes on after a crash
//! goes on from there. In the end both sides are summed up and compared.

mod compare;
mod error;
mod progress;
mod run;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::cell::{Cell, CopiedTable};
use crate::error::StoreError;
use crate::registry::Registry;
use crate::sql::RuntimeTables;
use crate::sql::copy::MoveProgress;
use crate::tables::Table;

pub use error::CopyError;
pub(crate) use run::copy;

/// What [`Store::copy_to`](crate::Store::copy_to) copies.
#[derive(Debug, Clone, Copy)]
pub struct CopyPlan<'a> {
    /// What the target remembers the source by: a copy that was interrupted goes on under the same name only.
    pub source: &'a str,
    /// Tables of the application's own, each after those that it refers to. Their columns hold integers, booleans, text
    /// or bytes.
    pub tables: &'a [&'a str],
    /// Those of them in which a new database has rows already, which a migration or the program has put there: they are
    /// replaced by those of the source.
    pub preset: &'a [&'a str],
    /// The metrics.
    pub registry: &'a Registry,
}

/// How far a copy has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CopyProgress<'a> {
    /// The table that is being copied.
    pub table: &'a str,
    /// Rows that the target has, of all tables.
    pub rows: u64,
    /// Rows that the source has.
    pub of: u64,
}

/// What was copied, and that it is the same on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CopyReport {
    /// Every table, in the order in which they were copied.
    pub tables: Vec<CopiedRows>,
    /// What the metrics come to, by interval.
    pub metrics: Vec<CopiedInterval>,
}

/// The rows of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CopiedRows {
    /// The table.
    pub table: String,
    /// Rows on either side.
    pub rows: u64,
    /// Those that were copied now, and not before an interruption.
    pub copied: u64,
}

/// What an interval of a metric comes to on either side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CopiedInterval {
    /// The metric.
    pub metric: &'static str,
    /// The interval, such as `1h`.
    pub interval: String,
    /// Its rows.
    pub rows: u64,
    /// The sum of each measure over all of them.
    pub sums: BTreeMap<&'static str, i128>,
}

/// What the rows of a table, or of an interval of it, come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sums {
    /// The interval in seconds, where there is one.
    pub(crate) interval: i64,
    pub(crate) rows: i64,
    /// Of each column.
    pub(crate) sums: Vec<i128>,
}

/// One of the two databases.
pub(crate) trait CopyEnd {
    /// A table as the database describes it; `None` if there is none.
    fn describe(&mut self, table: &str) -> Result<Option<CopiedTable>, StoreError>;
    /// The rows after a key.
    fn rows_after(
        &mut self,
        table: &CopiedTable,
        key: Option<&[Cell]>,
        limit: i64,
    ) -> Result<Vec<Vec<Cell>>, StoreError>;
    /// What the rows come to.
    fn sums(&mut self, table: &CopiedTable) -> Result<Vec<Sums>, StoreError>;
    /// Makes the table that says how far a copy has come, with rows in it.
    fn make_progress(&mut self, rows: &[Vec<Cell>]) -> Result<(), StoreError>;
    /// Deletes all rows.
    fn clear(&mut self, table: &CopiedTable) -> Result<(), StoreError>;
    /// Adds rows and says how far that is, in one transaction.
    fn append(
        &mut self,
        table: &CopiedTable,
        rows: &[Vec<Cell>],
        progress: &MoveProgress<'_>,
    ) -> Result<(), StoreError>;
}

impl CopyPlan<'_> {
    /// The tables, each after those that it refers to.
    pub(crate) fn table_names(&self) -> Vec<String> {
        let own = self.tables.iter().map(|name| (*name).to_owned());
        let of_metrics = self.registry.metrics().flat_map(|layout| Table::of(layout));
        // The journal is folded before.
        let runtime = [RuntimeTables::Batches, RuntimeTables::Watermarks];
        own.chain(of_metrics.map(|table| table.name))
            .chain(runtime.map(|table| table.name().to_owned()))
            .collect()
    }
}
