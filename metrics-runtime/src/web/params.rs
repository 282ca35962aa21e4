//! Query parameters, each taken by name; what is left over is an error that names it.

use chrono::{DateTime, Datelike, Utc};

use super::error::ApiError;
use crate::error::InvalidQuery;
use crate::interval::Interval;
use crate::query::{DEFAULT_TOP, MAX_TOP};
use crate::schema::MetricSchema;
use crate::time_range::TimeRange;
use crate::zone::Zone;

const SHARED: [&str; 9] = [
    "time_range",
    "start",
    "end",
    "interval",
    "tz",
    "group_by",
    "top",
    "compare",
    "completeness",
];

/// The range that is asked for, as of any moment.
#[derive(Debug, Clone)]
pub(super) enum Window {
    /// As long as this, up to now.
    Last(String),
    /// From a moment up to now.
    Since(DateTime<Utc>),
    /// Always the same.
    Between(TimeRange),
}

impl Window {
    pub(super) fn at(&self, now: DateTime<Utc>) -> Result<TimeRange, InvalidQuery> {
        match self {
            Self::Last(length) => TimeRange::last(length, now),
            Self::Since(start) => TimeRange::new(*start, now),
            Self::Between(range) => Ok(*range),
        }
    }
}

/// The parameters of a query string, in their order.
pub(super) struct Params {
    given: Vec<(String, String)>,
    /// The first one that is not text: it has been read as something else than was asked.
    unreadable: Option<String>,
}

impl Params {
    pub(super) fn parse(query: &str) -> Self {
        let given: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        let replaced = |text: &String| text.contains(char::REPLACEMENT_CHARACTER);
        let unreadable = given
            .iter()
            .filter(|_| !is_text(query))
            .find(|(name, value)| replaced(name) || replaced(value))
            .map(|(name, _)| name.clone());
        Self { given, unreadable }
    }

    /// What is given, whatever the order.
    pub(super) fn sorted(&self) -> Vec<(String, String)> {
        let mut given = self.given.clone();
        given.sort_unstable();
        given
    }

    /// Refuses what is not text.
    pub(super) fn check_text(&self) -> Result<(), ApiError> {
        self.unreadable.as_ref().map_or(Ok(()), |name| {
            let shown: String = name.chars().take(64).collect();
            let message = format!("{shown} is not UTF-8 once it is percent-decoded");
            Err(ApiError::invalid(shown, message))
        })
    }

    /// Takes all values of a parameter.
    pub(super) fn all(&mut self, name: &str) -> Vec<String> {
        let (taken, rest) = std::mem::take(&mut self.given)
            .into_iter()
            .partition(|(key, _)| key == name);
        self.given = rest;
        let taken: Vec<(String, String)> = taken;
        taken.into_iter().map(|(_, value)| value).collect()
    }

    /// Takes the value of a parameter that is given once at most.
    fn one(&mut self, name: &str) -> Result<Option<String>, ApiError> {
        let mut values = self.all(name);
        match values.len() {
            0 | 1 => Ok(values.pop()),
            count => Err(ApiError::invalid(
                name,
                format!("{name} is given {count} times: give it once"),
            )),
        }
    }

    /// Takes `time_range`, or `start` and `end`.
    pub(super) fn window(&mut self) -> Result<Window, ApiError> {
        let (length, start, end) = (
            self.one("time_range")?,
            self.one("start")?,
            self.one("end")?,
        );
        match (length, start, end) {
            (Some(_), Some(_), _) | (Some(_), _, Some(_)) => Err(ApiError::invalid(
                "time_range",
                "give either time_range, or start and end",
            )),
            (length, None, None) => Ok(Window::Last(length.unwrap_or_else(|| "24h".to_owned()))),
            (None, None, Some(_)) => Err(ApiError::invalid(
                "start",
                "start is missing: end says where the range ends only",
            )),
            (None, Some(start), None) => Ok(Window::Since(moment("start", &start)?)),
            (None, Some(start), Some(end)) => {
                // What is wrong with the end is said first: the start was given with it in mind.
                let end = moment("end", &end)?;
                let range = TimeRange::new(moment("start", &start)?, end)?;
                Ok(Window::Between(range))
            }
        }
    }

    /// Takes `interval`; an hour if there is none.
    pub(super) fn interval(&mut self) -> Result<Interval, ApiError> {
        let Some(text) = self.one("interval")? else {
            return Ok(Interval::HOUR);
        };
        text.parse().map_err(|error: crate::InvalidInterval| {
            ApiError::invalid("interval", error.to_string())
        })
    }

