//! What keeps writers out of a server's tables while they are copied. SQLite has one lock for all of them.

#[cfg(feature = "postgres")]
use super::super::text::list;

/// Within a transaction, which may then take its time. Readers read on; whoever writes waits, and is refused when
/// their statement has taken too long.
#[cfg(feature = "postgres")]
pub(crate) fn keep_writers_out(tables: &[String]) -> String {
    format!(
        "LOCK TABLE {} IN SHARE MODE;
        SET LOCAL statement_timeout = 0;
        SET LOCAL idle_in_transaction_session_timeout = 0;",
        list(tables)
    )
}
