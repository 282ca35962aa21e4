//! Connections to PostgreSQL that are looked at before they are used, without a question to the server.

use diesel::PgConnection;
use diesel::r2d2::{self, ConnectionManager, ManageConnection};

/// diesel's [`ConnectionManager`] asks the server whether a connection lives whenever it is taken from the pool, which
/// takes as long as a short answer about metrics itself. This one looks whether the server has hung up.
///
/// [`Store`](crate::Store) takes a pool of either.
#[derive(Debug)]
pub struct PostgresManager(ConnectionManager<PgConnection>);

impl PostgresManager {
    /// Connects to `url`.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self(ConnectionManager::new(url))
    }
}

impl ManageConnection for PostgresManager {
    type Connection = PgConnection;
    type Error = r2d2::Error;

    fn connect(&self) -> Result<PgConnection, r2d2::Error> {
        self.0.connect()
    }

    /// Reads what the server has sent without being asked: nothing, unless it has ended the connection. Before that it
    /// may say why, and so there are two looks.
    fn is_valid(&self, connection: &mut PgConnection) -> Result<(), r2d2::Error> {
        for _ in 0..2 {
            let mut told = connection.notifications_iter();
            told.try_for_each(|told| told.map(drop))
                .map_err(r2d2::Error::QueryError)?;
        }
        Ok(())
    }

    fn has_broken(&self, connection: &mut PgConnection) -> bool {
        self.0.has_broken(connection)
    }
}
