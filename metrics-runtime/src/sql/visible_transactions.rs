//! Which transactions of a PostgreSQL cluster are visible.

use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;

use super::statement;

/// A text that is the same as long as nobody has committed anything.
pub(crate) struct VisibleTransactions;

statement!(VisibleTransactions);

impl QueryFragment<Pg> for VisibleTransactions {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT CAST(txid_current_snapshot() AS TEXT)");
        Ok(())
    }
}
