//! The files of a migration: a header that says what it does, and the statements.

use std::slice;

use super::change::Change;
use super::history::MARK;
use super::plan::{Plan, Step};
use crate::backend::Backend;
use crate::interval::Interval;
use crate::sql::{
    Chore, NOTHING_LEFT, NOTHING_TO_SPREAD, STAYS_SPREAD, before_spreading, change_tables,
    create_tables, do_chores, drop_tables, spread, undo_chores,
};
use crate::transition::Transition;

/// What is in the folder of a migration.
pub(super) struct Files {
    pub(super) up: String,
    pub(super) down: String,
    /// Where the default, one transaction, does not do.
    pub(super) metadata: Option<String>,
}

impl Files {
    /// The migration that changes the tables.
    pub(super) fn of_change(plan: &Plan, backend: Backend) -> Self {
        Self {
            up: up(plan, backend),
            down: down(plan, backend),
            metadata: None,
        }
    }

    /// The one after it, which does what no transaction should hold.
    pub(super) fn of_chores(transitions: &[&Transition], backend: Backend) -> Self {
        let without_transaction = match backend {
            Backend::Sqlite => None,
            Backend::Postgres => Some(WITHOUT_TRANSACTION.to_owned()),
        };
        Self {
            up: chores_up(transitions, backend),
            down: chores_down(transitions, backend),
            metadata: without_transaction,
        }
    }
}

fn up(plan: &Plan, backend: Backend) -> String {
    let losses = plan.steps.iter().any(|step| match step {
        Step::RemoveMetric(_) => true,
        _ => step.changes().iter().any(Change::loses_data),
    });
    let note = if losses {
        "It loses data, as the words above say."
    } else {
        "No data is lost."
    };
    let mut sql = header(&plan.steps, note);
    sql.push_str(before(plan, &plan.steps, backend));
    for step in &plan.steps {
        sql.push_str(&match step {
            Step::CreateRuntime(tables) => format!("\n{}", tables.create(backend)),
            Step::CreateMetric(layout) => format!("\n{}", create_tables(layout, backend)),
            Step::ChangeMetric(transition) => format!("\n{}", change_tables(transition, backend)),
            Step::RemoveMetric(layout) => format!("\n{}", drop_tables(layout)),
            Step::Spread(..) => String::new(),
        });
    }
    let spread = spread_tables(plan, plan.steps.iter(), backend);
    match (plan.steps.as_slice(), spread.as_str()) {
        // A migration of comments alone is none.
        ([Step::Spread(..)], "") => sql + "\n" + NOTHING_TO_SPREAD,
        _ => sql + &spread,
    }
}

fn down(plan: &Plan, backend: Backend) -> String {
    let back: Vec<_> = plan.steps.iter().rev().map(inverse).collect();
    let mut sql = header(&back, &way_back(plan));
    sql.push_str(before(plan, &back, backend));
    for step in &plan.steps.iter().rev().collect::<Vec<_>>() {
        sql.push('\n');
        sql.push_str(&match step {
            Step::CreateRuntime(tables) => tables.drop(backend).to_owned(),
            Step::CreateMetric(layout) => drop_tables(layout),
            Step::ChangeMetric(transition) => change_tables(&transition.inverse(), backend),
            Step::RemoveMetric(layout) => create_tables(layout, backend),
            Step::Spread(..) => STAYS_SPREAD.to_owned(),
        });
    }
    // What comes back is spread as it was before.
    let changed = back.iter().filter(|step| changes_metric(step));
    sql + &spread_tables(plan, changed, backend)
}

/// What is said before tables change that are spread.
fn before(plan: &Plan, steps: &[Step], backend: Backend) -> &'static str {
    match plan.scale {
        Some(scale) if steps.iter().any(changes_metric) => before_spreading(scale, backend),
        _ => "",
    }
}

fn changes_metric(step: &Step) -> bool {
    !matches!(step, Step::CreateRuntime(_) | Step::Spread(..))
}

/// Spreads the tables that steps make, change or find, if anything does.
fn spread_tables<'s>(
    plan: &Plan,
    steps: impl Iterator<Item = &'s Step>,
    backend: Backend,
) -> String {
    let layouts = |step: &'s Step| match step {
        Step::CreateMetric(layout) => slice::from_ref(layout),
        Step::ChangeMetric(transition) => slice::from_ref(&transition.new),
        Step::Spread(_, layouts) => layouts,
        Step::CreateRuntime(_) | Step::RemoveMetric(_) => &[],
    };
    let layouts: Vec<_> = steps.flat_map(layouts).collect();
    plan.scale
        .map_or_else(String::new, |scale| spread(&layouts, scale, backend))
}

