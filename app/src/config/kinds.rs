//! The kinds of values that settings have. A kind reads text, says what is valid, and shows itself without secrets.

use std::fmt::{self, Display};
use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use tracing_subscriber::filter::{LevelFilter, Targets};

use crate::malformed;

/// A kind of value.
pub trait Setting: Sized + Display {
    /// Reads a value.
    ///
    /// # Errors
    ///
    /// What is wrong and what is valid, as the rest of a sentence that begins with the setting and its source.
    fn read(text: &str) -> Result<Self, String>;
}

impl Setting for SocketAddr {
    fn read(text: &str) -> Result<Self, String> {
        text.parse()
            .map_err(|_| is_not(text, "an IP address and a port, such as 127.0.0.1:8080"))
    }
}

impl Setting for bool {
    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| is_not(text, "true or false"))
    }
}

/// A whole number in a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number<const MIN: usize, const MAX: usize>(usize);

impl<const MIN: usize, const MAX: usize> Number<MIN, MAX> {
    /// The number.
    #[must_use]
    pub fn get(self) -> usize {
        self.0
    }
}

impl<const MIN: usize, const MAX: usize> Setting for Number<MIN, MAX> {
    fn read(text: &str) -> Result<Self, String> {
        let number = text
            .parse()
            .ok()
            .filter(|number| (MIN..=MAX).contains(number));
        number
            .map(Self)
            .ok_or_else(|| is_not(text, &format!("a whole number from {MIN} to {MAX}")))
    }
}

impl<const MIN: usize, const MAX: usize> Display for Number<MIN, MAX> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// The number of CPUs this process may use.
#[must_use]
pub fn available_cpus() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The units of a span of time, longest first.
const UNITS: [(&str, i64); 5] = [
    ("w", 604_800),
    ("d", 86_400),
    ("h", 3_600),
    ("m", 60),
    ("s", 1),
];

/// A span of time of at least `MIN` seconds: `600`, `10m`, `12h` or `7d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seconds<const MIN: i64>(i64);

impl<const MIN: i64> Seconds<MIN> {
    /// A thousand years: sums with timestamps stay far from overflowing.
    const MAX: i64 = 1000 * 366 * 86_400;

    /// The number of seconds.
    #[must_use]
    pub fn get(self) -> i64 {
        self.0
    }

    /// The same, as the standard library has it.
    #[must_use]
    pub fn duration(self) -> Duration {
        Duration::from_secs(self.0.unsigned_abs())
    }
}

impl<const MIN: i64> Setting for Seconds<MIN> {
    fn read(text: &str) -> Result<Self, String> {
        let valid = |seconds: &i64| (MIN..=Self::MAX).contains(seconds);
        seconds_in(text).filter(valid).map(Self).ok_or_else(|| {
            let expected =
                format!("a span of time from {MIN} seconds on, such as 600, 10m, 12h or 7d");
            is_not(text, &expected)
        })
    }
}

impl<const MIN: i64> Display for Seconds<MIN> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Days at most: nobody counts fifty-two weeks.
        let fits =
            |(name, unit): &&(&str, i64)| *name != "w" && self.0 % unit == 0 && self.0 >= *unit;
        let (name, unit) = UNITS.iter().find(fits).unwrap_or(&("s", 1));
        write!(formatter, "{}{name}", self.0 / unit)
    }
}

fn seconds_in(text: &str) -> Option<i64> {
    let with_unit = |(name, unit)| Some((text.strip_suffix(name)?, unit));
    let (digits, unit) = UNITS.into_iter().find_map(with_unit).unwrap_or((text, 1));
    // `parse` alone would take "+5" too.
    let digits_only = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits
        .parse::<i64>()
        .ok()
        .filter(|_| digits_only)?
        .checked_mul(unit)
}

/// A text that is not shown to anybody.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text, unless it is empty.
    #[must_use]
    pub fn get(&self) -> Option<&str> {
        Some(self.0.as_str()).filter(|text| !text.is_empty())
    }
}

