//! A look at a statement from another connection, since the one that runs it says nothing until it is done.

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use diesel::r2d2::{ManageConnection, Pool};

use super::apply::Exclusive;

/// How long it is waited for a further connection: who does not get one goes without the look.
const PATIENCE: Duration = Duration::from_secs(1);

/// Tells what a process of the server is doing.
#[derive(Clone)]
pub(super) struct Watch(Arc<dyn Fn(i64) -> Option<String> + Send + Sync>);

impl Watch {
    /// By connections of a pool.
    pub(super) fn from_pool<M>(pool: &Pool<M>) -> Self
    where
        M: ManageConnection,
        M::Connection: Exclusive,
    {
        let pool = pool.clone();
        Self(Arc::new(move |process| {
            pool.get_timeout(PATIENCE).ok()?.doing(process)
        }))
    }

    pub(super) fn look(&self, process: i64) -> Option<String> {
        (self.0)(process)
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watch")
    }
}

/// The number by which others find what this connection is doing, where a server tells them.
pub(super) fn process_of(conn: &mut dyn Any) -> Option<i64> {
    #[cfg(feature = "postgres")]
    if let Some(conn) = conn.downcast_mut::<diesel::PgConnection>() {
        use diesel::RunQueryDsl;

        use crate::sql::{Integers, OWN_PROCESS};

        let Integers(own) = diesel::sql_query(OWN_PROCESS).get_result(conn).ok()?;
        return own.first().copied();
    }
    let _ = conn;
    None
}
