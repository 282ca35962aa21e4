//! Lets a sequence go on after what was inserted with numbers of its own.

#[cfg(feature = "postgres")]
use super::super::text::quoted;
#[cfg(feature = "postgres")]
use crate::tables::literal;

/// An empty table begins with 1.
#[cfg(feature = "postgres")]
pub(crate) fn go_on_numbering(table: &str, column: &str) -> String {
    let (table, quoted_column) = (quoted(table), quoted(column));
    format!(
        "SELECT setval(pg_get_serial_sequence({}, {}), COALESCE(MAX({quoted_column}), 1), COUNT(*) > 0) FROM {table}",
        literal(&table),
        literal(column)
    )
}
