//! Whether anybody has written to the database, in this process or another.

use diesel::r2d2::{ManageConnection, Pool, PooledConnection};

use crate::error::StoreError;
use crate::write::connection::StoreConnection;

/// Looks at the database again and again.
pub(crate) trait Watch: Send {
    /// Whether anything may have been committed since the last call; at the first one, something has.
    fn has_changed(&mut self) -> Result<bool, StoreError>;
}

/// Keeps one connection: what it says is compared with what it said before.
pub(super) struct PoolWatch<M: ManageConnection> {
    pub(super) pool: Pool<M>,
    pub(super) seen: Option<(PooledConnection<M>, String)>,
}

impl<M: ManageConnection<Connection: StoreConnection>> Watch for PoolWatch<M> {
    fn has_changed(&mut self) -> Result<bool, StoreError> {
        // After an error the next call takes another connection.
        let (mut conn, before) = match self.seen.take() {
            Some((conn, before)) => (conn, Some(before)),
            None => (self.pool.get()?, None),
        };
        let state = conn.state()?;
        let changed = before.as_ref() != Some(&state);
        self.seen = Some((conn, state));
        Ok(changed)
    }
}