/// The metadata of a migration that no transaction can hold, as diesel reads it.
const WITHOUT_TRANSACTION: &str = "run_in_transaction = false\n";

fn chores_up(transitions: &[&Transition], backend: Backend) -> String {
    let lines = transitions.iter().flat_map(|transition| {
        let table = transition.new.schema.table;
        let line = move |chore| format!("--   {table}: {chore}\n");
        Chore::of(transition).into_iter().map(line)
    });
    let sql = transitions
        .iter()
        .map(|transition| do_chores(transition, backend));
    chores(lines, sql)
}

fn chores_down(transitions: &[&Transition], backend: Backend) -> String {
    let back = || transitions.iter().rev();
    let lines = back().map(|transition| {
        let table = transition.new.schema.table;
        format!("--   {table}: go on without what was built\n")
    });
    chores(
        lines,
        back().map(|transition| undo_chores(transition, backend)),
    )
}

fn chores(lines: impl Iterator<Item = String>, sql: impl Iterator<Item = String>) -> String {
    let (lines, sql): (String, String) = (lines.collect(), sql.collect());
    let (note, sql) = match sql.as_str() {
        "" => (NOTHING_LEFT, ""),
        sql => (ONE_BY_ONE, sql),
    };
    format!("{MARK}:\n{lines}{note}{sql}")
}

const ONE_BY_ONE: &str = "-- Where nothing else is said, everybody reads and writes meanwhile. Its statements run one by one, outside of a\n\
     -- transaction: `migrations apply` does so, and so does psql. If it was interrupted, it is begun again.\n\n";

/// What a step does on the way back.
fn inverse(step: &Step) -> Step {
    match step {
        Step::CreateRuntime(tables) => Step::CreateRuntime(*tables),
        Step::CreateMetric(layout) => Step::RemoveMetric(layout.clone()),
        Step::ChangeMetric(transition) => Step::ChangeMetric(Box::new(transition.inverse())),
        Step::RemoveMetric(layout) => Step::CreateMetric(layout.clone()),
        Step::Spread(scale, layouts) => Step::Spread(*scale, layouts.clone()),
    }
}

/// What the way back does not bring back.
fn way_back(plan: &Plan) -> String {
    let mut lost: Vec<String> = Vec::new();
    for step in &plan.steps {
        match step {
            Step::CreateRuntime(_) | Step::Spread(..) => {}
            Step::CreateMetric(layout) => lost.push(format!(
                "all that was counted in {} is dropped",
                layout.schema.table
            )),
            Step::RemoveMetric(layout) => lost.push(format!(
                "what was counted in {} does not come back",
                layout.schema.table
            )),
            Step::ChangeMetric(transition) => lost.extend(not_restored(transition)),
        }
    }
    match lost.as_slice() {
        [] => "The way back restores everything.".to_owned(),
        lost => format!("The way back: {}.", lost.join("; ")),
    }
}

fn not_restored(transition: &Transition) -> Vec<String> {
    let words = |change: Change| match change {
        Change::MeasureRemoved(name) => Some(format!("what {name} had counted does not come back")),
        Change::DimensionRemoved(name) => {
            Some(format!("rows that were merged without {name} stay merged"))
        }
        Change::WordsMerged { to, .. } => Some(format!("rows that became \"{to}\" stay merged")),
        Change::IntervalRemoved(interval) => Some(removed_interval(transition, interval)),
        Change::MeasureAdded(name) => Some(format!("what {name} counted is dropped")),
        Change::DimensionAdded { name, .. } => {
            Some(format!("rows that only {name} tells apart are merged"))
        }
        Change::IntervalAdded { interval, .. } => {
            Some(format!("the buckets of {interval} are dropped"))
        }
        _ => None,
    };
    Change::of(transition)
        .into_iter()
        .filter_map(words)
        .collect()
}

/// A bucket comes back where the intervals that stay divide it.
fn removed_interval(transition: &Transition, interval: Interval) -> String {
    let mut kept = transition.new.schema.levels.iter();
    if kept.any(|level| interval.is_made_of(level.interval)) {
        format!("the buckets of {interval} come back as far as others reach that divide them")
    } else {
        format!("the buckets of {interval} do not come back, since no other interval divides them")
    }
}

fn header(steps: &[Step], note: &str) -> String {
    let lines = steps.iter().flat_map(|step| {
        let text = match step {
            // On the way back it is dropped; what it is called is what matters.
            Step::CreateRuntime(tables) => format!("the recorder's own {}", tables.name()),
            step => step.to_string(),
        };
        text.lines()
            .map(|line| format!("--   {line}\n"))
            .collect::<Vec<_>>()
    });
    format!("{MARK}:\n{}-- {note}\n", lines.collect::<String>())
}
