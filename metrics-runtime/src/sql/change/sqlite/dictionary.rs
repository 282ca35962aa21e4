//! The dictionaries: their entries keep their ids, so that rows need not be touched unless entries are merged.

use super::super::super::create_table::{create_indexes, create_table};
use super::super::super::text::{list, quoted};
use super::super::value::{converted, default_of};
use super::super::{Fate, Transition, alike, joined, kept_values};
use super::{Work, rename, work_on_dictionary};
use crate::backend::Backend;
use crate::layout::Dictionary;
use crate::tables::{Table, literal, provisional};

/// What is done before the rows are looked at.
pub(super) fn prepare(transition: &Transition, fate: Fate<'_>) -> String {
    match fate {
        Fate::Absent | Fate::Dropped(_) => String::new(),
        Fate::Created(new) => create(transition, new),
        Fate::Kept(old, new) if work_on_dictionary(transition, old, new) == Work::Rename => rename(
            &Table::of_dictionary(old),
            &Table::of_dictionary(new),
            transition,
        ),
        Fate::Kept(old, new) => copy(
            transition,
            old,
            new,
            ["\"id\"", "\"last_used_at\""],
            "ORDER BY \"id\"",
        ),
        Fate::Merged(old, new) => {
            let groups = format!(
                "{} ORDER BY MIN(\"id\")",
                groups(&kept_values(transition, old, Backend::Sqlite))
            );
            let copied = copy(
                transition,
                old,
                new,
                ["MIN(\"id\")", "MAX(\"last_used_at\")"],
                &groups,
            );
            copied + &map(transition, old)
        }
    }
}

/// What is done once no row refers to the old dictionary any more.
pub(super) fn finish(transition: &Transition, fate: Fate<'_>) -> String {
    match fate {
        Fate::Absent | Fate::Created(_) => String::new(),
        Fate::Dropped(old) => format!("DROP TABLE {};\n", quoted(&old.table)),
        Fate::Kept(old, new) if work_on_dictionary(transition, old, new) == Work::Rename => {
            String::new()
        }
        Fate::Kept(old, new) => replace(old, new),
        Fate::Merged(old, new) => {
            format!("DROP TABLE {};\n", quoted(&map_of(old))) + &replace(old, new)
        }
    }
}

/// The table that says for each entry which one it is merged into.
pub(super) fn map_of(dictionary: &Dictionary) -> String {
    format!("{}_map", dictionary.table)
}

fn replace(old: &Dictionary, new: &Dictionary) -> String {
    format!(
        "DROP TABLE {};\nALTER TABLE {} RENAME TO {};\n{}",
        quoted(&old.table),
        quoted(&provisional(&new.table)),
        quoted(&new.table),
        create_indexes(&Table::of_dictionary(new))
    )
}

/// A dictionary with one entry, which all rows get.
fn create(transition: &Transition, new: &Dictionary) -> String {
    let table = Table::of_dictionary(new);
    let defaults = new
        .dimensions
        .iter()
        .map(|(_, dimension)| default_of(dimension));
    format!(
        "{}{}INSERT INTO {} ({})\nSELECT 1, {}, CAST(strftime('%s', 'now') AS INTEGER)\nWHERE EXISTS (SELECT 1 FROM {});\n",
        create_table(&table, Backend::Sqlite),
        create_indexes(&table),
        quoted(&new.table),
        list(&columns(new)),
        joined(defaults, ", "),
        quoted(transition.old.schema.table),
    )
}

/// Makes the new dictionary beside the old one, from its entries.
fn copy(
    transition: &Transition,
    old: &Dictionary,
    new: &Dictionary,
    [id, last_used_at]: [&str; 2],
    tail: &str,
) -> String {
    let provisional = provisional(&new.table);
    let values = new
        .dimensions
        .iter()
        .map(|(_, dimension)| match transition.former(dimension) {
            Some(former) => converted(former, dimension, &quoted(former.name), Backend::Sqlite),
            None => default_of(dimension),
        });
    format!(
        "{}INSERT INTO {name} ({})\nSELECT {id}, {}, {last_used_at}\nFROM {}\n{tail};\n{}",
        create_table(
            &Table::of_dictionary(new).named(&provisional),
            Backend::Sqlite
        ),
        list(&columns(new)),
        joined(values, ", "),
        quoted(&old.table),
        keep_sequence(&old.table, &provisional),
        name = quoted(&provisional),
    )
}

/// Ids that were given once are not given again, whatever has been deleted since.
fn keep_sequence(old: &str, new: &str) -> String {
    format!(
        "DELETE FROM \"sqlite_sequence\" WHERE \"name\" = {new};\n\
         INSERT INTO \"sqlite_sequence\" (\"name\", \"seq\") SELECT {new}, \"seq\" FROM \"sqlite_sequence\" WHERE \"name\" = {};\n",
        literal(old),
        new = literal(new),
    )
}

/// One entry for each combination of what stays; where nothing stays, one for all, if there is any.
fn groups(kept: &[String]) -> String {
    match kept {
        [] => "GROUP BY NULL".to_owned(),
        kept => format!("GROUP BY {}", kept.join(", ")),
    }
}

fn map(transition: &Transition, old: &Dictionary) -> String {
    format!(
        "CREATE TABLE {map} (\"id\" INTEGER PRIMARY KEY, \"kept\" INTEGER NOT NULL);\n\
         INSERT INTO {map} SELECT \"id\", MIN(\"id\") OVER ({}) FROM {};\n",
        alike(&kept_values(transition, old, Backend::Sqlite)),
        quoted(&old.table),
        map = quoted(&map_of(old)),
    )
}

fn columns(dictionary: &Dictionary) -> Vec<String> {
    let columns = Table::of_dictionary(dictionary).columns;
    columns.into_iter().map(|column| column.name).collect()
}
