//! Chores: on the way up each statement by itself, on the way back in the transaction that changes the tables.

use super::super::super::create_table::index_name;
use super::super::super::text::{list, quoted};
use super::super::chore::{Chore, later_indexes};
use super::super::{Table, Transition, bucket_start, joined, of, seconds};
use super::{LOCK_TIMEOUT, key};
use crate::Interval;
use crate::backend::Scale;
use crate::schema::Measure;

/// They wait for transactions that are older than themselves, and nobody waits for them. So they may take longer than
/// what others queue up behind.
const PATIENCE: &str = "-- Nobody waits for these locks, so that they may wait for older transactions.\n\
     SET lock_timeout = '10min';\n";

/// The way up.
pub(in super::super) fn do_chores(transition: &Transition) -> String {
    let statements = |chore: &Chore| match chore {
        Chore::Fill(interval, sources) => fill_alone(transition, *interval, sources),
        chore => within(transition, chore),
    };
    let chores = Chore::of(transition);
    PATIENCE.to_owned() + &chores.iter().map(statements).collect::<String>()
}

/// The way back, where the transaction has locked everybody out already.
pub(super) fn do_at_once(transition: &Transition) -> String {
    let chores = Chore::of(transition);
    chores
        .iter()
        .map(|chore| within(transition, chore))
        .collect()
}

/// The way back from the indexes: without them, as they were before.
pub(in super::super) fn drop_what_was_built(transition: &Transition) -> String {
    let columns = later_indexes(transition);
    let indexes = columns.iter().map(|column| drop_index(transition, column));
    key::drop_later(transition) + &indexes.collect::<String>()
}

fn within(transition: &Transition, chore: &Chore) -> String {
    let table = quoted(transition.new.schema.table);
    match chore {
        Chore::Fill(interval, sources) => fill(transition, *interval, sources),
        Chore::Delete(interval) => delete(transition, *interval),
        Chore::Key => key::replace(transition),
        Chore::Index(column) => build_index(transition, column),
        Chore::Validate(constraint) => {
            format!(
                "ALTER TABLE {table} VALIDATE CONSTRAINT {};\n",
                quoted(constraint)
            )
        }
    }
}

/// One statement is one transaction, whoever sends it.
fn fill_alone(transition: &Transition, interval: Interval, sources: &[Interval]) -> String {
    let fill = fill(transition, interval, sources);
    let lines: String = fill.lines().map(|line| format!("    {line}\n")).collect();
    format!(
        "DO $fill_{interval}$ BEGIN\n    \
             -- Readers go on reading, writers wait.\n    \
             {LOCK_TIMEOUT}    \
             LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE;\n\
         {lines}END $fill_{interval}$;\n",
        quoted(transition.new.schema.table),
    )
}

/// What was interrupted after it, or before the deletion that this is the way back of, has left all of them there.
fn fill(transition: &Transition, interval: Interval, sources: &[Interval]) -> String {
    let (width, table) = (interval.seconds(), quoted(transition.new.schema.table));
    let start = bucket_start(interval);
    let key: Vec<_> = transition.new.key().collect();
    let value = |column: &&str| match *column {
        "bucket_interval" => width.to_string(),
        "bucket_timestamp" => start.clone(),
        entry => of("b", entry),
    };
    let groups = key.iter().filter(|column| **column != "bucket_interval");
    let measures = transition.new.schema.measures;
    let sums = measures
        .iter()
        .map(|measure| format!("CAST(SUM({}) AS BIGINT)", of("b", measure.name)));
    let created = "MIN(b.\"created_at\")".to_owned();
    let names = measures.iter().map(|measure| measure.name);
    let columns: Vec<_> = key
        .iter()
        .copied()
        .chain(["created_at"])
        .chain(names)
        .collect();
    format!(
        "-- Unless it was filled before, by a run that was interrupted later.\n\
         INSERT INTO {table} ({})\nSELECT {}\nFROM {table} AS b\n{} NOT EXISTS (SELECT 1 FROM {table} WHERE \"bucket_interval\" = {width})\nGROUP BY {};\n",
        list(&columns),
        joined(key.iter().map(value).chain([created]).chain(sums), ", "),
        source(transition, &start, sources),
        joined(groups.map(value), ", "),
    )
}

/// Which rows the buckets are made of: each of those of one interval, the one that has counted most in it. A condition
/// follows.
fn source(transition: &Transition, start: &str, sources: &[Interval]) -> String {
    let among = format!("b.\"bucket_interval\" IN ({})", seconds(sources));
    if sources.len() == 1 {
        return format!("WHERE {among} AND");
    }
    let sum = |(_, measure): &(&Measure, &Measure)| format!("SUM({})", of("b", measure.name));
    let sums = joined(transition.measures.iter().map(sum), " + ");
    let most = if sums.is_empty() {
        sums
    } else {
        format!("{sums} DESC, ")
    };
    format!(
        "JOIN (\n    \
             -- What came too late for one interval, or is deleted there already, another may have.\n    \
             SELECT DISTINCT ON (1) {start} AS \"start\", b.\"bucket_interval\"\n    \
             FROM {} AS b WHERE {among}\n    \
             GROUP BY 1, 2 ORDER BY 1, {most}2\n\
         ) AS fullest ON fullest.\"bucket_interval\" = b.\"bucket_interval\" AND fullest.\"start\" = {start}\nWHERE",
        quoted(transition.new.schema.table),
    )
}

fn delete(transition: &Transition, interval: Interval) -> String {
    format!(
        "DELETE FROM {} WHERE \"bucket_interval\" = {};\n",
        quoted(transition.new.schema.table),
        interval.seconds()
    )
}

fn build_index(transition: &Transition, column: &str) -> String {
    let table = Table::of_buckets(&transition.new);
    let note = match transition.scale {
        Some(Scale::Timescale) => {
            "-- Writers wait: a hypertable's index is not built beside them.\n"
        }
        Some(Scale::Citus) | None => {
            "-- A build that was interrupted leaves an index behind that is of no use.\n"
        }
    };
    format!(
        "{note}{}CREATE INDEX {}{} ON {} ({});\n",
        drop_index(transition, column),
        beside_writers(transition),
        quoted(&index_name(&table.name, column)),
        quoted(&table.name),
        list(&[column])
    )
}

fn drop_index(transition: &Transition, column: &str) -> String {
    format!(
        "DROP INDEX {}IF EXISTS {};\n",
        beside_writers(transition),
        quoted(&index_name(transition.new.schema.table, column))
    )
}

/// How an index comes and goes while everybody writes, where TimescaleDB need not take it.
fn beside_writers(transition: &Transition) -> &'static str {
    match transition.scale {
        Some(Scale::Timescale) => "",
        Some(Scale::Citus) | None => "CONCURRENTLY ",
    }
}
