//! What copying from one database to another asks of both: statements on tables that nothing is known of but what the
//! catalogue says.

mod clear_rows;
mod columns;
mod hold;
mod insert_rows;
mod numbers;
mod progress;
mod read_rows;
mod sums;

pub(crate) use clear_rows::ClearRows;
#[cfg(feature = "postgres")]
pub(crate) use columns::postgres_columns;
#[cfg(feature = "sqlite")]
pub(crate) use columns::sqlite_columns;
#[cfg(feature = "postgres")]
pub(crate) use hold::keep_writers_out;
pub(crate) use insert_rows::InsertRows;
#[cfg(feature = "postgres")]
pub(crate) use numbers::go_on_numbering;
pub(crate) use progress::{CREATE_PROGRESS, MoveProgress, PROGRESS};
pub(crate) use read_rows::{Cells, ReadRows};
pub(crate) use sums::CopiedSums;
