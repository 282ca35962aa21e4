//! What generated code needs and nobody else should name.

pub use chrono::{DateTime, Utc};
pub use diesel;
pub use diesel::sql_types::{BigInt, Text};

use crate::DimensionKind;

/// The declared `max_len` of a dimension, which only text has.
///
/// # Panics
///
/// When the dimension is not text; in a constant, the compiler says so.
#[must_use]
#[track_caller]
pub const fn text_limit(kind: DimensionKind, max_len: u32) -> u32 {
    assert!(
        matches!(kind, DimensionKind::Text),
        "`max_len` limits text, and this dimension is not text: remove the key"
    );
    max_len
}

/// The declared `default` of a dimension, which is one of its values.
///
/// # Panics
///
/// When it is not; in a constant, the compiler says so.
#[must_use]
#[track_caller]
pub const fn default_value(kind: DimensionKind, text: &str) -> &str {
    let fits = match kind {
        // A text's length and a UUID's form are looked at when a migration is written.
        DimensionKind::Text | DimensionKind::Uuid => true,
        DimensionKind::Integer => i64::from_str_radix(text, 10).is_ok(),
        DimensionKind::Boolean => is_one_of(text, &["true", "false"]),
        DimensionKind::Enum(words) => is_one_of(text, words),
    };
    assert!(
        fits,
        "`default` is not a value of this dimension: write one as a filter would, such as \"0\", \"true\" or a word of the enum"
    );
    text
}

const fn is_one_of(text: &str, words: &[&str]) -> bool {
    let mut index = 0;
    while index < words.len() {
        if is(text.as_bytes(), words[index].as_bytes()) {
            return true;
        }
        index += 1;
    }
    false
}

/// Equality that a constant can ask for.
const fn is(one: &[u8], other: &[u8]) -> bool {
    let mut index = 0;
    while index < one.len() && index < other.len() && one[index] == other[index] {
        index += 1;
    }
    one.len() == other.len() && index == one.len()
}

/// Proves that a column of `diesel::table!` has the type in which its dimension is stored.
///
/// # Panics
///
/// When it has not; in a constant, the compiler says so.
#[track_caller]
pub const fn column_is(integer: bool, kind: DimensionKind) {
    let stored_as_integer = matches!(kind, DimensionKind::Integer | DimensionKind::Boolean);
    assert!(
        integer == stored_as_integer,
        "`diesel::table!` takes a dimension for text unless its type is spelled as an integer or `bool`: \
         spell it so, or turn the feature `table` off"
    );
}

/// `diesel::table!` for a metric's readable view, after the proofs of its columns' types.
#[doc(hidden)]
#[macro_export]
macro_rules! __table {
    ([$($proof:item)*] $($declaration:tt)*) => {
        $($proof)*
        $crate::__private::diesel::table! { $($declaration)* }
    };
}

/// Nothing: the feature `table` is off.
#[doc(hidden)]
#[macro_export]
macro_rules! __no_table {
    ($($declaration:tt)*) => {};
}

#[cfg(not(feature = "table"))]
pub use __no_table as table;
#[cfg(feature = "table")]
pub use __table as table;
