//! The primary key of a bucket table that loses its last label or its last owner. Its index is built while readers
//! read, and becomes the key once they are kept out, for a moment: building it then would take as long as there are
//! rows.

use super::super::super::constraints::key_made_ahead;
use super::super::super::text::{list, quoted};
use super::Transition;
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

fn index(transition: &Transition) -> String {
    quoted(&key_made_ahead(transition.new.schema.table))
}
