//! Tables as facts, each a short text: what a database says about one, and what its definition amounts to.
//!
//! Both are written the same way, so that comparing them is comparing two sets, and a difference is a sentence.

#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::collections::BTreeSet;

use super::create_table::column_type;
use crate::backend::Backend;
use crate::layout::Layout;
use crate::tables::{Column, Holds, Purpose, Table};

#[cfg(feature = "postgres")]
pub(crate) use postgres::postgres_facts;
#[cfg(feature = "sqlite")]
pub(crate) use sqlite::sqlite_facts;

/// Facts about a table; none if there is no such table.
pub(crate) type Facts = BTreeSet<String>;

/// How a fact ends about an index that is invalid, or a constraint that was not validated: half made.
pub(crate) const UNFINISHED: &str = ", unfinished";

/// What a table of the framework's is.
pub(crate) fn expected_facts(table: &Table, backend: Backend) -> Facts {
    let mut facts: Facts = table
        .columns
        .iter()
        .map(|column| column_fact(column, backend))
        .collect();
    facts.insert(format!("the primary key {}", table.key.join(", ")));
    if !table.unique.is_empty() {
        facts.insert(format!("the unique key {}", sorted(&table.unique)));
    }
    facts.extend(
        table
            .indexes
            .iter()
            .map(|column| format!("the index on {column}")),
    );
    for column in &table.columns {
        if !column.one_of.is_empty() {
            facts.insert(one_of(&column.name, column.one_of.clone()));
        }
        if let Some((target, key)) = &column.references {
            facts.insert(format!(
                "the reference of {} to {target}({key}), on delete cascade",
                column.name
            ));
        }
    }
    facts.extend(storage(table.purpose, backend).map(str::to_owned));
    facts
}

/// What the readable view is.
pub(crate) fn expected_view(layout: &Layout) -> Facts {
    let dimensions = layout
        .schema
        .dimensions
        .iter()
        .map(|dimension| dimension.name);
    let measures = layout.schema.measures.iter().map(|measure| measure.name);
    let fixed = [
        "bucket_timestamp",
        "bucket_start",
        "bucket_interval",
        "created_at",
    ];
    fixed
        .into_iter()
        .chain(dimensions)
        .chain(measures)
        .map(|name| format!("the column {name}"))
        .collect()
}

fn column_fact(column: &Column, backend: Backend) -> String {
    let default = column
        .default
        .map_or_else(String::new, |default| format!(", by default {default}"));
    let holds = column_type(column.holds, backend);
    match column.holds {
        Holds::Id => format!("the column {} {holds}, numbered", column.name),
        Holds::Small | Holds::Big | Holds::Text => {
            format!("the column {} {holds}{default}", column.name)
        }
    }
}

fn storage(purpose: Purpose, backend: Backend) -> impl Iterator<Item = &'static str> {
    let strict = (backend == Backend::Sqlite).then_some("STRICT");
    let rowid =
        (backend == Backend::Sqlite && purpose == Purpose::Buckets).then_some("WITHOUT ROWID");
    strict.into_iter().chain(rowid)
}

/// A check, as far as it lists values; any other is told as it stands.
fn check_fact(definition: &str) -> String {
    let text = definition.split_whitespace().collect::<Vec<_>>().join(" ");
    listed_values(&text).map_or_else(
        || format!("the check {text}"),
        |(column, values)| one_of(&column, values),
    )
}

fn one_of(column: &str, mut values: Vec<String>) -> String {
    values.sort_unstable();
    format!("the check that {column} is one of {}", values.join(", "))
}

fn sorted(names: &[String]) -> String {
    let mut names = names.to_vec();
    names.sort_unstable();
    names.join(", ")
}

/// The column and the values of a check such as `"n" IN (1, 2)`, which PostgreSQL shows as
/// `(n = ANY (ARRAY[1, 2]))`.
fn listed_values(check: &str) -> Option<(String, Vec<String>)> {
    let (mut column, mut values) = (None, Vec::new());
    let mut rest = check;
    while let Some(first) = rest.chars().next() {
        let length = token(rest, first);
        let (token, after) = rest.split_at(length);
        rest = after;
        match first {
            '\'' => values.push(token.to_owned()),
            '0'..='9' | '-' => values.push(token.to_owned()),
            ' ' | '(' | ')' | '[' | ']' | ',' | '=' | ':' => {}
            'a'..='z' | 'A'..='Z' | '"' | '_' if KNOWN.contains(&token) => {}
            'a'..='z' | 'A'..='Z' | '"' | '_' if column.is_none() => {
                column = Some(token.trim_matches('"').to_owned());
            }
            _ => return None,
        }
    }
    Some((column?, values)).filter(|(_, values)| !values.is_empty())
}

/// What such a check is made of besides.
const KNOWN: [&str; 7] = ["CHECK", "IN", "ANY", "ARRAY", "text", "integer", "bigint"];

/// The length of the token that begins with `first`.
fn token(text: &str, first: char) -> usize {
    let ends = |is_part: fn(char) -> bool| text.find(|c| !is_part(c)).unwrap_or(text.len());
    match first {
        '\'' | '"' => quoted_length(text, first),
        '0'..='9' | '-' => {
            1 + text[1..]
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(text.len() - 1)
        }
        'a'..='z' | 'A'..='Z' | '_' => ends(|c| c.is_alphanumeric() || c == '_'),
        other => other.len_utf8(),
    }
}

/// The length of what is in quotes, in which a quote is written twice.
fn quoted_length(text: &str, quote: char) -> usize {
    let mut end = 1;
    while let Some(at) = text[end..].find(quote) {
        end += at + 1;
        if !text[end..].starts_with(quote) {
            return end;
        }
        end += 1;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::check_fact;

    #[test]
    fn a_list_of_values_reads_the_same_however_it_is_written() {
        let same = "the check that n is one of 900, 3600";
        for text in [
            "CHECK (\"n\" IN (900, 3600))",
            "CHECK ((n = ANY (ARRAY[3600, 900])))",
        ] {
            let expected = check_fact("CHECK (n IN (900, 3600))");
            assert_eq!(check_fact(text), expected, "{text}");
        }
        assert_eq!(check_fact("CHECK (\"n\" IN (3600, 900))").len(), same.len());
        assert_eq!(
            check_fact("CHECK ((t = ANY (ARRAY['it''s'::text, '('::text])))"),
            check_fact("CHECK (\"t\" IN ('(', 'it''s'))")
        );
        assert_eq!(
            check_fact("CHECK ((n = 3600))"),
            check_fact("CHECK (\"n\" IN (3600))")
        );
    }

    #[test]
    fn any_other_check_is_told_as_it_stands() {
        assert_eq!(check_fact("CHECK ((n >  5))"), "the check CHECK ((n > 5))");
    }
}
