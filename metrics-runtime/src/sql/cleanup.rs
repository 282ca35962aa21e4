//! Deletes buckets past their retention, an owner and an interval at a time.
//!
//! The key leads with the owner, so that an owner's expired buckets are one range of it. Deleting range by range
//! along the key touches each page once; deleting in order of time would touch all of them for every hour deleted.

use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;

use super::{Dialect, statement};
use crate::layout::{Dictionary, Layout};

/// The next owners after an id, in order.
pub(crate) struct OwnersAfter<'a> {
    pub(crate) owners: &'a Dictionary,
    pub(crate) after: i64,
    pub(crate) limit: i64,
}

statement!(OwnersAfter<'_>);

impl<DB: Dialect> QueryFragment<DB> for OwnersAfter<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT CAST(\"id\" AS BIGINT) FROM ");
        out.push_identifier(&self.owners.table)?;
        out.push_sql(" WHERE \"id\" > ");
        DB::bind_integer(&mut out, &self.after)?;
        out.push_sql(" ORDER BY \"id\" LIMIT ");
        DB::bind_integer(&mut out, &self.limit)
    }
}

/// A range of the key: the buckets of one owner (if the metric has owners) and one interval before a moment.
#[derive(Clone, Copy)]
pub(crate) struct Expired<'a> {
    pub(crate) layout: &'a Layout,
    pub(crate) owner: i64,
    pub(crate) interval: i64,
    pub(crate) before: i64,
}

impl<DB: Dialect> QueryFragment<DB> for Expired<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(" FROM ");
        out.push_identifier(self.layout.schema.table)?;
        out.push_sql(" WHERE ");
        if let Some(owners) = &self.layout.owners {
            out.push_identifier(owners.column)?;
            out.push_sql(" = ");
            DB::bind_integer(&mut out, &self.owner)?;
            out.push_sql(" AND ");
        }
        out.push_sql("\"bucket_interval\" = ");
        DB::bind_integer(&mut out, &self.interval)?;
        out.push_sql(" AND \"bucket_timestamp\" < ");
        DB::bind_integer(&mut out, &self.before)
    }
}

/// The bucket start `n` rows into the range, if it has as many: where a slice of about `n` rows ends.
pub(crate) struct NthExpired<'a> {
    pub(crate) range: Expired<'a>,
    pub(crate) n: i64,
}

statement!(NthExpired<'_>);

impl<DB: Dialect> QueryFragment<DB> for NthExpired<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT \"bucket_timestamp\"");
        self.range.walk_ast(out.reborrow())?;
        out.push_sql(" ORDER BY \"bucket_timestamp\" LIMIT 1 OFFSET ");
        DB::bind_integer(&mut out, &self.n)
    }
}

/// Deletes the range.
pub(crate) struct DeleteExpired<'a>(pub(crate) Expired<'a>);

statement!(DeleteExpired<'_>);

impl<DB: Dialect> QueryFragment<DB> for DeleteExpired<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("DELETE");
        self.0.walk_ast(out.reborrow())
    }
}

/// Counts the range.
pub(crate) struct CountExpired<'a>(pub(crate) Expired<'a>);

statement!(CountExpired<'_>);

impl<DB: Dialect> QueryFragment<DB> for CountExpired<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT COUNT(*)");
        self.0.walk_ast(out.reborrow())
    }
}

/// Deletes the dictionary entries that were last used before a moment.
pub(crate) struct ForgetUnused<'a> {
    pub(crate) dictionary: &'a Dictionary,
    pub(crate) before: i64,
}

statement!(ForgetUnused<'_>);

impl<DB: Dialect> QueryFragment<DB> for ForgetUnused<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("DELETE FROM ");
        out.push_identifier(&self.dictionary.table)?;
        out.push_sql(" WHERE \"last_used_at\" < ");
        DB::bind_integer(&mut out, &self.before)
    }
}
