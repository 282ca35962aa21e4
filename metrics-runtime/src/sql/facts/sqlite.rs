//! What SQLite says about a table.

use diesel::{QueryResult, RunQueryDsl, SqliteConnection};

use super::super::Text;
use super::{Facts, check_fact};
use crate::tables::literal;

/// Facts about a table or view; `?` stands for its name.
const FACTS: [&str; 6] = [
    "SELECT 'the column ' || \"name\" || ' ' || \"type\"
        || CASE WHEN \"pk\" = 1 AND \"notnull\" = 0 THEN ', numbered' WHEN \"notnull\" = 0 THEN ', which may be NULL' ELSE '' END
        || COALESCE(', by default ' || \"dflt_value\", '')
    FROM pragma_table_info(?) WHERE EXISTS (SELECT 1 FROM \"sqlite_schema\" WHERE \"name\" = ? AND \"type\" = 'table')",
    "SELECT 'the column ' || \"name\" FROM pragma_table_info(?)
    WHERE EXISTS (SELECT 1 FROM \"sqlite_schema\" WHERE \"name\" = ? AND \"type\" = 'view')",
    "SELECT 'the primary key ' || group_concat(\"name\", ', ' ORDER BY \"pk\")
    FROM pragma_table_info(?) WHERE \"pk\" > 0 HAVING COUNT(*) > 0",
    "SELECT CASE WHEN l.\"origin\" = 'u' THEN 'the unique key ' WHEN l.\"unique\" THEN 'the unique index on ' ELSE 'the index on ' END
        || group_concat(i.\"name\", ', ' ORDER BY i.\"name\")
        || CASE WHEN l.\"partial\" THEN ', of some rows' ELSE '' END
    FROM pragma_index_list(?) AS l JOIN pragma_index_info(l.\"name\") AS i WHERE l.\"origin\" <> 'pk' GROUP BY l.\"name\"",
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

/// Facts about a table or a view.
pub(crate) fn sqlite_facts(conn: &mut SqliteConnection, table: &str) -> QueryResult<Facts> {
    let name = literal(table);
    let mut ask = |query: &str| -> QueryResult<Vec<Text>> {
        diesel::sql_query(query.replace('?', &name)).load(conn)
    };
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
