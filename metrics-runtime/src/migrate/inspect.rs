//! A database beside what the migrations amount to, in words.

use super::error::MigrateError;
use super::project::Project;
use crate::backend::Backend;
use crate::error::StoreError;
use crate::sql::{Facts, UNFINISHED, expected_facts, expected_view};
use crate::tables::Table;

/// Why a database could not be compared.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    /// What it should be cannot be told.
    #[error(transparent)]
    Migrations(#[from] MigrateError),
    /// The database did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The project has no migrations for the database.
    #[error("the project has no folder of migrations for {}: add it with Project::folder", .0.name())]
    Backend(Backend),
    /// The applied migrations cannot be told.
    #[error("which migrations the database has cannot be told: {0}")]
    Applied(String),
}

/// What the tables of a project are to be: each with its name and its facts.
pub(crate) fn expected(
    project: &Project,
    backend: Backend,
) -> Result<Vec<(String, Facts)>, MigrateError> {
    let mut tables = Vec::new();
    for layout in project.layouts()? {
        let facts = |table: Table| (table.name.clone(), expected_facts(&table, backend));
        tables.extend(Table::of(&layout).into_iter().map(facts));
        tables.push((layout.view(), expected_view(&layout)));
    }
    Ok(tables)
}

/// How what was found differs from what is expected.
pub(crate) fn differences(table: &str, expected: &Facts, found: &Facts) -> Vec<String> {
    if found.is_empty() {
        return vec![format!(
            "{table} is missing: a migration made it, and something else has dropped it"
        )];
    }
    let missing = expected
        .difference(found)
        .map(|fact| format!("{table} lacks {fact}"));
    let foreign = found.difference(expected);
    missing
        .chain(foreign.map(|fact| foreign_fact(table, fact)))
        .collect()
}

/// What was found half made, however else a table differs.
pub(crate) fn unfinished(table: &str, _: &Facts, found: &Facts) -> Vec<String> {
    let unfinished = found.iter().filter(|fact| fact.ends_with(UNFINISHED));
    unfinished.map(|fact| foreign_fact(table, fact)).collect()
}

fn foreign_fact(table: &str, fact: &str) -> String {
    if fact.ends_with(UNFINISHED) {
        return format!(
            "{table} has {fact}: what was making it was interrupted, and has to be done again"
        );
    }
    format!("{table} has {fact}, which no migration made")
}
