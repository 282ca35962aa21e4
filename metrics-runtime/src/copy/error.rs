//! Why nothing was copied, or not all of it.

use crate::error::StoreError;
use crate::noun::one_or_many;

/// Why a copy did not come about.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// One of the databases failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The target has rows from elsewhere.
    #[error(
        "the target has {rows} {} in {table} that did not come from this copy: copy to an empty database",
        one_or_many(*.rows, "row", "rows")
    )]
    NotEmpty {
        /// The table.
        table: String,
        /// Its rows.
        rows: i64,
    },
    /// The target has a part of something else.
    #[error(
        "the target was copied from {0}, and not from here: name that source as before to go on, or copy to an empty \
         database"
    )]
    OtherSource(String),
    /// A table is missing on one side.
    #[error("there is no table {0} on one side: apply the same migrations to both")]
    NoTable(String),
    /// A table is not the same on both sides.
    #[error(
        "{0} has other columns in the source than in the target: apply the same migrations to both"
    )]
    OtherColumns(String),
    /// A column holds what cannot be copied.
    #[error(
        "{table}.{column} holds {holds}, and only integers, booleans, text and bytes can be copied"
    )]
    Unsupported {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// Its type.
        holds: String,
    },
    /// Both sides were compared, and are not the same.
    #[error(
        "the copy is not what the source is: {}. Something was written to the target, or to the source while no copy \
         ran: stop what writes, and copy to an empty database",
        .0.join("; ")
    )]
    Different(Vec<String>),
}

impl From<diesel::result::Error> for CopyError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}
