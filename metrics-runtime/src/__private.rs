//! What generated code needs and nobody else should name.

pub use chrono::{DateTime, Utc};
pub use diesel;
pub use diesel::sql_types::{BigInt, Text};

/// `diesel::table!` for a metric's readable view, when the feature `table` asks for it.
#[cfg(feature = "table")]
#[doc(hidden)]
#[macro_export]
macro_rules! __table {
    ($($declaration:tt)*) => { $crate::__private::diesel::table! { $($declaration)* } };
}

/// Nothing: the feature `table` is off.
#[cfg(not(feature = "table"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __table {
    ($($declaration:tt)*) => {};
}

pub use __table as table;
