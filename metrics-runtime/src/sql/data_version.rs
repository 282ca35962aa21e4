//! Whether somebody else has written to a SQLite database.

use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;
use diesel::sqlite::Sqlite;

use super::statement;

/// A number that changes on a connection when another one, of this process or not, has committed something.
pub(crate) struct DataVersion;

statement!(DataVersion);

impl QueryFragment<Sqlite> for DataVersion {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("PRAGMA data_version");
        Ok(())
    }
}
