//! PostgreSQL.

use diesel::r2d2::{ConnectionManager, Pool};
use diesel::result::{DatabaseErrorKind, Error};
use diesel::{Connection, PgConnection};

use super::Store;
use crate::backend::Backend;
use crate::write::connection::{Refusal, StoreConnection};

impl StoreConnection for PgConnection {
    const BACKEND: Backend = Backend::Postgres;

    fn write<T, E: From<Error>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.transaction(work)
    }

    fn refusal(error: &Error) -> Option<Refusal> {
        let Error::DatabaseError(kind, information) = error else {
            return None;
        };
        let message = information.message();
        match kind {
            DatabaseErrorKind::ForeignKeyViolation => Some(Refusal::ForeignKey),
            _ if message.ends_with("out of range") => Some(Refusal::OutOfRange),
            DatabaseErrorKind::CheckViolation | DatabaseErrorKind::NotNullViolation => {
                Some(Refusal::Constraint(message.to_owned()))
            }
            _ => None,
        }
    }
}

impl From<Pool<ConnectionManager<PgConnection>>> for Store {
    fn from(pool: Pool<ConnectionManager<PgConnection>>) -> Self {
        Self {
            engine: std::sync::Arc::new(pool),
        }
    }
}
