//! The text of a migration that changes the tables of a metric and keeps what is in them.
//!
//! SQLite rebuilds what it cannot alter; PostgreSQL alters in place. Both go through the same [`Transition`], and
//! both look first whether the rows fit what they are to become.

mod chore;
mod guard;
mod postgres;
mod sqlite;
mod value;

use super::text::quoted;
use crate::Interval;
use crate::backend::Backend;
use crate::layout::Dictionary;
use crate::schema::Dimension;
use crate::tables::Table;
use crate::transition::{Fate, Transition, translations};
use value::converted;

pub(crate) use chore::{Chore, NOTHING_LEFT};
pub(crate) use value::can_become;

/// The way from the old tables to the new ones.
pub(crate) fn change_tables(transition: &Transition, backend: Backend) -> String {
    match backend {
        Backend::Sqlite => sqlite::change(transition),
        Backend::Postgres => postgres::change(transition),
    }
}

/// The statements of the migration after it. All may be repeated.
pub(crate) fn do_chores(transition: &Transition, backend: Backend) -> String {
    match backend {
        Backend::Sqlite => String::new(),
        Backend::Postgres => postgres::do_chores(transition),
    }
}

/// Their way back, as far as the one of the migration before does not do it.
pub(crate) fn undo_chores(transition: &Transition, backend: Backend) -> String {
    match backend {
        Backend::Sqlite => String::new(),
        Backend::Postgres => postgres::drop_what_was_built(transition),
    }
}

/// Whether a transition moves rows, or tables.
pub(crate) fn changes_tables(transition: &Transition) -> bool {
    let (old, new) = (Table::of(&transition.old), Table::of(&transition.new));
    let like = |(old, new): (&Table, &Table)| old.is_like(new);
    old.len() != new.len() || !old.iter().zip(&new).all(like)
}

/// The dictionaries' columns in the bucket table, each with what becomes of it.
fn parts(transition: &Transition) -> [(&'static str, Fate<'_>); 2] {
    [
        ("owner_id", transition.owners()),
        ("labels_id", transition.labels()),
    ]
}

/// The bucket table as it would be if all that had changed were names.
fn renamed_buckets(transition: &Transition) -> Table {
    let new_name = |old: &str| transition.new_name(old);
    let mut table = Table::of_buckets(&transition.old)
        .named(transition.new.schema.table)
        .with_columns_renamed(&new_name);
    for (_, fate) in parts(transition) {
        if let Fate::Kept(old, new) | Fate::Merged(old, new) = fate {
            table = table.with_reference_renamed(&old.table, &new.table);
        }
    }
    table
}

/// The window of entries that are the same in what stays of them: all, where nothing does.
fn alike(kept: &[String]) -> String {
    match kept {
        [] => String::new(),
        kept => format!("PARTITION BY {}", kept.join(", ")),
    }
}

/// What stays of the entries of a dictionary: its columns, in the words that they have from now on.
fn kept_values(transition: &Transition, old: &Dictionary, backend: Backend) -> Vec<String> {
    let value = |(_, dimension): &(usize, &Dimension)| {
        let mut pairs = transition.dimensions.iter();
        let (old, new) = pairs.find(|(old, _)| old.name == dimension.name)?;
        let column = quoted(old.name);
        // Another kind tells the same entries apart; words may not.
        Some(match translations(old, new).is_empty() {
            true => column,
            false => converted(old, new, &column, backend),
        })
    };
    old.dimensions.iter().filter_map(value).collect()
}

/// `"a" = 1 AND "b" = 2` and the like.
/// Where the bucket of `interval` starts in which a stored one lies. `%` keeps the sign of what is divided, and buckets
/// before 1970 start below zero.
fn bucket_start(interval: Interval) -> String {
    let width = interval.seconds();
    format!("b.\"bucket_timestamp\" - (b.\"bucket_timestamp\" % {width} + {width}) % {width}")
}

fn joined(columns: impl Iterator<Item = String>, separator: &str) -> String {
    columns.collect::<Vec<_>>().join(separator)
}

/// The intervals in seconds, with commas between them.
fn seconds(intervals: &[Interval]) -> String {
    joined(
        intervals
            .iter()
            .map(|interval| interval.seconds().to_string()),
        ", ",
    )
}

/// A column of a table that goes by a letter.
fn of(alias: &str, column: &str) -> String {
    format!("{alias}.{}", quoted(column))
}
