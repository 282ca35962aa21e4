//! The few phrases that statements are put together from.

use diesel::backend::Backend;
use diesel::query_builder::AstPass;
use diesel::result::QueryResult;

use super::dialect::{Dialect, bind_value};
use crate::dimension::Value;

/// Phrases on top of diesel's [`AstPass`].
pub(crate) trait Writes<'b, DB: Backend> {
    /// Identifiers, quoted, with commas between them.
    fn identifiers<'n>(&mut self, names: impl IntoIterator<Item = &'n str>) -> QueryResult<()>;
    /// `"column" = ?`
    fn equals(&mut self, column: &str, value: &'b Value<'_>) -> QueryResult<()>;
    /// `"column" IN (?, …)`. Lists of several values come in many lengths, so such a statement is not cached.
    fn any_of(&mut self, column: &str, values: &'b [Value<'_>]) -> QueryResult<()>;
    /// `?, …`
    fn values(&mut self, values: &'b [Value<'_>]) -> QueryResult<()>;
}

impl<'b, DB: Dialect> Writes<'b, DB> for AstPass<'_, 'b, DB> {
    fn identifiers<'n>(&mut self, names: impl IntoIterator<Item = &'n str>) -> QueryResult<()> {
        for (index, name) in names.into_iter().enumerate() {
            if index > 0 {
                self.push_sql(", ");
            }
            self.push_identifier(name)?;
        }
        Ok(())
    }

    fn equals(&mut self, column: &str, value: &'b Value<'_>) -> QueryResult<()> {
        self.push_identifier(column)?;
        self.push_sql(" = ");
        bind_value(self, value)
    }

    fn any_of(&mut self, column: &str, values: &'b [Value<'_>]) -> QueryResult<()> {
        if let [value] = values {
            return self.equals(column, value);
        }
        self.unsafe_to_cache_prepared();
        self.push_identifier(column)?;
        self.push_sql(" IN (");
        self.values(values)?;
        self.push_sql(")");
        Ok(())
    }

    fn values(&mut self, values: &'b [Value<'_>]) -> QueryResult<()> {
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                self.push_sql(", ");
            }
            bind_value(self, value)?;
        }
        Ok(())
    }
}

/// Makes a fragment a statement of its own, whose rows are read by [`Integers`](super::Integers) and the like.
///
/// It has no static query id: two metrics share the Rust type, and would share a prepared statement by it. diesel
/// then finds the prepared statement by its text.
macro_rules! statement {
    ($type:ty $(, $parameter:ident)?) => {
        impl$(<$parameter>)? diesel::query_builder::QueryId for $type {
            type QueryId = ();
            const HAS_STATIC_QUERY_ID: bool = false;
        }
        impl$(<$parameter>)? diesel::query_builder::Query for $type {
            type SqlType = diesel::sql_types::Untyped;
        }
        impl<C $(, $parameter)?> diesel::query_dsl::RunQueryDsl<C> for $type {}
    };
}
pub(crate) use statement;
