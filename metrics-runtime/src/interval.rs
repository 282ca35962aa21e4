//! The width of a bucket, and the arithmetic of bucket starts.

use std::fmt;
use std::str::FromStr;

const MINUTE: u32 = 60;
const HOUR: u32 = 60 * MINUTE;
const DAY: u32 = 24 * HOUR;
const WEEK: u32 = 7 * DAY;

/// The longest that can be asked for.
const LONGEST: u32 = 366 * DAY;

/// A Monday, 1970-01-05: days, weeks and all other widths are counted from its start, so that weeks begin on Mondays.
const MONDAY: i64 = 4 * 86_400;

/// The width of a bucket: whole minutes that divide a day, so that every day starts with a bucket, or whole days.
///
/// Stored intervals divide a day. What is longer is asked for only, and summed from what is stored; weeks begin on
/// Mondays, and every other number of days is counted from Monday, 1970-01-05.
///
/// ```
/// use metrics_runtime::Interval;
///
/// let quarter: Interval = "15m".parse()?;
/// assert_eq!(quarter.seconds(), 900);
/// assert_eq!(quarter.floor(1_736_512_050), 1_736_511_300);
/// assert_eq!(quarter.to_string(), "15m");
/// assert!("7m".parse::<Interval>().is_err());
/// assert_eq!("1w".parse::<Interval>()?, "7d".parse::<Interval>()?);
/// # Ok::<(), metrics_runtime::InvalidInterval>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Interval(u32);

/// A text that is not an interval.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is not an interval: use a number of m or h that divides a day, such as 15m or 1h, or up to 366 days, such as 1d or 1w"
)]
pub struct InvalidInterval(pub String);

impl Interval {
    /// One minute.
    pub const MINUTE: Self = Self(MINUTE);
    /// One hour.
    pub const HOUR: Self = Self(HOUR);
    /// One day.
    pub const DAY: Self = Self(DAY);

    /// Widths that people ask for, the narrowest first.
    pub(crate) const USUAL: [Self; 17] = [
        Self::MINUTE,
        Self(5 * MINUTE),
        Self(10 * MINUTE),
        Self(15 * MINUTE),
        Self(30 * MINUTE),
        Self::HOUR,
        Self(2 * HOUR),
        Self(3 * HOUR),
        Self(4 * HOUR),
        Self(6 * HOUR),
        Self(8 * HOUR),
        Self(12 * HOUR),
        Self::DAY,
        Self(2 * DAY),
        Self(7 * DAY),
        Self(28 * DAY),
        Self(LONGEST),
    ];

    /// A stored interval of `seconds`.
    ///
    /// # Panics
    ///
    /// When `seconds` are not whole minutes, or do not divide a day; in a constant, the compiler says so.
    #[must_use]
    pub const fn from_seconds(seconds: u32) -> Self {
        assert!(
            seconds >= MINUTE && seconds.is_multiple_of(MINUTE) && DAY.is_multiple_of(seconds),
            "an interval is a number of whole minutes that divides a day"
        );
        Self(seconds)
    }

    /// The width in seconds.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0 as i64
    }

    /// The start of the bucket in which `timestamp` lies, both in epoch seconds.
    #[must_use]
    pub const fn floor(self, timestamp: i64) -> i64 {
        timestamp - (timestamp - MONDAY).rem_euclid(self.seconds())
    }

    /// The first bucket start at or after `timestamp`.
    #[must_use]
    pub const fn ceil(self, timestamp: i64) -> i64 {
        let floor = self.floor(timestamp);
        if floor == timestamp {
            floor
        } else {
            floor + self.seconds()
        }
    }

    /// Whether buckets of `self` are made of whole buckets of `finer`.
    #[must_use]
    pub const fn is_made_of(self, finer: Self) -> bool {
        self.0.is_multiple_of(finer.0)
    }

    /// How many days it is; `None` when it is shorter than one.
    pub(crate) fn days(self) -> Option<i64> {
        (self.0 >= DAY).then(|| i64::from(self.0 / DAY))
    }

    /// The widest stored interval whose buckets begin at all of these moments, if there is one.
    pub(crate) fn dividing(moments: impl Iterator<Item = i64>) -> Option<Self> {
        let common = moments.fold(i64::from(DAY), |common, moment| gcd(common, moment.abs()));
        let common = u32::try_from(common).ok()?;
        (common.is_multiple_of(MINUTE)).then_some(Self(common))
    }
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            seconds if seconds.is_multiple_of(WEEK) => write!(f, "{}w", seconds / WEEK),
            seconds if seconds.is_multiple_of(DAY) => write!(f, "{}d", seconds / DAY),
            seconds if seconds.is_multiple_of(HOUR) => write!(f, "{}h", seconds / HOUR),
            seconds => write!(f, "{}m", seconds / MINUTE),
        }
    }
}

impl FromStr for Interval {
    type Err = InvalidInterval;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidInterval(text.to_owned());
        let seconds = parse_duration(text, &[('m', MINUTE), ('h', HOUR), ('d', DAY), ('w', WEEK)])
            .ok_or_else(invalid)?;
        let seconds = u32::try_from(seconds).map_err(|_| invalid())?;
        let divides = seconds > 0 && DAY.is_multiple_of(seconds);
        let days = seconds.is_multiple_of(DAY) && (DAY..=LONGEST).contains(&seconds);
        if divides || days {
            Ok(Self(seconds))
        } else {
            Err(invalid())
        }
    }
}

/// A number and a unit, such as `90m`, in seconds; `None` when it reads otherwise or is beyond 64 bits.
pub(crate) fn parse_duration(text: &str, units: &[(char, u32)]) -> Option<i64> {
    let unit = text.chars().next_back()?;
    let seconds = units.iter().find(|(symbol, _)| *symbol == unit)?.1;
    let digits = &text[..text.len() - unit.len_utf8()];
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse::<i64>().ok()?.checked_mul(i64::from(seconds))
}
