//! Tables as facts, each a short text: what a database says about one, and what its definition amounts to.
//!
//! Both are written the same way, so that comparing them is comparing two sets, and a difference is a sentence.

#[cfg(any(feature = "sqlite", feature = "postgres", test))]
mod check;
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

fn one_of(column: &str, mut values: Vec<String>) -> String {
    values.sort_unstable();
    format!("the check that {column} is one of {}", values.join(", "))
}

fn sorted(names: &[String]) -> String {
    let mut names = names.to_vec();
    names.sort_unstable();
    names.join(", ")
}
