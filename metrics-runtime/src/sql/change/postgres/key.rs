//! The primary key of a bucket table that gets or loses a dictionary. Building its index takes as long as there are
//! rows, so that it is built beside the old key, and takes its place once everybody is kept out, for a moment: where the
//! key gets narrower in the transaction that has merged rows, where it gets wider as a chore after it.

use super::super::super::constraints::{constraints, key_made_ahead};
use super::super::super::text::{list, quoted};
use super::super::Table;
use super::super::chore::has_later_key;
use super::{LOCK_TIMEOUT, Transition};
use crate::transition::Way;

/// Whether the new key is a part of the old one, and an index may become a key: that of a table which is spread may not.
pub(super) fn is_made_ahead(transition: &Transition) -> bool {
    let old: Vec<_> = transition.old.key().collect();
    let new: Vec<_> = transition.new.key().collect();
    transition.way == Way::Up
        && transition.scale.is_none()
        && new.len() < old.len()
        && new.iter().all(|column| old.contains(column))
}

/// The index, once rows are merged.
pub(super) fn make_ahead(transition: &Transition) -> String {
    if !is_made_ahead(transition) {
        return String::new();
    }
    let key: Vec<_> = transition.new.key().collect();
    format!(
        "CREATE UNIQUE INDEX {} ON {} ({});\n",
        index(transition),
        quoted(transition.old.schema.table),
        list(&key)
    )
}

/// The key as it is added to the table. It takes the index over, and gives it its own name.
pub(super) fn of_index(transition: &Transition) -> String {
    format!("PRIMARY KEY USING INDEX {}", index(transition))
}

/// The key as a chore. Until it is done the old key holds, which tells as many rows apart, since all have the same entry.
pub(super) fn replace(transition: &Transition) -> String {
    let key: Vec<_> = transition.new.key().collect();
    let table = quoted(transition.new.schema.table);
    let buckets = Table::of_buckets(&transition.new);
    let constraint = constraints(&buckets)
        .into_iter()
        .find(|constraint| constraint.is_key());
    let name = constraint.map_or_else(String::new, |constraint| quoted(&constraint.name));
    format!(
        "-- A build that was interrupted leaves an index behind that is of no use.\n\
         {}CREATE UNIQUE INDEX CONCURRENTLY {} ON {table} ({});\n\
         DO $key$ BEGIN\n    \
             -- Everybody waits, for a moment.\n    \
             {LOCK_TIMEOUT}    \
             ALTER TABLE {table} DROP CONSTRAINT {name}, ADD CONSTRAINT {name} {};\n\
         END $key$;\n",
        drop_later(transition),
        index(transition),
        list(&key),
        of_index(transition)
    )
}

/// The way back from what was begun of it: the key itself is changed by the migration before.
pub(super) fn drop_later(transition: &Transition) -> String {
    match has_later_key(transition) {
        true => format!("DROP INDEX CONCURRENTLY IF EXISTS {};\n", index(transition)),
        false => String::new(),
    }
}

fn index(transition: &Transition) -> String {
    quoted(&key_made_ahead(transition.new.schema.table))
}
