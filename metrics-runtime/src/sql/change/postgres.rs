//! PostgreSQL: in place.
//!
//! Rows move first, while readers go on reading; what locks them out, the tables' definitions, comes last and is
//! short. A statement that does not get its lock within seconds fails, and the migration with it, rather than let
//! everybody queue up behind it.

mod chores;
mod key;
mod merge;
mod structure;

use super::super::create_view::{create_view, drop_view};
use super::super::scale::everywhere;
use super::super::text::list;
use super::chore::has_later_key;
use super::guard::guards;
use super::{Fate, Transition, parts};
use crate::backend::Backend;
use crate::layout::Layout;
use crate::transition::Way;

pub(super) use chores::{do_chores, drop_what_was_built};

/// How long a statement waits for a lock.
const LOCK_TIMEOUT: &str = "SET LOCAL lock_timeout = '5s';\n";

pub(super) fn change(transition: &Transition) -> String {
    let mut sql = LOCK_TIMEOUT.to_owned();
    if moves_rows(transition) {
        sql.push_str(&lock(transition));
    }
    sql.push_str(&everywhere(&newly_referenced(transition), transition.scale));
    sql.push_str(&guards(transition, Backend::Postgres));
    for (column, fate) in parts(transition) {
        sql.push_str(&merge::merge(transition, column, fate));
    }
    sql.push_str(&key::make_ahead(transition));
    sql.push_str(closing(transition));
    sql.push_str(&drop_view(&transition.old));
    sql.push_str(&structure::change(transition));
    if transition.way == Way::Down {
        sql.push_str(&chores::do_at_once(transition));
    }
    sql + &create_view(&transition.new, Backend::Postgres)
}

/// The tables of others that dictionaries refer to from now on.
fn newly_referenced(transition: &Transition) -> Vec<&'static str> {
    let before: Vec<_> = referenced(&transition.old).collect();
    let mut tables: Vec<_> = referenced(&transition.new).collect();
    tables.retain(|table| !before.contains(table));
    tables.sort_unstable();
    tables.dedup();
    tables
}

fn referenced(layout: &Layout) -> impl Iterator<Item = &'static str> {
    let dimensions = layout.schema.dimensions.iter();
    dimensions.filter_map(|dimension| Some(dimension.references?.table))
}

/// What is said before everybody is kept out, and for how long.
fn closing(transition: &Transition) -> &'static str {
    let key = |layout: &Layout| layout.key().collect::<Vec<_>>();
    let stays = key(&transition.old) == key(&transition.new);
    match transition.way {
        Way::Up if stays || key::is_made_ahead(transition) || has_later_key(transition) => {
            "-- From here on everybody waits, for a moment: definitions change, and no row of a bucket is read.\n"
        }
        Way::Up => {
            "-- From here on everybody waits, until the primary key has been built anew from all rows.\n"
        }
        Way::Down => "-- From here on everybody waits.\n",
    }
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
    parts(transition).iter().any(merges)
}
