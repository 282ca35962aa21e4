//! The values that a statement binds.

use diesel::query_builder::{BindCollector, MoveableBindCollector};
use diesel::result::{Error, QueryResult};
use diesel::serialize::{IsNull, Output, ToSql};
use diesel::sql_types::HasSqlType;

use crate::backend::Libsql;
use crate::value::Value;

/// Gathers them.
#[derive(Debug, Default)]
pub struct Binds(pub(crate) Vec<Value>);

impl<'a> BindCollector<'a, Libsql> for Binds {
    type Buffer = Value;

    fn push_bound_value<T, U>(&mut self, bind: &'a U, lookup: &mut ()) -> QueryResult<()>
    where
        Libsql: HasSqlType<T>,
        U: ToSql<T, Libsql> + ?Sized + 'a,
    {
        let mut out = Output::new(Value::Null, lookup);
        let is_null = bind.to_sql(&mut out).map_err(Error::SerializationError)?;
        self.0.push(match is_null {
            IsNull::No => out.into_inner(),
            IsNull::Yes => Value::Null,
        });
        Ok(())
    }

    fn push_null_value(&mut self, (): ()) -> QueryResult<()> {
        self.0.push(Value::Null);
        Ok(())
    }
}

impl MoveableBindCollector<Libsql> for Binds {
    type BindData = Vec<Value>;

    fn moveable(&self) -> Self::BindData {
        self.0.clone()
    }

    fn append_bind_data(&mut self, from: &Self::BindData) {
        self.0.extend_from_slice(from);
    }

    fn push_debug_binds<'a, 'b>(
        binds: &Self::BindData,
        out: &'a mut Vec<Box<dyn std::fmt::Debug + 'b>>,
    ) {
        let shown = |value: &Value| -> Box<dyn std::fmt::Debug + 'b> { Box::new(value.clone()) };
        out.extend(binds.iter().map(shown));
    }
}
