//! A statement that rebuilds a bucket table on SQLite, with a function in it that is asked about every row that is
//! read. The migration itself stays SQL that every other tool runs, too.

use diesel::sql_types::BigInt;

use super::row_counts::rows_of;

/// Where a statement of a rebuild says which rows it reads. They are those of one table, which goes by the letter b.
const CONDITION: &str = "WHERE b.\"bucket_interval\"";

diesel::define_sql_function! {
    /// True, for every row. It takes a column, so that it is asked about rows, and not once before them.
    fn metrics_row_read(bucket_interval: BigInt) -> Bool;
}

pub(crate) use metrics_row_read_utils::register_nondeterministic_impl as count_rows_by;

/// A statement whose rows are counted while it reads them.
pub(crate) struct Counting {
    pub(crate) statement: String,
    /// How many rows it will read.
    pub(crate) rows: String,
}

impl Counting {
    /// None of a statement that reads no bucket table from beginning to end.
    pub(crate) fn of(statement: &str) -> Option<Self> {
        let (before, condition) = statement.split_once(CONDITION)?;
        let (_, source) = before.split_once("\nFROM \"")?;
        let (table, _) = source.split_once("\" AS b\n")?;
        Some(Self {
            statement: format!(
                "{before}WHERE metrics_row_read(b.\"bucket_interval\") AND b.\"bucket_interval\"{condition}"
            ),
            rows: rows_of(table),
        })
    }
}
