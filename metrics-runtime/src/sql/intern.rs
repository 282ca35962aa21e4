//! Finds or makes the dictionary entry of a combination of dimension values.

use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;

use super::{Dialect, Writes, statement};
use crate::dimension::Value;
use crate::layout::Dictionary;

/// Marks an entry as used, and returns its id; no row when there is no such entry.
pub(crate) struct TouchEntry<'a> {
    pub(crate) dictionary: &'a Dictionary,
    pub(crate) values: &'a [Value<'a>],
    pub(crate) now: i64,
}

statement!(TouchEntry<'_>);

impl<DB: Dialect> QueryFragment<DB> for TouchEntry<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE ");
        out.push_identifier(&self.dictionary.table)?;
        mark_used(&mut out, self.dictionary, |out| {
            DB::bind_integer(out, &self.now)
        })?;
        let mut conjunction = " WHERE ";
        for ((_, dimension), value) in self.dictionary.dimensions.iter().zip(self.values) {
            out.push_sql(conjunction);
            out.equals(dimension.name, value)?;
            conjunction = " AND ";
        }
        out.push_sql(" RETURNING CAST(\"id\" AS BIGINT)");
        Ok(())
    }
}

/// Makes an entry, and returns its id; if another writer has just made it, that one's.
pub(crate) struct InsertEntry<'a> {
    pub(crate) dictionary: &'a Dictionary,
    pub(crate) values: &'a [Value<'a>],
    pub(crate) now: i64,
}

statement!(InsertEntry<'_>);

impl<DB: Dialect> QueryFragment<DB> for InsertEntry<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let names = || {
            self.dictionary
                .dimensions
                .iter()
                .map(|(_, dimension)| dimension.name)
        };
        out.push_sql("INSERT INTO ");
        out.push_identifier(&self.dictionary.table)?;
        out.push_sql(" (");
        out.identifiers(names().chain(["last_used_at"]))?;
        out.push_sql(") VALUES (");
        out.values(self.values)?;
        out.push_sql(", ");
        DB::bind_integer(&mut out, &self.now)?;
        out.push_sql(") ON CONFLICT (");
        out.identifiers(names())?;
        out.push_sql(") DO UPDATE");
        mark_used(&mut out, self.dictionary, excluded)?;
        out.push_sql(" RETURNING CAST(\"id\" AS BIGINT)");
        Ok(())
    }
}

/// ` SET …`: an entry is used at a time, or later than that: a clock that is behind takes nothing back.
pub(super) fn mark_used<'b, DB: Dialect>(
    out: &mut AstPass<'_, 'b, DB>,
    dictionary: &Dictionary,
    time: impl FnOnce(&mut AstPass<'_, 'b, DB>) -> QueryResult<()>,
) -> QueryResult<()> {
    out.push_sql(" SET \"last_used_at\" = ");
    out.push_sql(DB::LARGER);
    out.push_sql("(");
    out.push_identifier(&dictionary.table)?;
    out.push_sql(".\"last_used_at\", ");
    time(out)?;
    out.push_sql(")");
    Ok(())
}

/// The time of an entry that was there already.
pub(super) fn excluded<DB: Dialect>(out: &mut AstPass<'_, '_, DB>) -> QueryResult<()> {
    out.push_sql("excluded.\"last_used_at\"");
    Ok(())
}
