//! The series of one value of a dimension.

use super::Buckets;

/// The series of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Whose it is.
    pub name: GroupName,
    /// Its buckets, as many as the whole series has.
    pub buckets: Buckets,
}

/// What a group is made of. The kinds are told apart from values, so that no value is mistaken for one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum GroupName {
    /// The rows with a value of the dimension, as a filter writes it.
    Value(String),
    /// The overflow series: what was counted without labels, beyond the `max_series` of the metric.
    Overflow,
    /// The rows with all other values.
    Other,
}
