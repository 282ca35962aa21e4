//! What statements need of a backend: to bind and to read integers and text.

use diesel::backend::Backend;
use diesel::deserialize::{self, QueryableByName};
use diesel::query_builder::AstPass;
use diesel::result::QueryResult;
use diesel::row::{Field, NamedRow, Row};
use smallvec::SmallVec;

use crate::cell::{Cell, Kind};
use crate::dimension::Value;
use crate::schema::Dimension;

/// A backend that the statements run on.
///
/// Everything else they use is SQL that SQLite and PostgreSQL share.
pub(crate) trait Dialect: Backend {
    /// What puts text in the order of its bytes, after the column: a server may have another order by default.
    const BY_BYTES: &'static str;

    /// What finds the larger of two values.
    const LARGER: &'static str;

    /// Whether rows are grouped as they are read where they come in the order of a key. PostgreSQL hashes them
    /// in any order.
    const GROUPS_ALONG_KEYS: bool;

    /// What stands around a text so that the elements of the JSON array that it is are rows, in a column called `value`.
    #[cfg(any(feature = "postgres", feature = "turso"))]
    const ELEMENTS: [&'static str; 2];

    /// Binds a 64-bit integer.
    ///
    /// # Errors
    ///
    /// When diesel cannot serialise it.
    fn bind_integer<'b>(out: &mut AstPass<'_, 'b, Self>, value: &'b i64) -> QueryResult<()>;

    /// Binds text.
    ///
    /// # Errors
    ///
    /// When diesel cannot serialise it.
    fn bind_text<'b>(out: &mut AstPass<'_, 'b, Self>, value: &'b str) -> QueryResult<()>;

    /// Binds bytes.
    ///
    /// # Errors
    ///
    /// When diesel cannot serialise them.
    #[cfg(feature = "sqlite")]
    fn bind_bytes<'b>(out: &mut AstPass<'_, 'b, Self>, value: &'b [u8]) -> QueryResult<()>;

    /// Reads a 64-bit integer.
    ///
    /// # Errors
    ///
    /// When the column holds something else.
    fn read_integer(value: Option<Self::RawValue<'_>>) -> deserialize::Result<i64>;

    /// Reads text.
    ///
    /// # Errors
    ///
    /// When the column holds something else.
    fn read_text(value: Option<Self::RawValue<'_>>) -> deserialize::Result<String>;

    /// Reads bytes.
    ///
    /// # Errors
    ///
    /// When the column holds something else.
    #[cfg(feature = "sqlite")]
    fn read_bytes(value: Option<Self::RawValue<'_>>) -> deserialize::Result<Vec<u8>>;

    /// Binds a value of any table, which may be NULL.
    ///
    /// # Errors
    ///
    /// When diesel cannot serialise it.
    fn bind_cell<'b>(out: &mut AstPass<'_, 'b, Self>, cell: &'b Cell) -> QueryResult<()>;

    /// Reads a value of any table, which may be NULL.
    ///
    /// # Errors
    ///
    /// When the column holds something else.
    fn read_cell(kind: Kind, value: Option<Self::RawValue<'_>>) -> deserialize::Result<Cell>;
}

/// Binds a dimension's value.
pub(super) fn bind_value<'b, DB: Dialect>(
    out: &mut AstPass<'_, 'b, DB>,
    value: &'b Value<'_>,
) -> QueryResult<()> {
    match value {
        Value::Text(text) => DB::bind_text(out, text),
        Value::Integer(integer) => DB::bind_integer(out, integer),
    }
}

/// Puts values of a dimension, whose column was named just before, in the same order on every backend.
pub(super) fn in_order<DB: Dialect>(out: &mut AstPass<'_, '_, DB>, dimension: &Dimension) {
    if !dimension.kind.is_integer() {
        out.push_sql(DB::BY_BYTES);
    }
}

/// A row of integers, however many there are.
pub(crate) struct Integers(pub(crate) SmallVec<[i64; 4]>);

impl<DB: Dialect> QueryableByName<DB> for Integers {
    fn build<'a>(row: &impl NamedRow<'a, DB>) -> deserialize::Result<Self> {
        let mut integers = SmallVec::new();
        for index in 0..row.field_count() {
            let field = Row::get(row, index).ok_or("a column is missing")?;
            integers.push(DB::read_integer(field.value())?);
        }
        Ok(Self(integers))
    }
}

