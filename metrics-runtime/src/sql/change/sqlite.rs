//! SQLite: alters what it can alter without touching rows, and rebuilds the rest: create, copy, drop, rename.
//!
//! Foreign keys are enforced, and within a transaction that cannot be turned off: a dropped parent would take its
//! children along. So the old bucket table goes before its dictionaries, and the new one refers to the new
//! dictionaries from the start; renaming them renames the reference.

mod buckets;
mod dictionary;
mod fullest;

use super::super::create_table::{create_index, index_name};
use super::super::create_view::{create_view, drop_view};
use super::super::text::quoted;
use super::guard::guards;
use super::{Fate, Transition, parts, renamed_buckets};
use crate::backend::Backend;
use crate::layout::Dictionary;
use crate::tables::Table;

/// What is done with a table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Work {
    /// Names may change.
    Rename,
    /// Columns of measures come and go.
    Alter,
    /// It is made anew.
    Rebuild,
}

pub(super) fn change(transition: &Transition) -> String {
    let mut sql = guards(transition, Backend::Sqlite);
    sql.push_str(&drop_view(&transition.old));
    for (_, fate) in parts(transition) {
        sql.push_str(&dictionary::prepare(transition, fate));
    }
    match work_on_buckets(transition) {
        Work::Rebuild => sql.push_str(&buckets::rebuild(transition)),
        Work::Alter | Work::Rename => sql.push_str(&buckets::alter(transition)),
    }
    for (_, fate) in parts(transition) {
        sql.push_str(&dictionary::finish(transition, fate));
    }
    if work_on_buckets(transition) == Work::Rebuild {
        sql.push_str(&buckets::finish(transition));
    }
    sql + &create_view(&transition.new, Backend::Sqlite)
}

fn work_on_dictionary(transition: &Transition, old: &Dictionary, new: &Dictionary) -> Work {
    let new_name = |name: &str| transition.new_name(name);
    let renamed = Table::of_dictionary(old)
        .named(&new.table)
        .with_columns_renamed(&new_name);
    if renamed.is_like(&Table::of_dictionary(new)) {
        Work::Rename
    } else {
        Work::Rebuild
    }
}

fn work_on_buckets(transition: &Transition) -> Work {
    let (old, new) = (
        renamed_buckets(transition),
        Table::of_buckets(&transition.new),
    );
    if old.is_like(&new) && !parent_is_rebuilt(transition) {
        Work::Rename
    } else if old.columns_are_like(&new)
        && old.keys_are_like(&new)
        && !parent_is_rebuilt(transition)
    {
        Work::Alter
    } else {
        Work::Rebuild
    }
}

/// Whether rows refer to a dictionary that is made anew, or to entries that are merged.
fn parent_is_rebuilt(transition: &Transition) -> bool {
    parts(transition).into_iter().any(|(_, fate)| match fate {
        Fate::Absent => false,
        Fate::Created(_) | Fate::Dropped(_) | Fate::Merged(..) => true,
        Fate::Kept(old, new) => {
            let refers = old.holds_owners() || old.has_references() || new.has_references();
            refers && work_on_dictionary(transition, old, new) == Work::Rebuild
        }
    })
}

/// Gives a table and its columns their new names, and indexes that are called after them.
fn rename(old: &Table, new: &Table, transition: &Transition) -> String {
    let (mut sql, mut indexes) = (String::new(), String::new());
    for column in &old.indexes {
        let (before, after) = (
            index_name(&old.name, column),
            index_name(&new.name, &transition.new_name(column)),
        );
        if before != after {
            sql.push_str(&format!("DROP INDEX {};\n", quoted(&before)));
            indexes.push_str(&create_index(&new.name, &transition.new_name(column)));
        }
    }
    if old.name != new.name {
        sql.push_str(&format!(
            "ALTER TABLE {} RENAME TO {};\n",
            quoted(&old.name),
            quoted(&new.name)
        ));
    }
    for column in &old.columns {
        let name = transition.new_name(&column.name);
        if name != column.name {
            sql.push_str(&format!(
                "ALTER TABLE {} RENAME COLUMN {} TO {};\n",
                quoted(&new.name),
                quoted(&column.name),
                quoted(&name)
            ));
        }
    }
    sql + &indexes
}
