//! The differences between what is declared and what the migrations amount to.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::lock::{Lock, LockedMetric};
use crate::layout::Layout;
use crate::registry::Registry;
use crate::sql::RuntimeTables;

/// A difference.
#[derive(Debug, Clone)]
pub enum Change {
    /// Some of the recorder's own tables are not there yet.
    CreateRuntime(RuntimeTables),
    /// A metric is declared and has no table.
    CreateMetric(Arc<Layout>),
    /// A metric has changed since its migration; in words, what.
    ChangeMetric(Arc<Layout>, Vec<String>),
    /// A table is there and no metric declares it.
    RemoveMetric(String),
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CreateRuntime(tables) => write!(f, "create the recorder's own {}", tables.name()),
            Self::CreateMetric(layout) => write!(
                f,
                "create {} for {}",
                layout.schema.table, layout.schema.name
            ),
            Self::ChangeMetric(layout, what) => {
                write!(f, "change {}: {}", layout.schema.table, what.join("; "))
            }
            Self::RemoveMetric(table) => write!(f, "{table} is not declared any more"),
        }
    }
}

/// All differences.
#[derive(Debug, Clone, Default)]
pub struct Drift(pub Vec<Change>);

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.0.iter().map(|change| format!("- {change}")).collect();
        f.write_str(&lines.join("\n"))
    }
}

pub(super) fn diff(lock: &Lock, registry: &Registry) -> Drift {
    let missing = |tables: &RuntimeTables| !lock.runtime.contains_key(tables.name());
    let mut changes: Vec<_> = RuntimeTables::ALL
        .into_iter()
        .filter(missing)
        .map(Change::CreateRuntime)
        .collect();
    for layout in registry.metrics() {
        match lock.metrics.get(layout.schema.table) {
            None => changes.push(Change::CreateMetric(Arc::clone(layout))),
            Some(locked) => {
                let differences = differences(locked, &LockedMetric::of(layout, &locked.migration));
                if !differences.is_empty() {
                    changes.push(Change::ChangeMetric(Arc::clone(layout), differences));
                }
            }
        }
    }
    let declared = |table: &String| {
        registry
            .metrics()
            .any(|layout| layout.schema.table == table)
    };
    changes.extend(
        lock.metrics
            .keys()
            .filter(|table| !declared(table))
            .cloned()
            .map(Change::RemoveMetric),
    );
    Drift(changes)
}

fn differences(locked: &LockedMetric, declared: &LockedMetric) -> Vec<String> {
    let mut words = Vec::new();
    if locked.intervals != declared.intervals {
        words.push(format!(
            "intervals {} became {}",
            locked.intervals.join(", "),
            declared.intervals.join(", ")
        ));
    }
    columns(
        "scope dimension",
        &locked.owners,
        &declared.owners,
        &mut words,
    );
    columns("dimension", &locked.labels, &declared.labels, &mut words);
    columns("measure", &locked.measures, &declared.measures, &mut words);
    words
}

fn columns(
    what: &str,
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
    words: &mut Vec<String>,
) {
    for (name, is) in after {
        match before.get(name) {
            None => words.push(format!("{what} {name} is new")),
            Some(was) if was != is => words.push(format!("{what} {name} was {was} and is {is}")),
            Some(_) => {}
        }
    }
    let gone = before.keys().filter(|name| !after.contains_key(*name));
    words.extend(gone.map(|name| format!("{what} {name} is gone")));
}
