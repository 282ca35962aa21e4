//! What a dimension's values become when its kind changes, and what rows from before it have.

use crate::backend::Backend;
use crate::dimension::{DimensionKind, Value};
use crate::schema::Dimension;
use crate::tables::literal;
use crate::transition::{default_value, translations};

/// Whether values of one kind have a meaning as another.
pub(crate) fn can_become(old: DimensionKind, new: DimensionKind) -> bool {
    use DimensionKind::{Boolean, Enum, Integer, Text, Uuid};
    match (old, new) {
        (Text | Uuid | Enum(_), Text | Uuid | Enum(_)) => true,
        (Integer | Boolean, Integer | Boolean | Text) | (Text, Integer | Boolean) => true,
        (Uuid | Enum(_), Integer | Boolean) | (Integer | Boolean, Uuid | Enum(_)) => false,
    }
}

/// The new value of a dimension, from the column that held the old one.
pub(super) fn converted(
    old: &Dimension,
    new: &Dimension,
    column: &str,
    backend: Backend,
) -> String {
    match (old.kind, new.kind) {
        (kind, other) if kind.is_integer() == other.is_integer() => {
            translated(&translations(old, new), column)
        }
        (DimensionKind::Boolean, _) => format!("CASE {column} WHEN 0 THEN 'false' ELSE 'true' END"),
        (DimensionKind::Integer, _) => format!("CAST({column} AS TEXT)"),
        (_, DimensionKind::Boolean) => format!("CASE {column} WHEN 'true' THEN 1 ELSE 0 END"),
        (_, _) => match backend {
            Backend::Sqlite => format!("CAST({column} AS INTEGER)"),
            Backend::Postgres => format!("CAST({column} AS BIGINT)"),
        },
    }
}

/// The words that have become others, and what is in `column` otherwise.
fn translated(translations: &[(&str, &str)], column: &str) -> String {
    if translations.is_empty() {
        return column.to_owned();
    }
    let case = |(from, to): &(&str, &str)| format!(" WHEN {} THEN {}", literal(from), literal(to));
    let cases: String = translations.iter().map(case).collect();
    format!("CASE {column}{cases} ELSE {column} END")
}

/// What rows from before a dimension have.
pub(super) fn default_of(dimension: &Dimension) -> String {
    match default_value(dimension) {
        Value::Text(text) => literal(&text),
        Value::Integer(integer) => integer.to_string(),
    }
}
