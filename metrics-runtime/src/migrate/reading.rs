//! How many of how many rows a statement has read, as long as it runs.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::noun::one_or_many;

/// The rows of a table that a statement reads.
#[derive(Clone)]
pub(super) struct Reading {
    read: Arc<AtomicU64>,
    of: i64,
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let read = self.read.load(Ordering::Relaxed);
        let rows = one_or_many(self.of, "row", "rows");
        write!(f, "{read} of {} {rows}", self.of)
    }
}

/// A statement as it is sent on a connection, with the rows that it reads where those can be counted: in a rebuild on
/// SQLite. Elsewhere no statement tells how far it is before it has ended.
pub(super) fn counted<'s>(
    conn: &mut dyn Any,
    statement: &'s str,
) -> (Cow<'s, str>, Option<Reading>) {
    #[cfg(feature = "sqlite")]
    if let Some(conn) = conn.downcast_mut::<diesel::SqliteConnection>()
        && let Some((counting, reading)) = sqlite::counted(conn, statement)
    {
        return (counting.into(), Some(reading));
    }
    #[cfg(not(feature = "sqlite"))]
    let _ = conn;
    (statement.into(), None)
}

#[cfg(feature = "sqlite")]
mod sqlite {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use diesel::{RunQueryDsl, SqliteConnection};

    use super::Reading;
    use crate::sql::{Counting, Integers, RowCount, count_rows_by};

    /// Counting the rows before they are read takes a hundredth of the time that copying them does. What cannot be
    /// counted is no reason not to migrate.
    pub(super) fn counted(
        conn: &mut SqliteConnection,
        statement: &str,
    ) -> Option<(String, Reading)> {
        let Counting { statement, rows } = Counting::of(statement)?;
        let Integers(of) = RowCount(&rows).get_result(conn).ok()?;
        let read = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&read);
        count_rows_by(conn, move |_: i64| {
            counter.fetch_add(1, Ordering::Relaxed);
            true
        })
        .ok()?;
        Some((statement, Reading { read, of: of[0] }))
    }
}
