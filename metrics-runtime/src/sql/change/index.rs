//! The indexes of a bucket table that has rows already. On PostgreSQL they are built while everybody goes on writing,
//! which no transaction can do: a migration of its own follows the one that changes the table.

use super::super::constraints::constraints;
use super::super::create_table::index_name;
use super::super::text::{list, quoted};
use super::{Table, Transition, renamed_buckets};
use crate::backend::Backend;
use crate::transition::Way;

/// The columns of the bucket table whose indexes are built afterwards. On the way back everything is done at once.
pub(crate) fn later_indexes(transition: &Transition) -> Vec<String> {
    if transition.way == Way::Down {
        return Vec::new();
    }
    let (old, new) = (
        renamed_buckets(transition),
        Table::of_buckets(&transition.new),
    );
    let mut columns = new.indexes;
    columns.retain(|column| !old.indexes.contains(column));
    columns
}

/// The statements that build them, each of which runs for itself. All may be repeated.
pub(crate) fn build_indexes(transition: &Transition, backend: Backend) -> String {
    match backend {
        Backend::Sqlite => String::new(),
        Backend::Postgres => build(transition),
    }
}

/// The way back: without them, as they were before.
pub(crate) fn drop_indexes(transition: &Transition, backend: Backend) -> String {
    match backend {
        Backend::Sqlite => String::new(),
        Backend::Postgres => later_indexes(transition)
            .iter()
            .map(|column| drop_index(transition, column))
            .collect(),
    }
}

fn build(transition: &Transition) -> String {
    let table = Table::of_buckets(&transition.new);
    let mut sql = PATIENCE.to_owned();
    for column in later_indexes(transition) {
        sql.push_str("-- A build that was interrupted leaves an index behind that is of no use.\n");
        sql.push_str(&drop_index(transition, &column));
        sql.push_str(&format!(
            "CREATE INDEX CONCURRENTLY {} ON {} ({});\n",
            quoted(&index_name(&table.name, &column)),
            quoted(&table.name),
            list(&[&column])
        ));
        let references = constraints(&table).into_iter();
        for reference in references.filter(|constraint| constraint.refers_by(&column)) {
            sql.push_str(&format!(
                "ALTER TABLE {} VALIDATE CONSTRAINT {};\n",
                quoted(&table.name),
                quoted(&reference.name)
            ));
        }
    }
    sql
}

/// It waits for transactions that are older than itself, and nobody waits for it. So it may take longer than what
/// others queue up behind.
const PATIENCE: &str = "-- Nobody waits for these locks, so that they may wait for older transactions.\n\
     SET lock_timeout = '10min';\n";

fn drop_index(transition: &Transition, column: &str) -> String {
    format!(
        "DROP INDEX CONCURRENTLY IF EXISTS {};\n",
        quoted(&index_name(transition.new.schema.table, column))
    )
}
