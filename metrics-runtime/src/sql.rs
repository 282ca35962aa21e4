//! All SQL, a statement per file.
//!
//! Statements on rows are diesel [`QueryFragment`](diesel::query_builder::QueryFragment)s generic over a
//! [`Dialect`]: diesel prepares each text once for a connection and caches it. Their text depends on the schema and
//! on few fixed sizes, never on values. Definitions of tables are text, since they end up in migration files.

mod batch_ids;
mod bucket_sums;
mod change;
#[cfg(feature = "sqlite")]
mod checkpoint;
mod cleanup;
mod constraints;
pub(crate) mod copy;
mod create_table;
mod create_view;
#[cfg(feature = "sqlite")]
mod data_version;
mod dialect;
mod dimension_values;
mod drop_table;
mod entry_exists;
mod facts;
mod groups;
mod intern;
#[cfg(any(feature = "postgres", feature = "turso"))]
mod intern_many;
#[cfg(feature = "sqlite")]
mod journal;
mod known_series;
#[cfg(feature = "sqlite")]
mod largest_values;
pub(crate) mod migration_lock;
#[cfg(feature = "postgres")]
mod progress;
mod reference_exists;
mod row_counts;
#[cfg(feature = "sqlite")]
mod rows_read;
mod runtime_tables;
mod scale;
mod selection;
mod stored_value;
mod text;
mod upsert;
#[cfg(all(feature = "postgres", feature = "web"))]
mod visible_transactions;
mod watermarks;
mod window;
mod write;

pub(crate) use batch_ids::{ClaimBatch, FindReceipt, ForgetBatches, KeepReceipt};
pub(crate) use bucket_sums::BucketSums;
#[cfg(feature = "sqlite")]
pub(crate) use bucket_sums::SettledSums;
pub(crate) use change::{
    Chore, NOTHING_LEFT, can_become, change_tables, changes_tables, do_chores, undo_chores,
};
#[cfg(feature = "sqlite")]
pub(crate) use checkpoint::{CopyLog, LogPages};
pub(crate) use cleanup::{
    CountExpired, DeleteExpired, Expired, ForgetUnused, NthExpired, OwnersAfter,
};
pub(crate) use create_table::create_tables;
#[cfg(feature = "sqlite")]
pub(crate) use data_version::DataVersion;
pub(crate) use dialect::Dialect;
pub(crate) use dialect::{Integers, Text};
pub(crate) use dimension_values::DimensionValues;
pub(crate) use drop_table::drop_tables;
pub(crate) use entry_exists::EntryExists;
#[cfg(feature = "postgres")]
pub(crate) use facts::postgres_facts;
#[cfg(feature = "sqlite")]
pub(crate) use facts::sqlite_facts;
pub(crate) use facts::{Facts, UNFINISHED, expected_facts, expected_view};
pub(crate) use groups::{GroupSums, GroupTotals, GroupedBy, OfValue};
pub(crate) use intern::{InsertEntry, TouchEntry};
#[cfg(any(feature = "postgres", feature = "turso"))]
pub(crate) use intern_many::{InsertEntries, MadeEntry, TouchEntries};
#[cfg(feature = "sqlite")]
pub(crate) use journal::{
    AppendEntry, DropEntries, EntryUpTo, FindShape, ForgetShape, InsertShape, JournalEntries,
    JournalEntry, JournalExists, KeepRest, LastEntry,
};
pub(crate) use known_series::KnownSeries;
#[cfg(feature = "sqlite")]
pub(crate) use largest_values::LargestValues;
#[cfg(feature = "postgres")]
pub(crate) use progress::{OWN_PROCESS, progress_of};
pub(crate) use reference_exists::ReferenceExists;
pub(crate) use row_counts::{RowCount, rows_at, rows_of, rows_with};
#[cfg(feature = "sqlite")]
pub(crate) use rows_read::{Counting, count_rows_by};
pub use runtime_tables::RuntimeTables;
#[cfg(feature = "postgres")]
pub(crate) use scale::ONE_AFTER_THE_OTHER;
pub(crate) use scale::{NOTHING_TO_SPREAD, STAYS_SPREAD, before_spreading, spread};
pub(crate) use selection::Selection;
pub(crate) use stored_value::StoredValues;
#[cfg(feature = "postgres")]
pub(crate) use upsert::Columns;
#[cfg(feature = "turso")]
pub(crate) use upsert::JsonRows;
pub(crate) use upsert::{BoundRows, Upsert};
#[cfg(all(feature = "postgres", feature = "web"))]
pub(crate) use visible_transactions::VisibleTransactions;
pub(crate) use watermarks::{FindWatermark, InsertWatermark, MoveWatermark};
pub(crate) use window::{DeleteWindow, LastBucket};
pub(crate) use write::{Writes, statement};
