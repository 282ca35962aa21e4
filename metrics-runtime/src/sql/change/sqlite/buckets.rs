//! The bucket table.

use super::super::super::create_table::{create_indexes, create_table, definition};
use super::super::super::text::{list, quoted};
use super::super::{Fate, Transition, bucket_start, joined, of, parts, renamed_buckets, seconds};
use super::dictionary::map_of;
use super::fullest;
use super::{Work, rename, work_on_dictionary};
use crate::Interval;
use crate::backend::Backend;
use crate::tables::{Table, provisional};

/// Changes names, and the columns of measures. SQLite adds a column without touching a row.
pub(super) fn alter(transition: &Transition) -> String {
    let (old, new) = (
        Table::of_buckets(&transition.old),
        Table::of_buckets(&transition.new),
    );
    let renamed = renamed_buckets(transition);
    let mut sql = rename(&old, &new, transition);
    for column in renamed.columns_without(&new) {
        sql.push_str(&format!(
            "ALTER TABLE {} DROP COLUMN {};\n",
            quoted(&new.name),
            quoted(&column.name)
        ));
    }
    for column in new.columns_without(&renamed) {
        let definition = definition(column, Backend::Sqlite);
        sql.push_str(&format!(
            "ALTER TABLE {} ADD COLUMN {definition};\n",
            quoted(&new.name)
        ));
    }
    sql
}

/// Makes the new table beside the old one, copies what stays, fills new intervals, and drops the old one.
pub(super) fn rebuild(transition: &Transition) -> String {
    let new = &transition.new;
    let mut table = Table::of_buckets(new).named(&provisional(new.schema.table));
    for (_, fate) in parts(transition) {
        if let Some(dictionary) = rebuilt(transition, fate) {
            table = table.with_reference_renamed(dictionary, &provisional(dictionary));
        }
    }
    let mut sql = create_table(&table, Backend::Sqlite);
    sql.push_str(&copy(transition, &table));
    for (interval, sources) in transition.added_intervals() {
        sql.push_str(&match sources.as_slice() {
            [] => String::new(),
            [only] => insert_fill(transition, &table, interval, &only.seconds().to_string()),
            several => fullest::from_fullest(transition, interval, several, |source| {
                insert_fill(transition, &table, interval, source)
            }),
        });
    }
    sql + &format!("DROP TABLE {};\n", quoted(transition.old.schema.table))
}

/// Gives the new table its name, once its dictionaries have theirs.
pub(super) fn finish(transition: &Transition) -> String {
    let table = Table::of_buckets(&transition.new);
    format!(
        "ALTER TABLE {} RENAME TO {};\n{}",
        quoted(&provisional(&table.name)),
        quoted(&table.name),
        create_indexes(&table)
    )
}

/// The dictionary that is still under its provisional name, if it is.
fn rebuilt<'a>(transition: &Transition, fate: Fate<'a>) -> Option<&'a str> {
    match fate {
        Fate::Merged(_, new) => Some(&new.table),
        Fate::Kept(old, new) if work_on_dictionary(transition, old, new) == Work::Rebuild => {
            Some(&new.table)
        }
        Fate::Absent | Fate::Created(_) | Fate::Dropped(_) | Fate::Kept(..) => None,
    }
}

/// The rows of the intervals that stay, in the order of the key, so that they are appended.
fn copy(transition: &Transition, table: &Table) -> String {
    let kept = seconds(&transition.kept_intervals());
    let source = rows(transition, &format!("b.\"bucket_interval\" IN ({kept})"));
    let columns = columns(
        transition,
        "b.\"bucket_interval\"",
        "b.\"bucket_timestamp\"",
    );
    let end = if merges(transition) {
        conflict(transition, table)
    } else {
        String::new()
    };
    insert(transition, table, &columns, &(source + &end))
}

