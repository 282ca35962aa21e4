//! The columns of a table, each as JSON, in the words of the database's catalogue; none if there is no such table.

#[cfg(any(feature = "sqlite", feature = "postgres"))]
use crate::tables::literal;

#[cfg(feature = "postgres")]
use super::super::text::quoted;

/// SQLite numbers by itself: a sequence follows what is inserted.
#[cfg(feature = "sqlite")]
pub(crate) fn sqlite_columns(table: &str) -> String {
    format!(
        "SELECT json_object('name', \"name\", 'holds', lower(\"type\"), 'key', \"pk\", 'numbered', json('false'))
        FROM pragma_table_info({}) ORDER BY \"cid\"",
        literal(table)
    )
}

#[cfg(feature = "postgres")]
pub(crate) fn postgres_columns(table: &str) -> String {
    // The vector of a primary key's columns counts from 0.
    format!(
        "SELECT json_build_object('name', a.attname, 'holds', format_type(a.atttypid, a.atttypmod),
            'key', COALESCE(array_position(i.indkey::int2[], a.attnum) + 1, 0), 'numbered', a.attidentity <> '')::text
        FROM pg_attribute a LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
        WHERE a.attrelid = to_regclass({}) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
        literal(&quoted(table))
    )
}
