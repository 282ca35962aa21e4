//! The definitions: from the difference of the old tables and the new ones.

use std::iter;

use super::super::super::constraints::{Constraint, constraints};
use super::super::super::create_table::{
    column_type, create_index, create_indexes, create_table, index_name,
};
use super::super::super::scale::everywhere;
use super::super::super::text::quoted;
use super::super::chore::{has_later_key, later_indexes};
use super::super::value::{converted, default_of};
use super::super::{Fate, Transition, parts, renamed_buckets};
use super::key;
use crate::backend::{Backend, Scale};
use crate::layout::Dictionary;
use crate::tables::{Column, Purpose, Table, literal};
use crate::transition::{Way, translations};

pub(super) fn change(transition: &Transition) -> String {
    let mut sql = String::new();
    for (_, fate) in parts(transition) {
        match fate {
            Fate::Kept(old, new) | Fate::Merged(old, new) => {
                sql.push_str(&change_dictionary(transition, old, new));
            }
            Fate::Created(new) => sql.push_str(&create_dictionary(transition, new)),
            Fate::Absent | Fate::Dropped(_) => {}
        }
    }
    let (old, new) = (
        Table::of_buckets(&transition.old),
        Table::of_buckets(&transition.new),
    );
    sql.push_str(&change_table(
        &old,
        &renamed_buckets(transition),
        &new,
        transition,
    ));
    for (_, fate) in parts(transition) {
        if let Fate::Dropped(old) = fate {
            sql.push_str(&format!("DROP TABLE {};\n", quoted(&old.table)));
        }
    }
    sql
}

fn change_dictionary(transition: &Transition, old: &Dictionary, new: &Dictionary) -> String {
    let new_name = |name: &str| transition.new_name(name);
    let (old, new) = (Table::of_dictionary(old), Table::of_dictionary(new));
    let renamed = old.named(&new.name).with_columns_renamed(&new_name);
    change_table(&old, &renamed, &new, transition)
}

/// `renamed` is the old table under its new names.
fn change_table(old: &Table, renamed: &Table, new: &Table, transition: &Transition) -> String {
    let (goes, stays): (Vec<_>, Vec<_>) = iter::zip(&old.indexes, &renamed.indexes)
        .partition(|(_, renamed)| !new.indexes.contains(renamed));
    let goes = goes.into_iter().map(|(column, _)| column);
    drop_indexes(old, goes, transition)
        + &rename(old, renamed, transition)
        + &rename_indexes(old, renamed, &stays)
        + &alter(renamed, new, transition)
}

/// A dictionary with one entry, which all rows get.
fn create_dictionary(transition: &Transition, new: &Dictionary) -> String {
    let table = Table::of_dictionary(new);
    let names: Vec<_> = new
        .dimensions
        .iter()
        .map(|(_, dimension)| quoted(dimension.name))
        .collect();
    let defaults: Vec<_> = new
        .dimensions
        .iter()
        .map(|(_, dimension)| default_of(dimension))
        .collect();
    format!(
        "{}{}INSERT INTO {} ({}, \"last_used_at\")\nSELECT {}, CAST(extract(epoch FROM now()) AS BIGINT)\nWHERE EXISTS (SELECT 1 FROM {});\n{}",
        create_table(&table, Backend::Postgres),
        create_indexes(&table),
        quoted(&table.name),
        names.join(", "),
        defaults.join(", "),
        // The bucket table gets its new name later.
        quoted(transition.old.schema.table),
        everywhere(&[&new.table], transition.scale),
    )
}

/// Gives a table its new names, and what is called after them, but for indexes.
fn rename(old: &Table, renamed: &Table, transition: &Transition) -> String {
    let mut sql = String::new();
    if old.name != renamed.name {
        sql.push_str(&format!(
            "ALTER TABLE {} RENAME TO {};\n",
            quoted(&old.name),
            quoted(&renamed.name)
        ));
    }
    let table = quoted(&renamed.name);
    for column in &old.columns {
        let name = transition.new_name(&column.name);
        if name != column.name {
            sql.push_str(&format!(
                "ALTER TABLE {table} RENAME COLUMN {} TO {};\n",
                quoted(&column.name),
                quoted(&name)
            ));
        }
    }
    for (before, after) in constraints(old).iter().zip(&constraints(renamed)) {
        if before.name != after.name {
            sql.push_str(&rename_constraint(&table, before, after, transition));
        }
    }
    sql
}

fn rename_indexes(old: &Table, renamed: &Table, columns: &[(&String, &String)]) -> String {
    let names = columns.iter().map(|(before, after)| {
        (
            index_name(&old.name, before),
            index_name(&renamed.name, after),
        )
    });
    names
        .filter(|(before, after)| before != after)
        .map(|(before, after)| {
            format!(
                "ALTER INDEX {} RENAME TO {};\n",
                quoted(&before),
                quoted(&after)
            )
        })
        .collect()
}

/// A key is called as its index is. Citus renames indexes, and no constraint: what has no index is made anew there.
fn rename_constraint(
    table: &str,
    before: &Constraint,
    after: &Constraint,
    transition: &Transition,
) -> String {
    let (old, new) = (quoted(&before.name), quoted(&after.name));
    if after.is_key() {
        format!("ALTER INDEX {old} RENAME TO {new};\n")
    } else if transition.scale == Some(Scale::Citus) {
        format!(
            "ALTER TABLE {table} DROP CONSTRAINT {old};\nALTER TABLE {table} ADD CONSTRAINT {new} {};\n",
            after.definition
        )
    } else {
        format!("ALTER TABLE {table} RENAME CONSTRAINT {old} TO {new};\n")
    }
}