/// The rows of a new interval, from those of one that divides it.
fn insert_fill(transition: &Transition, table: &Table, interval: Interval, source: &str) -> String {
    let width = interval.seconds();
    let start = bucket_start(interval);
    let rows = rows(transition, &format!("b.\"bucket_interval\" = {source}"));
    let columns = columns(transition, &width.to_string(), &start);
    let rows = rows + &conflict(transition, table);
    insert(transition, table, &columns, &rows)
}

fn insert(transition: &Transition, table: &Table, values: &[String], rest: &str) -> String {
    format!(
        "INSERT INTO {} ({})\nSELECT {}\n{rest};\n",
        quoted(&table.name),
        list(&names(transition)),
        values.join(", ")
    )
}

/// The columns of a new row: its key, `created_at`, its measures.
fn names(transition: &Transition) -> Vec<&'static str> {
    let measures = transition
        .new
        .schema
        .measures
        .iter()
        .map(|measure| measure.name);
    transition
        .new
        .key()
        .chain(["created_at"])
        .chain(measures)
        .collect()
}

/// Where each of them comes from.
fn columns(transition: &Transition, interval: &str, start: &str) -> Vec<String> {
    let key = transition.new.key().map(|column| match column {
        "bucket_interval" => interval.to_owned(),
        "bucket_timestamp" => start.to_owned(),
        entry => entry_id(transition, entry),
    });
    let measures = transition.new.schema.measures.iter().map(|measure| {
        match transition.former_measure(measure) {
            Some(former) => of("b", former.name),
            None => "0".to_owned(),
        }
    });
    key.chain(["b.\"created_at\"".to_owned()])
        .chain(measures)
        .collect()
}

/// The id of the entry that a row has from now on.
fn entry_id(transition: &Transition, column: &str) -> String {
    let mut parts = parts(transition).into_iter();
    match parts.find(|(part, _)| *part == column) {
        Some((_, Fate::Created(_))) => "1".to_owned(),
        Some((_, Fate::Merged(old, _))) if old.holds_owners() => "o.\"kept\"".to_owned(),
        // The overflow series is in no dictionary, and stays what it is.
        Some((_, Fate::Merged(..))) => "COALESCE(l.\"kept\", b.\"labels_id\")".to_owned(),
        _ => of("b", column),
    }
}

/// The old rows under a condition, in the order of the key, each with what its entries are merged into.
fn rows(transition: &Transition, condition: &str) -> String {
    let mut sql = format!("FROM {} AS b", quoted(transition.old.schema.table));
    if let Fate::Merged(old, _) = transition.owners() {
        sql.push_str(&format!(
            "\nJOIN {} AS o ON o.\"id\" = b.\"owner_id\"",
            quoted(&map_of(old))
        ));
    }
    if let Fate::Merged(old, _) = transition.labels() {
        sql.push_str(&format!(
            "\nLEFT JOIN {} AS l ON l.\"id\" = b.\"labels_id\"",
            quoted(&map_of(old))
        ));
    }
    let order = joined(transition.old.key().map(|column| of("b", column)), ", ");
    format!("{sql}\nWHERE {condition}\nORDER BY {order}")
}

/// Adds rows to those that have the same key by now. Unlike grouping, it needs no room to sort in.
fn conflict(transition: &Transition, table: &Table) -> String {
    let measures = transition.new.schema.measures.iter().map(|measure| {
        let name = quoted(measure.name);
        format!("{name} = {name} + excluded.{name}")
    });
    let created = "\"created_at\" = min(\"created_at\", excluded.\"created_at\")".to_owned();
    format!(
        "\nON CONFLICT ({}) DO UPDATE SET {}",
        list(&table.key),
        joined([created].into_iter().chain(measures), ", ")
    )
}

fn merges(transition: &Transition) -> bool {
    let merges = |(_, fate): &(&str, Fate<'_>)| matches!(fate, Fate::Merged(..) | Fate::Dropped(_));
    parts(transition).iter().any(merges)
}