impl Setting for Secret {
    fn read(text: &str) -> Result<Self, String> {
        Ok(Self(text.trim().to_owned()))
    }
}

impl Display for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.get().map_or("", |_| "(not shown)"))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        Display::fmt(self, formatter)
    }
}

/// How much SQLite waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Synchronous {
    /// What was committed survives a power cut.
    Full,
    /// What was committed survives a crash of the process; a power cut may take the last transactions.
    Normal,
}

impl Setting for Synchronous {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "full" => Ok(Self::Full),
            "normal" => Ok(Self::Normal),
            _ => Err(is_not(text, "full or normal")),
        }
    }
}

impl Display for Synchronous {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Full => "full",
            Self::Normal => "normal",
        })
    }
}

/// What is logged.
#[derive(Debug, Clone, PartialEq)]
pub struct LogFilter {
    text: String,
    targets: Targets,
}

impl LogFilter {
    /// The filter as `tracing` takes it. What is only counted otherwise is logged for whoever asks for it by name.
    #[must_use]
    pub fn targets(&self) -> Targets {
        let targets = self.targets.clone();
        match self.text.contains(malformed::TARGET) {
            true => targets,
            false => targets.with_target(malformed::TARGET, LevelFilter::OFF),
        }
    }
}

impl Setting for LogFilter {
    fn read(text: &str) -> Result<Self, String> {
        // `Targets` takes a level that is misspelled for the name of a target.
        let is_level =
            |part: &str| !part.trim().is_empty() && LevelFilter::from_str(part.trim()).is_ok();
        let sound = text
            .split(',')
            .all(|part| is_level(part.rsplit_once('=').map_or(part, |(_, level)| level)));
        let targets = text.parse().ok().filter(|_| sound);
        targets
            .map(|targets| Self { text: text.to_owned(), targets })
            .ok_or_else(|| {
                is_not(text, "a level (off, error, warn, info, debug, trace) or a list such as info,app=debug")
            })
    }
}

impl Display for LogFilter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// How it is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// A JSON document a line, for what gathers logs.
    Json,
}

impl Setting for LogFormat {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(is_not(text, "text or json")),
        }
    }
}

impl Display for LogFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Text => "text",
            Self::Json => "json",
        })
    }
}

fn is_not(text: &str, expected: &str) -> String {
    format!("{text:?} is not {expected}")
}

#[cfg(test)]
mod tests {
    use super::{LogFilter, Seconds, Setting};

    #[test]
    fn spans_of_time_have_units_or_are_seconds() {
        let seconds = |text| Seconds::<0>::read(text).map(Seconds::get).ok();
        assert_eq!(seconds("600"), Some(600));
        assert_eq!(seconds("10m"), Some(600));
        assert_eq!(seconds("12h"), Some(43_200));
        assert_eq!(seconds("7d"), Some(604_800));
        for odd in ["", "d", "-1", "+1", "1.5h", "1y", "9223372036854775807w"] {
            assert_eq!(seconds(odd), None, "{odd:?}");
        }
    }

    #[test]
    fn spans_of_time_are_shown_in_days_or_the_longest_unit_below() {
        let shown = |text| Seconds::<0>::read(text).unwrap().to_string();
        assert_eq!(shown("86400"), "1d");
        assert_eq!(shown("1w"), "7d");
        assert_eq!(shown("90m"), "90m");
        assert_eq!(shown("0"), "0s");
    }

    #[test]
    fn a_span_below_the_least_one_is_refused() {
        assert!(Seconds::<60>::read("59s").is_err());
    }

    #[test]
    fn a_misspelled_level_is_refused() {
        for sound in ["info", "warn,app=debug", "off"] {
            assert!(LogFilter::read(sound).is_ok(), "{sound}");
        }
        for odd in ["inof", "info,app=lots", "", ","] {
            assert!(LogFilter::read(odd).is_err(), "{odd:?}");
        }
    }
}
