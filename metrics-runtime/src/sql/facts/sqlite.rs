//! What SQLite says about a table.

use diesel::RunQueryDsl;
use diesel::connection::LoadConnection;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;

use super::super::{Dialect, Text, statement};
use super::Facts;
use super::check::check_fact;
use crate::tables::literal;

/// Facts about a table or view; `?` stands for its name. Within the words that libSQL's servers read too: no order
/// within an aggregate, and no `HAVING` without groups.
const FACTS: [&str; 6] = [
    "SELECT 'the column ' || \"name\" || ' ' || \"type\"
        || CASE WHEN \"pk\" = 1 AND \"notnull\" = 0 THEN ', numbered' WHEN \"notnull\" = 0 THEN ', which may be NULL' ELSE '' END
        || COALESCE(', by default ' || \"dflt_value\", '')
    FROM pragma_table_info(?) WHERE EXISTS (SELECT 1 FROM \"sqlite_schema\" WHERE \"name\" = ? AND \"type\" = 'table')",
    "SELECT 'the column ' || \"name\" FROM pragma_table_info(?)
    WHERE EXISTS (SELECT 1 FROM \"sqlite_schema\" WHERE \"name\" = ? AND \"type\" = 'view')",
    "SELECT 'the primary key ' || group_concat(\"name\", ', ')
    FROM (SELECT \"name\" FROM pragma_table_info(?) WHERE \"pk\" > 0 ORDER BY \"pk\") GROUP BY NULL",
    "SELECT CASE WHEN l.\"origin\" = 'u' THEN 'the unique key ' WHEN l.\"unique\" THEN 'the unique index on ' ELSE 'the index on ' END
        || (SELECT group_concat(\"name\", ', ') FROM (SELECT \"name\" FROM pragma_index_info(l.\"name\") ORDER BY \"name\"))
        || CASE WHEN l.\"partial\" THEN ', of some rows' ELSE '' END
    FROM pragma_index_list(?) AS l WHERE l.\"origin\" <> 'pk'",
    "SELECT 'the reference of ' || \"from\" || ' to ' || \"table\" || '(' || COALESCE(\"to\", '') || '), on delete ' || lower(\"on_delete\")
    FROM pragma_foreign_key_list(?)",
    "SELECT \"option\" FROM (
        SELECT \"name\", 'STRICT' AS \"option\" FROM pragma_table_list WHERE \"strict\"
        UNION ALL SELECT \"name\", 'WITHOUT ROWID' FROM pragma_table_list WHERE \"wr\"
    ) WHERE \"name\" = ?",
];

/// The definition, for its checks, which no pragma tells.
const DEFINITION: &str =
    "SELECT \"sql\" FROM \"sqlite_schema\" WHERE \"name\" = ? AND \"type\" = 'table'";

/// One of the above, about a table.
struct Question(String);

statement!(Question);

impl<DB: Dialect> QueryFragment<DB> for Question {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(&self.0);
        Ok(())
    }
}

/// Facts about a table or a view.
pub(crate) fn sqlite_facts<C>(conn: &mut C, table: &str) -> QueryResult<Facts>
where
    C: LoadConnection<Backend: Dialect<QueryBuilder: Default> + 'static>,
{
    let name = literal(table);
    let mut ask =
        |query: &str| -> QueryResult<Vec<Text>> { Question(query.replace('?', &name)).load(conn) };
    let mut facts = Facts::new();
    for query in FACTS {
        facts.extend(ask(query)?.into_iter().map(|Text(fact)| fact));
    }
    for Text(definition) in ask(DEFINITION)? {
        facts.extend(checks(&definition).into_iter().map(check_fact));
    }
    Ok(facts)
}

/// The checks of a definition.
fn checks(definition: &str) -> Vec<&str> {
    let starts = definition
        .match_indices("CHECK (")
        .map(|(at, _)| &definition[at..]);
    starts.map(|text| &text[..balanced(text)]).collect()
}

/// The length up to the bracket that closes the first one. Brackets within quotes do not count.
fn balanced(text: &str) -> usize {
    let (mut depth, mut quoted) = (0_u32, false);
    for (at, c) in text.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted && depth == 1 => return at + 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
    }
    text.len()
}