    /// Takes `tz`.
    pub(super) fn zone(&mut self) -> Result<Option<Zone>, ApiError> {
        let zone = self.one("tz")?.map(|text| text.parse()).transpose();
        Ok(zone?)
    }

    /// Takes `group_by` and `top`.
    pub(super) fn grouping(&mut self) -> Result<Option<(String, u32)>, ApiError> {
        let (dimension, top) = (self.one("group_by")?, self.one("top")?);
        let Some(dimension) = dimension else {
            return match top {
                Some(_) => Err(ApiError::invalid(
                    "top",
                    "top says how many groups there are: say with group_by what they are",
                )),
                None => Ok(None),
            };
        };
        let Some(text) = top else {
            return Ok(Some((dimension, DEFAULT_TOP)));
        };
        let top = text.parse().ok().filter(|top| (1..=MAX_TOP).contains(top));
        let top = top.ok_or_else(|| {
            let shown: String = text.chars().take(64).collect();
            ApiError::invalid(
                "top",
                format!("top \"{shown}\" is not a number from 1 to {MAX_TOP}"),
            )
        })?;
        Ok(Some((dimension, top)))
    }

    /// Takes `compare`: whether the range before is asked for, too.
    pub(super) fn compares_previous(&mut self) -> Result<bool, ApiError> {
        match self.one("compare")?.as_deref() {
            None => Ok(false),
            Some("previous") => Ok(true),
            Some(_) => Err(ApiError::invalid(
                "compare",
                "a series can be compared with the range before it only: compare=previous",
            )),
        }
    }

    /// Takes `completeness`: whether to say which buckets are final.
    pub(super) fn tells_completeness(&mut self) -> Result<bool, ApiError> {
        match self.one("completeness")?.as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(ApiError::invalid(
                "completeness",
                "completeness is true or false: whether to say which buckets are final",
            )),
        }
    }

    /// Refuses what nobody has taken of a question about a metric.
    pub(super) fn finish_for(self, schema: &MetricSchema, fixed: &[&str]) -> Result<(), ApiError> {
        if let Some((name, _)) = self.given.first()
            && fixed.contains(&name.as_str())
        {
            return Err(ApiError::invalid(
                name,
                format!("{name} follows from the route and cannot be asked for"),
            ));
        }
        let dimensions = schema.dimensions.iter().map(|dimension| dimension.name);
        let free = dimensions.filter(|name| !fixed.contains(name));
        self.finish(&SHARED.into_iter().chain(free).collect::<Vec<_>>())
    }

    /// Refuses what nobody has taken; `known` is what there is to take.
    pub(super) fn finish(self, known: &[&str]) -> Result<(), ApiError> {
        let Some((name, _)) = self.given.into_iter().next() else {
            return Ok(());
        };
        let shown: String = name.chars().take(64).collect();
        Err(ApiError::invalid(
            &shown,
            format!(
                "unknown parameter \"{shown}\": there are {}",
                known.join(", ")
            ),
        ))
    }
}

/// Whether a query string is UTF-8 once it is percent-decoded.
fn is_text(query: &str) -> bool {
    let mut decoded = Vec::with_capacity(query.len());
    let mut rest = query.as_bytes();
    while let [byte, after @ ..] = rest {
        let digits = after.get(..2).filter(|_| *byte == b'%');
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(escaped) => {
                decoded.push(escaped);
                rest = &after[2..];
            }
            None => {
                decoded.push(*byte);
                rest = after;
            }
        }
    }
    std::str::from_utf8(&decoded).is_ok()
}

fn moment(name: &'static str, text: &str) -> Result<DateTime<Utc>, ApiError> {
    // A plus sign that was not percent-encoded arrives as a space; no RFC 3339 text has a space of its own there.
    let repaired = text.replace(' ', "+");
    DateTime::parse_from_rfc3339(&repaired)
        .map(|moment| moment.with_timezone(&Utc))
        .ok()
        // An offset can lead out of the years that RFC 3339 writes.
        .filter(|moment| (0..=9_999).contains(&moment.year()))
        .ok_or_else(|| {
            let shown: String = text.chars().take(64).collect();
            ApiError::invalid(
                name,
                format!("{name} \"{shown}\" is not RFC 3339, such as 2026-01-10T09:00:00Z"),
            )
        })
}
