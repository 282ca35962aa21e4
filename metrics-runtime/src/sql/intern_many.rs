//! Finds or makes the dictionary entries of many combinations of dimension values at once.

use diesel::deserialize::{self, QueryableByName};
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;
use diesel::row::{Field, NamedRow, Row};

use super::{Dialect, Writes, statement};
use crate::dimension::Value;
use crate::layout::Dictionary;

/// Makes the entries that there are not, marks all of them as used, and returns them.
pub(crate) struct InsertEntries<'a> {
    pub(crate) dictionary: &'a Dictionary,
    /// A JSON array of arrays, each the values of an entry; no two alike.
    pub(crate) entries: &'a str,
    pub(crate) now: i64,
}

statement!(InsertEntries<'_>);

impl<DB: Dialect> QueryFragment<DB> for InsertEntries<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let dimensions = &self.dictionary.dimensions;
        let names = || dimensions.iter().map(|(_, dimension)| dimension.name);
        out.push_sql("INSERT INTO ");
        out.push_identifier(&self.dictionary.table)?;
        out.push_sql(" (\"last_used_at\", ");
        out.identifiers(names())?;
        out.push_sql(") SELECT ");
        DB::bind_integer(&mut out, &self.now)?;
        for index in 0..dimensions.len() {
            out.push_sql(&format!(", value ->> {index}"));
        }
        out.push_sql(" FROM json_each(");
        DB::bind_text(&mut out, self.entries)?;
        out.push_sql(") WHERE true ON CONFLICT (");
        out.identifiers(names())?;
        out.push_sql(
            ") DO UPDATE SET \"last_used_at\" = excluded.\"last_used_at\" \
             RETURNING CAST(\"id\" AS BIGINT), json_array(",
        );
        out.identifiers(names())?;
        out.push_sql(")");
        Ok(())
    }
}

/// An entry that was found or made.
pub(crate) struct MadeEntry {
    pub(crate) id: i64,
    pub(crate) values: Vec<Value<'static>>,
}

impl<DB: Dialect> QueryableByName<DB> for MadeEntry {
    fn build<'a>(row: &impl NamedRow<'a, DB>) -> deserialize::Result<Self> {
        let field = |index| Row::get(row, index).ok_or("a column is missing");
        let (id, values) = (field(0)?, field(1)?);
        Ok(Self {
            id: DB::read_integer(id.value())?,
            values: serde_json::from_str(&DB::read_text(values.value())?)?,
        })
    }
}
