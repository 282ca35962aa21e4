//! The time, as the database stores it.

/// Now, in UTC epoch seconds.
#[must_use]
pub fn now() -> i64 {
    chrono::Utc::now().timestamp()
}
