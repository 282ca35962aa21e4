//! The types of columns: how they are bound, and how they are read.

use diesel::deserialize::{self, FromSql};
use diesel::serialize::{IsNull, Output, Result, ToSql};
use diesel::sql_types::{
    BigInt, Binary, Bool, Date, Double, Float, HasSqlType, Integer, SmallInt, Text, Time, Timestamp,
};

use crate::backend::Libsql;
use crate::value::Value;

macro_rules! types {
    ($($type:ty),+) => {
        $(impl HasSqlType<$type> for Libsql {
            fn metadata((): &mut ()) {}
        })+
    };
}

types!(BigInt, Binary, Bool, Double, Integer, Text);

// diesel has every backend know these. No value of Rust's becomes one here.
types!(Date, Float, SmallInt, Time, Timestamp);

macro_rules! bound {
    ($rust:ty as $type:ty, $value:ident => $bound:expr) => {
        impl ToSql<$type, Libsql> for $rust {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Libsql>) -> Result {
                let $value = self;
                out.set_value($bound);
                Ok(IsNull::No)
            }
        }
    };
}

bound!(i64 as BigInt, value => *value);
bound!(i32 as Integer, value => *value);
bound!(bool as Bool, value => i32::from(*value));
bound!(f64 as Double, value => *value);
bound!(str as Text, value => value);
bound!([u8] as Binary, value => value);

fn other<T>(value: &Value, expected: &str) -> deserialize::Result<T> {
    Err(format!("{value:?} is not {expected}").into())
}

impl FromSql<BigInt, Libsql> for i64 {
    fn from_sql(value: &Value) -> deserialize::Result<Self> {
        match value {
            Value::Integer { value } => Ok(*value),
            value => other(value, "an integer"),
        }
    }
}

impl FromSql<Integer, Libsql> for i32 {
    fn from_sql(value: &Value) -> deserialize::Result<Self> {
        let value = <i64 as FromSql<BigInt, Libsql>>::from_sql(value)?;
        Ok(value.try_into()?)
    }
}

impl FromSql<Bool, Libsql> for bool {
    fn from_sql(value: &Value) -> deserialize::Result<Self> {
        let value = <i64 as FromSql<BigInt, Libsql>>::from_sql(value)?;
        Ok(value != 0)
    }
}

impl FromSql<Double, Libsql> for f64 {
    fn from_sql(value: &Value) -> deserialize::Result<Self> {
        match value {
            Value::Float { value } => Ok(*value),
            value => other(value, "a number with a fraction"),
        }
    }
}

impl FromSql<Text, Libsql> for String {
    fn from_sql(value: &Value) -> deserialize::Result<Self> {
        match value {
            Value::Text { value } => Ok(value.clone()),
            value => other(value, "text"),
        }
    }
}

impl FromSql<Binary, Libsql> for Vec<u8> {
    fn from_sql(value: &Value) -> deserialize::Result<Self> {
        match value {
            Value::Blob { base64 } => Ok(base64.clone()),
            value => other(value, "bytes"),
        }
    }
}