/// A row of one text.
pub(crate) struct Text(pub(crate) String);

impl<DB: Dialect> QueryableByName<DB> for Text {
    fn build<'a>(row: &impl NamedRow<'a, DB>) -> deserialize::Result<Self> {
        let field = Row::get(row, 0).ok_or("a column is missing")?;
        DB::read_text(field.value()).map(Self)
    }
}

#[cfg(any(feature = "sqlite", feature = "postgres"))]
macro_rules! dialect {
    ($backend:ty, $by_bytes:literal, $larger:literal, $along_keys:literal, $elements:expr) => {
        impl Dialect for $backend {
            const BY_BYTES: &'static str = $by_bytes;
            const LARGER: &'static str = $larger;
            const GROUPS_ALONG_KEYS: bool = $along_keys;

            #[cfg(any(feature = "postgres", feature = "turso"))]
            const ELEMENTS: [&'static str; 2] = $elements;

            fn bind_integer<'b>(
                out: &mut AstPass<'_, 'b, Self>,
                value: &'b i64,
            ) -> QueryResult<()> {
                out.push_bind_param::<diesel::sql_types::BigInt, _>(value)
            }

            fn bind_text<'b>(out: &mut AstPass<'_, 'b, Self>, value: &'b str) -> QueryResult<()> {
                out.push_bind_param::<diesel::sql_types::Text, _>(value)
            }

            #[cfg(feature = "sqlite")]
            fn bind_bytes<'b>(out: &mut AstPass<'_, 'b, Self>, value: &'b [u8]) -> QueryResult<()> {
                out.push_bind_param::<diesel::sql_types::Binary, _>(value)
            }

            fn read_integer(value: Option<Self::RawValue<'_>>) -> deserialize::Result<i64> {
                deserialize::FromSql::<diesel::sql_types::BigInt, Self>::from_nullable_sql(value)
            }

            fn read_text(value: Option<Self::RawValue<'_>>) -> deserialize::Result<String> {
                deserialize::FromSql::<diesel::sql_types::Text, Self>::from_nullable_sql(value)
            }

            #[cfg(feature = "sqlite")]
            fn read_bytes(value: Option<Self::RawValue<'_>>) -> deserialize::Result<Vec<u8>> {
                deserialize::FromSql::<diesel::sql_types::Binary, Self>::from_nullable_sql(value)
            }

            fn bind_cell<'b>(out: &mut AstPass<'_, 'b, Self>, cell: &'b Cell) -> QueryResult<()> {
                use diesel::sql_types::{BigInt, Binary, Nullable, Text};
                match cell {
                    Cell::Integer(value) => out.push_bind_param::<Nullable<BigInt>, _>(value),
                    Cell::Text(value) => out.push_bind_param::<Nullable<Text>, _>(value),
                    Cell::Bytes(value) => out.push_bind_param::<Nullable<Binary>, _>(value),
                }
            }

            fn read_cell(
                kind: Kind,
                value: Option<Self::RawValue<'_>>,
            ) -> deserialize::Result<Cell> {
                use deserialize::FromSql;
                use diesel::sql_types::{BigInt, Binary, Nullable, Text};
                match kind {
                    Kind::Integer | Kind::Boolean => {
                        FromSql::<Nullable<BigInt>, Self>::from_nullable_sql(value)
                            .map(Cell::Integer)
                    }
                    Kind::Text => {
                        FromSql::<Nullable<Text>, Self>::from_nullable_sql(value).map(Cell::Text)
                    }
                    Kind::Bytes => {
                        FromSql::<Nullable<Binary>, Self>::from_nullable_sql(value).map(Cell::Bytes)
                    }
                }
            }
        }
    };
}

#[cfg(feature = "sqlite")]
dialect!(diesel::sqlite::Sqlite, "", "max", true, ["json_each(", ")"]);
#[cfg(feature = "postgres")]
dialect!(
    diesel::pg::Pg,
    " COLLATE \"C\"",
    "GREATEST",
    false,
    ["json_array_elements(CAST(", " AS JSON))"]
);
#[cfg(feature = "turso")]
dialect!(
    libsql_connection::Libsql,
    "",
    "max",
    true,
    ["json_each(", ")"]
);
