//! Time zones, for days that begin at midnight where the reader is. They exist on read only.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, MappedLocalTime, NaiveDateTime, Offset, TimeZone};
use chrono_tz::Tz;

use crate::error::InvalidQuery;

const DAY: i64 = 86_400;

/// A time zone of the IANA database, such as `Europe/Berlin`.
///
/// ```
/// use metrics_runtime::Zone;
///
/// let zone: Zone = "Asia/Kathmandu".parse()?;
/// assert_eq!(zone.to_string(), "Asia/Kathmandu");
/// assert!("Mars/Olympus".parse::<Zone>().is_err());
/// # Ok::<(), metrics_runtime::InvalidQuery>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Zone(Tz);

impl Zone {
    /// The day whose start is the last one at or before a moment, both counted from the epoch: days on this zone's
    /// clocks, the moment in seconds.
    pub(crate) fn day_of(self, moment: i64) -> i64 {
        let day = self.local(moment).div_euclid(DAY);
        // Where clocks are set back across midnight, the day has begun already and the evening comes twice.
        if self.start_of(day + 1) <= moment {
            day + 1
        } else {
            day
        }
    }

    /// The first moment of a day, in epoch seconds. Where clocks skip midnight, that is the moment at which they
    /// do; where they show it twice, the first of the two.
    pub(crate) fn start_of(self, day: i64) -> i64 {
        let midnight = day.saturating_mul(DAY);
        let Some(shown) = naive(midnight) else {
            return midnight;
        };
        match self.0.offset_from_local_datetime(&shown) {
            MappedLocalTime::Single(offset) => midnight - seconds(&offset),
            MappedLocalTime::Ambiguous(one, other) => midnight - seconds(&one).max(seconds(&other)),
            MappedLocalTime::None => self.end_of_gap(midnight),
        }
    }

    /// The moment at which clocks skip what they would have shown as `local`: found by halving, since they show less
    /// before it and more after it.
    fn end_of_gap(self, local: i64) -> i64 {
        let (mut before, mut after) = (local - 2 * DAY, local + 2 * DAY);
        while after - before > 1 {
            let middle = before + (after - before) / 2;
            if self.local(middle) < local {
                before = middle;
            } else {
                after = middle;
            }
        }
        after
    }

    /// The moment at which clocks show what they would have shown `local` seconds after the epoch, if they had
    /// never been changed.
    pub(crate) fn moment_of(self, local: i64) -> i64 {
        let Some(shown) = naive(local) else {
            return local;
        };
        match self.0.offset_from_local_datetime(&shown) {
            MappedLocalTime::Single(offset) | MappedLocalTime::Ambiguous(offset, _) => {
                local - seconds(&offset)
            }
            MappedLocalTime::None => self.end_of_gap(local),
        }
    }

    /// What clocks show at a moment, as seconds since they showed the epoch.
    pub(crate) fn local(self, moment: i64) -> i64 {
        let offset = naive(moment).map(|utc| seconds(&self.0.offset_from_utc_datetime(&utc)));
        moment + offset.unwrap_or(0)
    }
}

fn seconds(offset: &impl Offset) -> i64 {
    i64::from(offset.fix().local_minus_utc())
}

fn naive(seconds: i64) -> Option<NaiveDateTime> {
    DateTime::from_timestamp(seconds, 0).map(|moment| moment.naive_utc())
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

impl FromStr for Zone {
    type Err = InvalidQuery;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self).map_err(|_| {
            let shown: String = text.chars().take(64).collect();
            let reason = format!(
                "\"{shown}\" is not a time zone: use a name of the IANA database, such as Europe/Berlin"
            );
            InvalidQuery::new("tz", reason)
        })
    }
}
