//! What keeps a database from doing what it usually does, for those who have to wait until it does so again.

use diesel::r2d2::PoolError;
use diesel::result::{DatabaseErrorKind, Error};

use super::StoreError;
use crate::backend::Backend;

/// Why a database does not do what it is asked, although nothing is wrong with what was asked: the same may succeed
/// later.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{cause}")]
pub struct Outage {
    kind: Kind,
    /// What the database said, for the log.
    cause: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Somebody else is at it.
    Busy,
    /// The statement took longer than it may.
    Slow,
    /// It can only be read.
    ReadOnly,
    /// There is no room on the disk.
    Full,
    /// No connection was free, or none could be made.
    NoConnection,
    /// The connection ended before the answer came.
    Cut,
    /// Something that has no name here.
    Other,
}

impl Outage {
    /// The outage that an error tells of, unless it tells of a mistake in the statement or in its values.
    #[must_use]
    pub fn of(backend: Backend, error: &Error) -> Option<Self> {
        let other = || (!blames_the_statement(backend, error)).then_some(Kind::Other);
        let kind = kind(error).or_else(other)?;
        let cause = error.to_string();
        Some(Self { kind, cause })
    }

    /// Whether somebody else only was at it.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.kind == Kind::Busy
    }

    /// What to tell those who asked: what is the matter, and what they can do, without anything from inside.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self.kind {
            Kind::Busy => "the database is busy at the moment: try again",
            Kind::Slow => "the database took too long: ask for less, or try again in a moment",
            Kind::ReadOnly => "the database cannot be written to at the moment: try again later",
            Kind::Full => "the database has no room at the moment: try again later",
            Kind::NoConnection => {
                "no connection to the database was free in time: try again in a moment"
            }
            Kind::Cut => "the connection to the database was cut: try again",
            Kind::Other => "the database does not answer at the moment: try again",
        }
    }
}

impl From<PoolError> for Outage {
    fn from(error: PoolError) -> Self {
        let kind = Kind::NoConnection;
        let cause = error.to_string();
        Self { kind, cause }
    }
}

/// Nobody who asks for metrics can have made a mistake in the statement: whatever happens is an outage.
impl From<StoreError> for Outage {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Connection(error) => error.into(),
            StoreError::Database(error) => Self {
                kind: kind(&error).unwrap_or(Kind::Other),
                cause: StoreError::Database(error).to_string(),
            },
        }
    }
}

/// What is known of an error, if it tells of an outage at all.
fn kind(error: &Error) -> Option<Kind> {
    match error {
        Error::DatabaseError(kind, information) => match kind {
            DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
                Some(Kind::Cut)
            }
            DatabaseErrorKind::SerializationFailure => Some(Kind::Busy),
            DatabaseErrorKind::ReadOnlyTransaction => Some(Kind::ReadOnly),
            DatabaseErrorKind::Unknown => kind_by_words(information.message()),
            _ => None,
        },
        Error::RollbackErrorOnCommit { commit_error, .. } => self::kind(commit_error),
        Error::BrokenTransactionManager => Some(Kind::Cut),
        _ => None,
    }
}

/// What diesel reports as unknown. SQLite's texts are fixed in its sources; those of PostgreSQL are in the language of
/// the server, which only costs better advice.
fn kind_by_words(message: &str) -> Option<Kind> {
    const WORDS: [(&str, Kind); 9] = [
        ("is locked", Kind::Busy),
        ("deadlock detected", Kind::Busy),
        ("lock timeout", Kind::Busy),
        ("statement timeout", Kind::Slow),
        ("readonly database", Kind::ReadOnly),
        ("disk is full", Kind::Full),
        ("No space left", Kind::Full),
        ("disk I/O error", Kind::Other),
        ("unable to open database file", Kind::Other),
    ];
    let (_, kind) = WORDS.iter().find(|(words, _)| message.contains(words))?;
    Some(*kind)
}

/// Whether something may be wrong with the statement. A server points at the place in the statement then.
fn blames_the_statement(backend: Backend, error: &Error) -> bool {
    match (backend, error) {
        (Backend::Postgres, Error::DatabaseError(DatabaseErrorKind::Unknown, information)) => {
            information.statement_position().is_some()
        }
        _ => true,
    }
}
