//! PostgreSQL: in place.
//!
//! Rows move first, while readers go on reading; what locks them out, the tables' definitions, comes last and is
//! short. A statement that does not get its lock within seconds fails, and the migration with it, rather than let
//! everybody queue up behind it.

mod merge;
mod structure;

use super::super::create_view::{create_view, drop_view};
use super::super::text::{list, quoted};
use super::guard::guards;
use super::{Fate, Transition, joined, of, parts, seconds, source};
use crate::Interval;
use crate::backend::Backend;

/// How long a statement waits for a lock.
pub(crate) const LOCK_TIMEOUT: &str = "SET LOCAL lock_timeout = '5s';\n";

pub(super) fn change(transition: &Transition) -> String {
    let mut sql = LOCK_TIMEOUT.to_owned();
    if moves_rows(transition) {
        sql.push_str(&lock(transition));
    }
    sql.push_str(&guards(transition, Backend::Postgres));
    for (column, fate) in parts(transition) {
        sql.push_str(&merge::merge(transition, column, fate));
    }
    for (interval, sources) in transition.added_intervals() {
        if let Some(source) = source(transition, &sources) {
            sql.push_str(&prepare_fill(transition, interval, &source));
        }
    }
    sql.push_str(&delete_intervals(transition));
    sql.push_str(&drop_view(&transition.old));
    sql.push_str(&structure::change(transition));
    for (interval, sources) in transition.added_intervals() {
        if !sources.is_empty() {
            sql.push_str(&insert_fill(transition, interval));
        }
    }
    sql + &create_view(&transition.new, Backend::Postgres)
}

/// Keeps writers out, in the order in which they take their locks.
fn lock(transition: &Transition) -> String {
    let dictionaries = transition
        .old
        .dictionaries()
        .map(|dictionary| dictionary.table.as_str());
    let tables: Vec<_> = dictionaries.chain([transition.old.schema.table]).collect();
    format!(
        "-- Readers go on reading, writers wait.\nLOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE;\n",
        list(&tables)
    )
}

fn moves_rows(transition: &Transition) -> bool {
    let merges = |(_, fate): &(&str, Fate<'_>)| !matches!(fate, Fate::Absent | Fate::Kept(..));
    let intervals =
        !transition.added_intervals().is_empty() || !transition.removed_intervals().is_empty();
    intervals || parts(transition).iter().any(merges)
}

fn delete_intervals(transition: &Transition) -> String {
    let removed = transition.removed_intervals();
    if removed.is_empty() {
        return String::new();
    }
    format!(
        "DELETE FROM {} WHERE \"bucket_interval\" IN ({});\n",
        quoted(transition.old.schema.table),
        seconds(&removed)
    )
}

/// The rows of a new interval, from those of one that divides it: read while the table is still open to readers.
fn prepare_fill(transition: &Transition, interval: Interval, source: &str) -> String {
    let (mut values, mut groups) = (Vec::new(), Vec::new());
    for column in transition.new.key() {
        let value = key_value(transition, column, interval);
        if column != "bucket_interval" && value != "1" {
            groups.push(value.clone());
        }
        values.push(format!("{value} AS {}", quoted(column)));
    }
    values.push("MIN(b.\"created_at\") AS \"created_at\"".to_owned());
    values.extend(transition.new.schema.measures.iter().map(|measure| {
        let sum = transition.former_measure(measure).map_or_else(
            || "CAST(0 AS BIGINT)".to_owned(),
            |former| format!("CAST(SUM({}) AS BIGINT)", of("b", former.name)),
        );
        format!("{sum} AS {}", quoted(measure.name))
    }));
    format!(
        "CREATE TEMPORARY TABLE {} ON COMMIT DROP AS\nSELECT {}\nFROM {} AS b\nWHERE b.\"bucket_interval\" = {}\nGROUP BY {};\n",
        quoted(&fill_of(interval)),
        values.join(", "),
        quoted(transition.old.schema.table),
        source,
        groups.join(", ")
    )
}

fn key_value(transition: &Transition, column: &str, interval: Interval) -> String {
    let width = interval.seconds();
    let created =
        |(part, fate): (&str, Fate<'_>)| part == column && matches!(fate, Fate::Created(_));
    match column {
        "bucket_interval" => width.to_string(),
        "bucket_timestamp" => format!("b.\"bucket_timestamp\" - b.\"bucket_timestamp\" % {width}"),
        _ if parts(transition).into_iter().any(created) => "1".to_owned(),
        entry => of("b", entry),
    }
}

fn insert_fill(transition: &Transition, interval: Interval) -> String {
    let measures = transition
        .new
        .schema
        .measures
        .iter()
        .map(|measure| measure.name);
    let columns: Vec<_> = transition
        .new
        .key()
        .chain(["created_at"])
        .chain(measures)
        .collect();
    format!(
        "INSERT INTO {} ({})\nSELECT {} FROM {};\n",
        quoted(transition.new.schema.table),
        list(&columns),
        joined(columns.iter().map(|column| quoted(column)), ", "),
        quoted(&fill_of(interval))
    )
}

fn fill_of(interval: Interval) -> String {
    format!("buckets_of_{interval}")
}
