//! Durations such as `"15m"` and `"2y"`, in seconds.

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// The longest retention. Beyond it, seconds since the epoch would leave the range in which dates can be written.
const LONGEST: i64 = 1000 * 365 * DAY;

/// The units of a retention. A year is 365 days: it says how long something is kept, not when.
const RETENTION_UNITS: &[(char, i64)] = &[
    ('m', MINUTE),
    ('h', HOUR),
    ('d', DAY),
    ('w', 7 * DAY),
    ('y', 365 * DAY),
];

const INTERVAL_UNITS: &[(char, i64)] = &[('m', MINUTE), ('h', HOUR), ('d', DAY)];

/// How long buckets are kept, in seconds.
pub(crate) fn retention(text: &str) -> Result<i64, String> {
    match parse(text, RETENTION_UNITS) {
        Some(seconds) if seconds > LONGEST => Err(format!(
            "{text:?} is longer than 1000 years: use at most \"1000y\""
        )),
        Some(seconds) if seconds > 0 => Ok(seconds),
        _ => Err(format!(
            "expected a duration such as \"90d\", found {text:?}: use a number and one of m, h, d, w, y"
        )),
    }
}

/// The width of a bucket, in seconds.
///
/// It divides a day, so that every day starts with a bucket.
pub(crate) fn interval(text: &str) -> Result<i64, String> {
    match parse(text, INTERVAL_UNITS) {
        Some(seconds) if seconds > 0 && DAY % seconds == 0 => Ok(seconds),
        Some(seconds) if seconds > 0 => Err(format!(
            "{text:?} does not divide a day: use 1m, 5m, 10m, 15m, 30m, 1h, 2h, 3h, 4h, 6h, 8h, 12h or 1d"
        )),
        _ => Err(format!(
            "expected an interval such as \"15m\", found {text:?}: use a number and one of m, h, d"
        )),
    }
}

/// The shortest way to write `seconds`, which are whole minutes.
pub(crate) fn display(seconds: i64) -> String {
    match seconds {
        _ if seconds % DAY == 0 => format!("{}d", seconds / DAY),
        _ if seconds % HOUR == 0 => format!("{}h", seconds / HOUR),
        _ => format!("{}m", seconds / MINUTE),
    }
}

/// The default retention, for the intervals that the declaration does not name.
pub(crate) const DEFAULT_RETENTION: i64 = 30 * DAY;

/// The default intervals: a quarter of an hour, and an hour.
pub(crate) const DEFAULT_INTERVALS: [i64; 2] = [15 * MINUTE, HOUR];

/// A number beyond 64 bits saturates: it is too long either way, and the messages above say so.
fn parse(text: &str, units: &[(char, i64)]) -> Option<i64> {
    let unit = text.chars().next_back()?;
    let (_, seconds) = units.iter().find(|(symbol, _)| *symbol == unit)?;
    let digits = &text[..text.len() - unit.len_utf8()];
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = digits.parse().unwrap_or(i64::MAX);
    Some(number.saturating_mul(*seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_retention_is_a_number_and_a_unit() {
        assert_eq!(retention("90m"), Ok(90 * 60));
        assert_eq!(retention("36h"), Ok(36 * 3600));
        assert_eq!(retention("30d"), Ok(30 * 86_400));
        assert_eq!(retention("2w"), Ok(14 * 86_400));
        assert_eq!(retention("2y"), Ok(730 * 86_400));
    }

    #[test]
    fn anything_else_is_no_retention() {
        for text in [
            "", "d", "30", "30 d", "-1d", "+1d", "1.5d", "30s", "0d", "3é",
        ] {
            let message = retention(text).expect_err(text);
            assert!(message.contains("such as \"90d\""), "{message}");
        }
    }

    #[test]
    fn a_retention_beyond_all_dates_is_refused() {
        assert!(retention("1000y").is_ok());
        for text in ["1001y", "99999999999999999999999d"] {
            let message = retention(text).expect_err(text);
            assert!(message.contains("1000y"), "{message}");
        }
    }

    #[test]
    fn an_interval_divides_a_day() {
        assert_eq!(interval("15m"), Ok(900));
        assert_eq!(interval("60m"), Ok(3600));
        assert_eq!(interval("1d"), Ok(86_400));
        for text in ["7m", "5h", "2d", "99999999999999999999999m"] {
            let message = interval(text).expect_err(text);
            assert!(message.contains("does not divide a day"), "{message}");
        }
        for text in ["", "m", "0m", "1w", "900s", "quarter"] {
            let message = interval(text).expect_err(text);
            assert!(message.contains("such as \"15m\""), "{message}");
        }
    }

    #[test]
    fn seconds_are_displayed_in_the_largest_unit_that_fits() {
        assert_eq!(display(900), "15m");
        assert_eq!(display(7200), "2h");
        assert_eq!(display(5400), "90m");
        assert_eq!(display(86_400), "1d");
    }
}
