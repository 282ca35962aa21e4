//! The time, as the database stores it, and as people and programs read it.

use chrono::{DateTime, SecondsFormat};

/// Now, in UTC epoch seconds.
#[must_use]
pub fn now() -> i64 {
    chrono::Utc::now().timestamp()
}

/// A moment in RFC 3339, as everywhere in JSON.
#[must_use]
pub fn text(epoch_seconds: i64) -> Option<String> {
    let moment = DateTime::from_timestamp(epoch_seconds, 0)?;
    Some(moment.to_rfc3339_opts(SecondsFormat::Millis, true))
}

/// `2026-01-10 09:00:00` of `2026-01-10T09:00:00.000Z`, as in tables; nothing of nothing.
#[must_use]
pub fn second(text: Option<&str>) -> String {
    let second: String = text.unwrap_or_default().chars().take(19).collect();
    second.replace('T', " ")
}
