//! What is left to do once the definitions of a bucket table have changed. On PostgreSQL it is a migration of its own,
//! outside of a transaction: one that has changed a definition keeps everybody out until it ends.

use std::fmt;

use super::super::constraints::{Constraint, constraints};
use super::{Table, Transition, renamed_buckets};
use crate::Interval;
use crate::transition::Way;

/// Where the migration before it does all of it. A migration of comments alone is none.
pub(crate) const NOTHING_LEFT: &str = "-- Nothing is left to do here: the migration before it does it at once.\nSELECT 'nothing to do';\n";

/// Something that is done to rows which are there already. In the words of the new tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Chore {
    /// The buckets of a new interval are made of those of stored ones that divide it.
    Fill(Interval, Vec<Interval>),
    /// The buckets of an interval that is not stored any more are deleted.
    Delete(Interval),
    /// The primary key is made anew, with a column more.
    Key,
    /// The index of a column is built.
    Index(String),
    /// Rows from before are held against a constraint, which those to come keep to already.
    Validate(String),
}

impl Chore {
    /// Those of a transition, in the order in which they are done: an interval that goes may fill one that comes.
    pub(crate) fn of(transition: &Transition) -> Vec<Self> {
        let added = transition.added_intervals().into_iter();
        let fills = added
            .filter(|(_, sources)| !sources.is_empty())
            .map(|(interval, sources)| Self::Fill(interval, sources));
        let removed = transition.removed_intervals().into_iter();
        let key = has_later_key(transition).then_some(Self::Key);
        key.into_iter()
            .chain(fills)
            .chain(removed.map(Self::Delete))
            .chain(later_indexes(transition).into_iter().map(Self::Index))
            .chain(
                later_constraints(transition).map(|Constraint { name, .. }| Self::Validate(name)),
            )
            .collect()
    }
}

/// Whether the bucket table gets its first label or owner, and with it a wider key, afterwards. The key of a table that
/// is spread cannot be replaced by an index.
pub(super) fn has_later_key(transition: &Transition) -> bool {
    let old: Vec<_> = transition.old.key().collect();
    let new: Vec<_> = transition.new.key().collect();
    transition.way == Way::Up
        && transition.scale.is_none()
        && old.len() < new.len()
        && old.iter().all(|column| new.contains(column))
}

/// The columns of the bucket table whose indexes are built afterwards. On the way back they are built at once.
pub(super) fn later_indexes(transition: &Transition) -> Vec<String> {
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

/// The checks and references that the bucket table gets.
fn later_constraints(transition: &Transition) -> impl Iterator<Item = Constraint> {
    let before = constraints(&renamed_buckets(transition));
    constraints(&Table::of_buckets(&transition.new))
        .into_iter()
        .filter(move |constraint| !constraint.is_key() && !before.contains(constraint))
}

impl fmt::Display for Chore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fill(interval, _) => {
                write!(f, "fill the buckets of {interval}, while writers wait")
            }
            Self::Delete(interval) => write!(f, "delete the buckets of {interval}"),
            Self::Key => f.write_str("build the new primary key, which then replaces the old one"),
            Self::Index(column) => write!(f, "build the index on {column}"),
            Self::Validate(constraint) => {
                write!(f, "hold the rows from before against {constraint}")
            }
        }
    }
}
