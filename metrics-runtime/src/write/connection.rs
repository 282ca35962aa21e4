//! What the writer needs of a connection beyond diesel's own traits.

use diesel::Connection;
use diesel::connection::LoadConnection;
use diesel::query_builder::{QueryFragment, QueryId};
use diesel::r2d2::R2D2Connection;
use diesel::result::{DatabaseErrorKind, Error, QueryResult};

use crate::backend::Backend;
use crate::sql::Dialect;

/// A connection that metrics can be stored through.
pub(crate) trait StoreConnection:
    Connection<Backend: Dialect<QueryBuilder: Default>> + LoadConnection + R2D2Connection + 'static
{
    /// Which migrations are its.
    const BACKEND: Backend;

    /// Runs `work` in a transaction that may write from its first statement on.
    fn write<T, E: From<Error>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E>;

    /// Whether a message of the database says that a sum exceeds 64 bits.
    fn is_out_of_range(message: &str) -> bool;

    /// Whether the database refused what was written, and could have refused only a part of it.
    fn refusal(error: &Error) -> Option<Refusal> {
        let Error::DatabaseError(kind, information) = error else {
            return None;
        };
        let message = information.message();
        match kind {
            DatabaseErrorKind::ForeignKeyViolation => Some(Refusal::ForeignKey),
            _ if Self::is_out_of_range(message) => Some(Refusal::OutOfRange),
            DatabaseErrorKind::CheckViolation | DatabaseErrorKind::NotNullViolation => {
                Some(Refusal::Constraint(message.to_owned()))
            }
            _ => None,
        }
    }
}

/// Why a database refuses a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// A row that it refers to does not exist.
    ForeignKey,
    /// A sum exceeds 64 bits.
    OutOfRange,
    /// Another constraint, in the database's words.
    Constraint(String),
}

/// Runs a statement that returns no rows; answers how many it affected.
pub(crate) fn execute<C, S>(conn: &mut C, statement: &S) -> QueryResult<usize>
where
    C: StoreConnection,
    S: QueryFragment<C::Backend> + QueryId,
{
    conn.execute_returning_count(statement)
}
