//! Events, line by line, whatever the format.

use std::io;

use chrono::DateTime;
use metrics_runtime::{Event, Reason, Rejection};

use crate::cli::arguments::Usage;

/// A line, and the event that it stands for.
pub(super) struct Line {
    pub(super) number: u64,
    pub(super) event: Result<Event, Rejection>,
}

/// The lines of a file.
pub(super) trait Lines {
    /// The next line; nothing at the end.
    fn next(&mut self) -> io::Result<Option<Line>>;
    /// Whether the columns are what the import needs, as far as the lines that were read can tell.
    fn check(&self) -> Result<(), Usage>;
    /// What to mention about the columns.
    fn remarks(&self) -> Remarks;
}

/// What to mention about the columns.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    /// Columns that no field is read from.
    pub(super) ignored: Vec<String>,
    /// Measures that no column gives.
    pub(super) absent: Vec<&'static str>,
}

/// RFC 3339 or epoch seconds, in epoch seconds.
pub(super) fn timestamp(column: &str, text: &str) -> Result<i64, Rejection> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Ok(moment.timestamp());
    }
    let seconds = text.parse().ok();
    let known = seconds.filter(|seconds| DateTime::from_timestamp(*seconds, 0).is_some());
    known.ok_or_else(|| {
        let shown: String = text.chars().take(64).collect();
        let message = format!(
            "{column} \"{shown}\" is neither RFC 3339, such as 2026-01-10T10:30:45Z, nor epoch seconds"
        );
        rejection(Reason::InvalidTimestamp, Some(column), message)
    })
}

/// A line that cannot be read.
pub(super) fn malformed(message: impl Into<String>) -> Rejection {
    rejection(Reason::Malformed, None, message.into())
}

/// A line without a field that each must have.
pub(super) fn no_time(column: &str) -> Rejection {
    let message = format!("{column} is missing: every line needs its time");
    rejection(Reason::InvalidTimestamp, Some(column), message)
}

fn rejection(reason: Reason, field: Option<&str>, message: String) -> Rejection {
    Rejection {
        reason,
        field: field.map(str::to_owned),
        message,
    }
}

#[cfg(test)]
mod tests {
    use super::timestamp;

    #[test]
    fn times_are_rfc_3339_or_epoch_seconds() {
        let read = |text| timestamp("at", text).ok();
        assert_eq!(read("2013-01-01T10:15:00Z"), Some(1_357_035_300));
        assert_eq!(read("2013-01-01T11:15:00+01:00"), Some(1_357_035_300));
        assert_eq!(read("1357035300"), Some(1_357_035_300));
        for odd in [
            "",
            "yesterday",
            "1357035300.5",
            "9223372036854775807",
            "2013-01-01",
        ] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }
}
