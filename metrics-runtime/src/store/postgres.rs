//! PostgreSQL.

use diesel::r2d2::{ConnectionManager, Pool};
use diesel::result::Error;
use diesel::{Connection, PgConnection};

use super::Store;
use crate::backend::Backend;
use crate::write::connection::StoreConnection;

impl StoreConnection for PgConnection {
    const BACKEND: Backend = Backend::Postgres;

    fn write<T, E: From<Error>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.transaction(work)
    }

    fn is_out_of_range(message: &str) -> bool {
        message.ends_with("out of range")
    }
}

impl From<Pool<ConnectionManager<PgConnection>>> for Store {
    fn from(pool: Pool<ConnectionManager<PgConnection>>) -> Self {
        Self {
            engine: std::sync::Arc::new(pool),
        }
    }
}