/// What is left once names are the same: what goes, then what comes.
fn alter(old: &Table, new: &Table, transition: &Transition) -> String {
    let table = quoted(&new.name);
    let mut sql = drop_constraints(old, new, transition);
    for column in old.columns_without(new) {
        sql.push_str(&format!(
            "ALTER TABLE {table} DROP COLUMN {};\n",
            quoted(&column.name)
        ));
    }
    for column in new.columns_without(old) {
        sql.push_str(&add_column(&table, column, transition));
    }
    for column in &new.columns {
        if old
            .column(&column.name)
            .is_some_and(|former| former.holds != column.holds)
        {
            sql.push_str(&retype(&table, column, transition));
        }
        sql.push_str(&translate(&table, column, transition));
    }
    sql + &add_constraints(old, new, transition) + &add_indexes(old, new, transition)
}

fn drop_constraints(old: &Table, new: &Table, transition: &Transition) -> String {
    let after = constraints(new);
    let goes = constraints(old)
        .into_iter()
        .filter(|constraint| !after.contains(constraint) && !waits(constraint, new, transition));
    let drop = |Constraint { name, .. }| {
        format!(
            "ALTER TABLE {} DROP CONSTRAINT {};\n",
            quoted(&new.name),
            quoted(&name)
        )
    };
    goes.map(drop).collect()
}

/// Before anything is renamed: on the way back, the migration that built it may have dropped it already.
fn drop_indexes<'a>(
    old: &Table,
    columns: impl Iterator<Item = &'a String>,
    transition: &Transition,
) -> String {
    let if_exists = match transition.way {
        Way::Up => "",
        Way::Down => "IF EXISTS ",
    };
    columns
        .map(|column| {
            format!(
                "DROP INDEX {if_exists}{};\n",
                quoted(&index_name(&old.name, column))
            )
        })
        .collect()
}

/// What the bucket table gets holds for rows to come, and is validated for the others as a chore. A dictionary is small.
fn add_constraints(old: &Table, new: &Table, transition: &Transition) -> String {
    let before = constraints(old);
    let comes = constraints(new)
        .into_iter()
        .filter(|constraint| !before.contains(constraint) && !waits(constraint, new, transition));
    let add = |constraint: Constraint| {
        let definition = match new.purpose {
            Purpose::Buckets if !constraint.is_key() => constraint.definition + " NOT VALID",
            Purpose::Buckets if key::is_made_ahead(transition) => key::of_index(transition),
            Purpose::Buckets | Purpose::Dictionary => constraint.definition,
        };
        format!(
            "ALTER TABLE {} ADD CONSTRAINT {} {definition};\n",
            quoted(&new.name),
            quoted(&constraint.name)
        )
    };
    comes.map(add).collect()
}

/// Whether it is a key that is replaced as a chore.
fn waits(constraint: &Constraint, new: &Table, transition: &Transition) -> bool {
    new.purpose == Purpose::Buckets && constraint.is_key() && has_later_key(transition)
}

fn add_indexes(old: &Table, new: &Table, transition: &Transition) -> String {
    let later = built_later(new, transition);
    let comes = new
        .indexes
        .iter()
        .filter(|column| !old.indexes.contains(column) && !later.contains(column));
    comes
        .map(|column| create_index(&new.name, column))
        .collect()
}

/// The columns whose indexes a migration of their own builds: a dictionary is too small for that.
fn built_later(new: &Table, transition: &Transition) -> Vec<String> {
    match new.purpose {
        Purpose::Dictionary => Vec::new(),
        Purpose::Buckets => later_indexes(transition),
    }
}

/// PostgreSQL adds a column with a default without touching a row. Only measures keep theirs.
fn add_column(table: &str, column: &Column, transition: &Transition) -> String {
    let name = quoted(&column.name);
    let mut dimensions = transition.new.schema.dimensions.iter();
    let default = match dimensions.find(|dimension| dimension.name == column.name) {
        Some(dimension) => default_of(dimension),
        // The id of a dictionary's first entry.
        None => column.default.unwrap_or(1).to_string(),
    };
    let mut sql = format!(
        "ALTER TABLE {table} ADD COLUMN {name} {} NOT NULL DEFAULT {default};\n",
        column_type(column.holds, Backend::Postgres)
    );
    if column.default.is_none() {
        sql.push_str(&format!(
            "ALTER TABLE {table} ALTER COLUMN {name} DROP DEFAULT;\n"
        ));
    }
    sql
}

fn retype(table: &str, column: &Column, transition: &Transition) -> String {
    let name = quoted(&column.name);
    let mut pairs = transition.dimensions.iter();
    let value = pairs.find(|(_, new)| new.name == column.name).map_or_else(
        || name.clone(),
        |(old, new)| converted(old, new, &name, Backend::Postgres),
    );
    format!(
        "ALTER TABLE {table} ALTER COLUMN {name} TYPE {} USING {value};\n",
        column_type(column.holds, Backend::Postgres)
    )
}

/// Words that others have taken over. Entries that are now the same were merged before, so that no key is in the way.
fn translate(table: &str, column: &Column, transition: &Transition) -> String {
    let mut pairs = transition.dimensions.iter();
    let Some((old, new)) = pairs.find(|(_, new)| new.name == column.name) else {
        return String::new();
    };
    let from: Vec<_> = translations(old, new)
        .iter()
        .map(|(from, _)| literal(from))
        .collect();
    if from.is_empty() {
        return String::new();
    }
    let name = quoted(&column.name);
    format!(
        "UPDATE {table} SET {name} = {} WHERE {name} IN ({});\n",
        converted(old, new, &name, Backend::Postgres),
        from.join(", ")
    )
}
