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
