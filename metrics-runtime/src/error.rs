//! What can go wrong, by who can mend it.
//!
//! - [`InvalidQuery`]: whoever asks. It names the parameter and the remedy; over HTTP it is a 400.
//! - [`Rejection`]: whoever sends the event. It names the field and the reason, and is counted by reason.
//! - [`StoreError`]: whoever runs the database. Over HTTP it is a 503 with the advice of its [`Outage`], without details.
//! - [`RecordError`]: what a producer gets: one of the two above, or that there is no room just now.
//!
//! Errors of the declaration are the compiler's, errors of the registry and of migrations are those modules' own.

mod outage;

use std::borrow::Cow;
use std::fmt;

pub use outage::Outage;

/// A query that cannot be answered as it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct InvalidQuery {
    /// The parameter that is wrong.
    pub field: Cow<'static, str>,
    /// What is wrong with it, and what would do.
    pub reason: String,
}

impl InvalidQuery {
    pub(crate) fn new(field: impl Into<Cow<'static, str>>, reason: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            reason: reason.into(),
        }
    }
}

/// Why an event was not counted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
#[error("{message}")]
pub struct Rejection {
    /// The kind of reason, for counting.
    pub reason: Reason,
    /// The field at fault, if it is one.
    pub field: Option<String>,
    /// The sentence that the sender reads.
    pub message: String,
}

impl Rejection {
    pub(crate) fn new(reason: Reason, field: Option<&str>, message: impl Into<String>) -> Self {
        Self {
            reason,
            field: field.map(str::to_owned),
            message: message.into(),
        }
    }
}

/// The kinds of reasons for which events are rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It is not an object of the form that ingestion takes.
    Malformed,
    /// No metric has its type.
    UnknownType,
    /// The metric has no such dimension or measure.
    UnknownField,
    /// A dimension is missing.
    MissingDimension,
    /// A dimension's value is not of its kind, or too long.
    InvalidDimension,
    /// A counter is negative, fractional, too large or not a number.
    InvalidCounter,
    /// Its timestamp is not one.
    InvalidTimestamp,
    /// Its buckets are past their retention.
    TooOld,
    /// It lies further in the future than clocks may differ.
    TooNew,
    /// The key may not write what it says.
    Forbidden,
    /// A dimension refers to a row that does not exist.
    UnknownReference,
    /// A counter would exceed 2^63−1.
    Overflow,
    /// The metric has as many series as it may have, and no overflow series.
    TooManySeries,
    /// The metric is counted by a collector, and nobody else records it.
    Collected,
    /// The database refused it for a reason of its own, such as a constraint made by hand.
    Refused,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 15] = [
        Self::Malformed,
        Self::UnknownType,
        Self::UnknownField,
        Self::MissingDimension,
        Self::InvalidDimension,
        Self::InvalidCounter,
        Self::InvalidTimestamp,
        Self::TooOld,
        Self::TooNew,
        Self::Forbidden,
        Self::UnknownReference,
        Self::Overflow,
        Self::TooManySeries,
        Self::Collected,
        Self::Refused,
    ];

    /// The reason as a label: `too_old`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::UnknownType => "unknown_type",
            Self::UnknownField => "unknown_field",
            Self::MissingDimension => "missing_dimension",
            Self::InvalidDimension => "invalid_dimension",
            Self::InvalidCounter => "invalid_counter",
            Self::InvalidTimestamp => "invalid_timestamp",
            Self::TooOld => "too_old",
            Self::TooNew => "too_new",
            Self::Forbidden => "forbidden",
            Self::UnknownReference => "unknown_reference",
            Self::Overflow => "overflow",
            Self::TooManySeries => "too_many_series",
            Self::Collected => "collected",
            Self::Refused => "refused",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The database did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No connection could be had.
    #[error("no database connection: {0}")]
    Connection(#[from] diesel::r2d2::PoolError),
    /// A statement failed.
    #[error("the database refused: {0}")]
    Database(#[from] diesel::result::Error),
}

/// Why a query has no answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The query cannot be answered as it stands.
    #[error(transparent)]
    Invalid(#[from] InvalidQuery),
    /// The database did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a batch was not recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The event was refused; of a batch, see [`Receipt`](crate::Receipt).
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The queue is full: try again after a moment.
    #[error("the recorder is full: try again in a moment")]
    Full,
    /// The recorder has been shut down.
    #[error("the recorder has shut down")]
    Closed,
    /// The database did not take the batch; nothing of it was counted, and it may be sent again.
    #[error("nothing was recorded: {0}")]
    Unavailable(Outage),
}
