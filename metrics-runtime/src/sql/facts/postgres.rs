//! What PostgreSQL says about a table.

use diesel::{PgConnection, QueryResult, RunQueryDsl};

use super::super::Text;
use super::super::text::quoted;
use super::check::check_fact;
use super::{Facts, UNFINISHED};
use crate::tables::literal;

/// Facts about a table or view; `?` stands for its oid.
const FACTS: [&str; 4] = [
    "SELECT 'the column ' || a.attname || CASE c.relkind WHEN 'v' THEN '' ELSE ' ' || upper(format_type(a.atttypid, a.atttypmod))
        || CASE a.attidentity WHEN '' THEN '' ELSE ', numbered' END
        || CASE WHEN a.attnotnull THEN '' ELSE ', which may be NULL' END
        || COALESCE(', by default ' || pg_get_expr(d.adbin, d.adrelid), '') END AS fact
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = ? AND a.attnum > 0 AND NOT a.attisdropped",
    "SELECT CASE k.contype WHEN 'p' THEN 'the primary key ' ELSE 'the unique key ' END
        || (SELECT string_agg(a.attname, ', ' ORDER BY CASE k.contype WHEN 'p' THEN lpad(u.n::text, 4, '0') ELSE a.attname::text END)
            FROM unnest(k.conkey) WITH ORDINALITY AS u(attnum, n)
            JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.attnum) AS fact
    FROM pg_constraint k WHERE k.conrelid = ? AND k.contype IN ('p', 'u')",
    "SELECT 'the reference of ' || a.attname || ' to ' || t.relname || '(' || f.attname || '), on delete '
        || CASE k.confdeltype WHEN 'c' THEN 'cascade' WHEN 'r' THEN 'restrict' WHEN 'n' THEN 'set null' WHEN 'd' THEN 'set default' ELSE 'no action' END
        || CASE WHEN k.convalidated THEN '' ELSE ', unfinished' END AS fact
    FROM pg_constraint k JOIN pg_class t ON t.oid = k.confrelid
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
    JOIN pg_attribute f ON f.attrelid = k.confrelid AND f.attnum = k.confkey[1]
    WHERE k.conrelid = ? AND k.contype = 'f'",
    "SELECT CASE WHEN i.indisunique THEN 'the unique index on ' ELSE 'the index on ' END
        || (SELECT string_agg(COALESCE(a.attname, 'an expression'), ', ' ORDER BY a.attname)
            FROM unnest(i.indkey) AS u(attnum) LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.attnum AND u.attnum > 0)
        || CASE WHEN i.indpred IS NULL THEN '' ELSE ', of some rows' END
        || CASE WHEN i.indisvalid THEN '' ELSE ', unfinished' END AS fact
    FROM pg_index i WHERE i.indrelid = ? AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u'))",
];

const CHECKS: &str = "SELECT pg_get_constraintdef(oid) AS fact FROM pg_constraint WHERE conrelid = ? AND contype = 'c'";

/// Facts about a table or a view.
pub(crate) fn postgres_facts(conn: &mut PgConnection, table: &str) -> QueryResult<Facts> {
    let oid = format!("to_regclass({})", literal(&quoted(table)));
    let mut ask = |query: &str| -> QueryResult<Vec<Text>> {
        diesel::sql_query(query.replace('?', &oid)).load(conn)
    };
    let mut facts = Facts::new();
    for query in FACTS {
        facts.extend(ask(query)?.into_iter().map(|Text(fact)| fact));
    }
    facts.extend(
        ask(CHECKS)?
            .into_iter()
            .map(|Text(check)| validated(&check)),
    );
    Ok(facts)
}

/// A check that rows from before have not been held against yet is half made.
fn validated(check: &str) -> String {
    match check.strip_suffix(" NOT VALID") {
        Some(check) => check_fact(check) + UNFINISHED,
        None => check_fact(check),
    }
}
