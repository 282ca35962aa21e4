//! A metric that changes again and again, with rows in it, beside a naive model that changes along.
//!
//! Changes are drawn at random, several at once; each step goes through a generated migration, on every backend.
//! After it the tables hold what the model holds, and further rows come in. At the end everything goes back down.

mod model;
mod step;

use std::fs;

use chrono::{DateTime, Utc};
use metrics_runtime::{DimensionRole, Interval, Scope, SeriesQuery, TimeRange};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use super::{go_down, moment, project};
use crate::support::database::{Database, backends};
use crate::support::property::cases;
use crate::support::spec::{DimensionSpec, Spec};
use model::{Model, Row};
use step::{Step, step};

/// What happens in one run.
#[derive(Debug, Clone)]
struct History {
    /// The rows at the start, and those that come in after each step.
    rows: Vec<Vec<Row>>,
    steps: Vec<Vec<Step>>,
}

fn history() -> impl Strategy<Value = History> {
    let rows = prop::collection::vec(prop::collection::vec(model::row(), 0..12), 6);
    let steps = prop::collection::vec(prop::collection::vec(step(), 1..4), 1..5);
    (rows, steps).prop_map(|(rows, steps)| History { rows, steps })
}

/// The rows of the readable view, as text.
fn shown(database: &Database, spec: &Spec) -> Vec<String> {
    let dimensions = spec.dimensions.iter().map(|dimension| &dimension.name);
    let columns = dimensions.chain(spec.measures.iter().map(|measure| &measure.name));
    let columns: Vec<_> = columns
        .map(|name| format!("COALESCE(CAST({name} AS TEXT), '-')"))
        .collect();
    let parts = columns.join(" || '|' || ");
    let mut rows = database.texts(&format!(
        "SELECT bucket_interval || '|' || CAST(bucket_timestamp AS TEXT) || '|' || {parts} AS name FROM {}_view",
        spec.table
    ));
    rows.sort();
    rows
}

/// The sums of a query over all that there is, for each interval and measure.
fn sums(database: &Database, spec: &Spec, now: DateTime<Utc>) -> Vec<(u32, Vec<i64>)> {
    let registry = spec.registry();
    let layout = registry.metrics().next().expect("there is one");
    let range = TimeRange::new(now - chrono::TimeDelta::days(3), now).expect("a range");
    let sums = |minutes: &u32| {
        let query = SeriesQuery::new(layout.clone(), Scope::everyone()).range(range);
        let series = query
            .interval(Interval::from_seconds(minutes * 60))
            .load_at(&database.store, now);
        let mut totals = vec![0; spec.measures.len()];
        for (_, values) in series.expect("an answer").buckets() {
            totals
                .iter_mut()
                .zip(values)
                .for_each(|(total, value)| *total += value);
        }
        (*minutes, totals)
    };
    spec.intervals.iter().map(sums).collect()
}

/// Runs a history on every backend.
fn run(history: &History) -> Result<(), TestCaseError> {
    let folder = tempfile::tempdir().expect("a folder");
    let project = project(folder.path()).allow_destructive();
    let now = model::now();
    let databases: Vec<_> = backends().into_iter().map(Database::empty).collect();
    for database in &databases {
        database.execute("CREATE TABLE places (name TEXT PRIMARY KEY)");
        model::PLACES.iter().for_each(|name| {
            database.execute(&format!(
                "INSERT INTO places VALUES ('{}')",
                name.replace('\'', "''")
            ));
        });
    }
    let mut model = Model::new(Spec::usual());
    let mut names = Vec::new();
    for (index, rows) in history
        .rows
        .iter()
        .enumerate()
        .take(history.steps.len() + 1)
    {
        if index > 0 {
            model.change(&history.steps[index - 1]);
        }
        // A change may be followed by a migration of chores, a second later.
        let seconds = 2 * i64::try_from(index).expect("few");
        if let Some(generated) = project
            .generate(&model.spec.registry(), None, moment(seconds))
            .map_err(|error| TestCaseError::fail(error.to_string()))?
        {
            names.push(generated.name);
            names.extend(generated.finish);
        }
        for database in &databases {
            let applied = database
                .store
                .apply_migrations(&folder.path().join(database.store.backend().name()));
            applied.map_err(|error| TestCaseError::fail(error.to_string()))?;
            let name = database.store.backend().name();
            prop_assert_eq!(
                shown(database, &model.spec),
                model.shown(),
                "{} after step {}",
                name,
                index
            );
            prop_assert_eq!(
                sums(database, &model.spec, now),
                model.sums(),
                "{} after step {}",
                name,
                index
            );
        }
        for database in &databases {
            let differences = database
                .store
                .differences(&project)
                .map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert_eq!(
                differences,
                [""; 0],
                "{} after step {}",
                database.store.backend().name(),
                index
            );
        }
        model.record(rows);
        databases
            .iter()
            .for_each(|database| model.insert(database, rows));
    }
    for name in names.iter().rev() {
        for database in &databases {
            let backend = database.store.backend().name();
            let migration = folder.path().join(backend).join(name);
            go_down(database, &migration).map_err(|error| {
                let down = fs::read_to_string(migration.join("down.sql")).unwrap_or_default();
                TestCaseError::fail(format!("{backend}: {name}: {error}\n{down}"))
            })?;
        }
    }
    for database in &databases {
        prop_assert_eq!(database.tables(), ["__diesel_schema_migrations", "places"]);
    }
    Ok(())
}

#[test]
fn a_metric_keeps_its_rows_through_every_change_and_goes_all_the_way_back() {
    let mut runner = TestRunner::new(Config {
        max_shrink_iters: 60,
        ..cases(24)
    });
    runner
        .run(&history(), |history| run(&history))
        .unwrap_or_else(|error| panic!("{error}"));
}

/// The index for the reference is built by a migration of its own, which has dropped it before the name goes back.
#[test]
fn a_table_that_is_renamed_and_refers_to_another_at_once_goes_back() {
    let spec = Spec::usual();
    let is_label = |dimension: &DimensionSpec| dimension.role == DimensionRole::Label;
    let label = spec.dimensions.iter().position(is_label);
    let history = History {
        rows: vec![Vec::new(); 2],
        steps: vec![vec![
            Step::RenameTable,
            Step::ToggleReference(label.expect("there is one")),
        ]],
    };
    run(&history).unwrap_or_else(|error| panic!("{error}"));
}
