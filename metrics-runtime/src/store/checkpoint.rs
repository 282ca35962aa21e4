//! Copies what the writer has appended to SQLite's write-ahead log to the database file, while the writer goes on.

use diesel::r2d2::{ManageConnection, Pool};

use crate::error::StoreError;
use crate::write::connection::StoreConnection;

/// Looks at the log again and again.
pub(crate) trait Checkpoint: Send {
    /// Copies what is in the log, if that is worth it by now.
    fn look(&mut self) -> Result<(), StoreError>;

    /// Copies all that is in the log: nobody is going to look again.
    fn finish(&mut self) -> Result<(), StoreError>;
}

/// Takes a connection for each look, and leaves it at that when all are in use.
pub(super) struct PoolCheckpoint<M: ManageConnection>(pub(super) Pool<M>);

impl<M: ManageConnection<Connection: StoreConnection>> Checkpoint for PoolCheckpoint<M> {
    fn look(&mut self) -> Result<(), StoreError> {
        match self.0.try_get() {
            Some(mut conn) => Ok(conn.checkpoint()?),
            None => Ok(()),
        }
    }

    fn finish(&mut self) -> Result<(), StoreError> {
        match self.0.try_get() {
            Some(mut conn) => Ok(conn.last_checkpoint()?),
            None => Ok(()),
        }
    }
}
