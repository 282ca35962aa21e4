//! Lets a sequence go on after what was inserted with numbers of its own.

#[cfg(feature = "postgres")]
use super::super::text::quoted;
#[cfg(feature = "postgres")]
use crate::tables::literal;

/// An empty table begins with 1. The number is looked up before it is set: as one statement on a table that Citus has on
/// every node, it would be set where the table is read, and numbers come from the coordinator.
#[cfg(feature = "postgres")]
pub(crate) fn go_on_numbering(table: &str, column: &str) -> String {
    let (table, quoted_column) = (quoted(table), quoted(column));
    format!(
        "DO $numbers$ DECLARE largest BIGINT; BEGIN
            SELECT MAX({quoted_column}) INTO largest FROM {table};
            PERFORM setval(pg_get_serial_sequence({}, {}), COALESCE(largest, 1), largest IS NOT NULL);
        END $numbers$",
        literal(&table),
        literal(column)
    )
}
