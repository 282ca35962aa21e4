//! What keeps two processes from applying migrations at once.

/// How long one process waits for another one's migrations, on SQLite.
#[cfg(feature = "sqlite")]
pub(crate) const WAIT_TEN_MINUTES: &str = "PRAGMA busy_timeout = 600000";

/// How long statements of this connection wait for others.
#[cfg(feature = "sqlite")]
pub(crate) const BUSY_TIMEOUT: &str = "SELECT \"timeout\" FROM pragma_busy_timeout";

/// Gives a connection its patience back.
#[cfg(feature = "sqlite")]
pub(crate) fn wait_for(milliseconds: i64) -> String {
    format!("PRAGMA busy_timeout = {milliseconds}")
}

/// A lock that belongs to the session: it ends with its process, and outlasts the transactions in between. The
/// number is the word "metrics" in ASCII. Whoever does not get it asks again: a statement that waited for it would be
/// an older transaction, for which an index that is being built under this lock would wait in turn.
#[cfg(feature = "postgres")]
pub(crate) const TRY: &str =
    "SELECT CAST(CASE WHEN pg_try_advisory_lock(30792333240820595) THEN 1 ELSE 0 END AS BIGINT)";

/// What diesel's table says has been applied.
#[cfg(feature = "postgres")]
pub(crate) const APPLIED: &str = "SELECT version FROM __diesel_schema_migrations";

/// How long a statement of this connection may take, and wait for a lock, as [`give_limits_back`] takes it.
#[cfg(feature = "postgres")]
pub(crate) const LIMITS: &str =
    "SELECT current_setting('statement_timeout') || ' ' || current_setting('lock_timeout')";

/// Large tables take their time, and so do the migrations of another process.
#[cfg(feature = "postgres")]
pub(crate) const TAKE_ANY_TIME: &str = "SET statement_timeout = 0";

/// Gives a connection its limits back.
#[cfg(feature = "postgres")]
pub(crate) fn give_limits_back(limits: &str) -> String {
    let (statement, lock) = limits.split_once(' ').unwrap_or((limits, "0"));
    format!("SET statement_timeout = '{statement}'; SET lock_timeout = '{lock}'")
}

/// Gives it back.
#[cfg(feature = "postgres")]
pub(crate) const GIVE_BACK: &str = "SELECT pg_advisory_unlock(30792333240820595)";
