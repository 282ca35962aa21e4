//! Flights that really were, as if they were of today: the weeks of a file, over and over, each on its own weekday.

use std::collections::BTreeSet;
use std::io::BufRead;

use anyhow::{Context as _, bail, ensure};
use chrono::DateTime;
use metrics_runtime::TimeSeriesMetric;

use super::QUARTER;
use crate::metrics::flight_departures::FlightDepartures;

const WEEK: i64 = 7 * 86_400;

/// The column of the time.
const TIME: &str = "scheduled_at";

/// The airlines of the data that comes with the tests, as they were called then.
const AIRLINES: &[(&str, &str)] = &[
    ("9E", "Endeavor Air"),
    ("AA", "American Airlines"),
    ("AS", "Alaska Airlines"),
    ("B6", "JetBlue Airways"),
    ("DL", "Delta Air Lines"),
    ("EV", "ExpressJet Airlines"),
    ("F9", "Frontier Airlines"),
    ("FL", "AirTran Airways"),
    ("HA", "Hawaiian Airlines"),
    ("MQ", "Envoy Air"),
    ("OO", "SkyWest Airlines"),
    ("UA", "United Air Lines"),
    ("US", "US Airways"),
    ("VX", "Virgin America"),
    ("WN", "Southwest Airlines"),
    ("YV", "Mesa Airlines"),
];

/// The flights of a file, by time.
#[derive(Debug)]
pub struct Timetable {
    flights: Vec<Flight>,
    /// The start of the day of the first flight, in epoch seconds.
    start: i64,
}

/// A flight: the values are those of the metric, in the order of its fields.
#[derive(Debug)]
pub(super) struct Flight {
    at: i64,
    pub(super) dimensions: Vec<&'static str>,
    pub(super) measures: Vec<u64>,
}

impl Timetable {
    /// Reads lines with commas between their values, and the names of the columns on the first of them.
    ///
    /// # Errors
    ///
    /// When a line cannot be read, or a column is missing.
    pub fn read(reader: impl BufRead) -> anyhow::Result<Self> {
        let mut lines = reader.lines();
        let head = lines.next().context("it is empty")??;
        let columns = Columns::of(&head)?;
        let mut words = Words::default();
        let mut flights = Vec::new();
        for (number, line) in (2..).zip(lines) {
            let flight = columns.flight(&line?, &mut words);
            flights.push(flight.with_context(|| format!("line {number} cannot be read"))?);
        }
        flights.sort_by_key(|flight| flight.at);
        let [first, .., last] = &flights[..] else {
            bail!("it has no flights");
        };
        ensure!(last.at - first.at >= WEEK, "it must have a week at least");
        let start = first.at.div_euclid(86_400) * 86_400;
        Ok(Self { flights, start })
    }

    /// The codes of the airlines, those with the most flights first.
    #[must_use]
    pub fn airlines(&self) -> Vec<&'static str> {
        let index = dimension("carrier");
        let codes = self.flights.iter().map(|flight| flight.dimensions[index]);
        let mut codes: Vec<_> = codes.collect::<BTreeSet<_>>().into_iter().collect();
        codes.sort_by_cached_key(|code| {
            let flights = self.flights.iter();
            std::cmp::Reverse(
                flights
                    .filter(|flight| flight.dimensions[index] == *code)
                    .count(),
            )
        });
        codes
    }

    /// What leaves in the quarter of an hour that starts at `start`, and how many seconds after that.
    pub(super) fn departures(&self, start: i64) -> impl Iterator<Item = (i64, &Flight)> {
        let then = self.then(start);
        let first = self.flights.partition_point(|flight| flight.at < then);
        let flights = self.flights[first..].iter();
        let within = flights.take_while(move |flight| flight.at < then + QUARTER);
        within.map(move |flight| (flight.at - then, flight))
    }

    /// The moment of the file that stands for a moment now: whole weeks lie in between.
    fn then(&self, now: i64) -> i64 {
        let last = self.flights.last().map_or(self.start, |flight| flight.at);
        let length = ((last - self.start) / WEEK).max(1) * WEEK;
        self.start + (now - self.start).rem_euclid(length)
    }
}

/// What an airline is called, as far as that is known.
#[must_use]
pub fn airline_name(code: &str) -> &str {
    let known = AIRLINES.iter().find(|(known, _)| *known == code);
    known.map_or(code, |(_, name)| name)
}

fn dimension(name: &str) -> usize {
    let mut dimensions = FlightDepartures::SCHEMA.dimensions.iter();
    dimensions
        .position(|dimension| dimension.name == name)
        .unwrap_or(0)
}

/// Where in a line the values stand.
struct Columns {
    time: usize,
    dimensions: Vec<usize>,
    measures: Vec<usize>,
}

impl Columns {
    fn of(head: &str) -> anyhow::Result<Self> {
        let place = |name: &str| {
            let place = head.trim_end().split(',').position(|column| column == name);
            place.with_context(|| format!("it has no column {name}"))
        };
        let schema = FlightDepartures::SCHEMA;
        let dimensions = schema.dimensions.iter().map(|dimension| dimension.name);
        let measures = schema.measures.iter().map(|measure| measure.name);
        Ok(Self {
            time: place(TIME)?,
            dimensions: dimensions.map(place).collect::<Result<_, _>>()?,
            measures: measures.map(place).collect::<Result<_, _>>()?,
        })
    }

    fn flight(&self, line: &str, words: &mut Words) -> anyhow::Result<Flight> {
        let values: Vec<_> = line.trim_end().split(',').collect();
        let value = |place: &usize| values.get(*place).copied().context("a value is missing");
        let dimensions = self
            .dimensions
            .iter()
            .map(|place| Ok(words.keep(value(place)?)));
        let dimensions = dimensions.collect::<anyhow::Result<_>>()?;
        let measures = self.measures.iter().map(|place| Ok(value(place)?.parse()?));
        Ok(Flight {
            at: DateTime::parse_from_rfc3339(value(&self.time)?)?.timestamp(),
            dimensions,
            measures: measures.collect::<anyhow::Result<_>>()?,
        })
    }
}

/// The few words that flights are told apart by. They live for as long as the process does.
#[derive(Default)]
struct Words(BTreeSet<&'static str>);

impl Words {
    fn keep(&mut self, word: &str) -> &'static str {
        if let Some(known) = self.0.get(word) {
            return known;
        }
        let kept: &'static str = word.to_owned().leak();
        self.0.insert(kept);
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::{QUARTER, Timetable, WEEK};

    const FILE: &str = "scheduled_at,carrier,origin,dest,departures,cancellations,delayed,delay_minutes,miles\n\
                        2013-01-01T10:15:00Z,UA,EWR,IAH,1,0,0,2,1400\n\
                        2013-01-01T10:29:00Z,UA,LGA,IAH,1,0,0,4,1416\n\
                        2013-01-09T10:40:00Z,AA,JFK,MIA,1,0,0,2,1089\n";

    #[test]
    fn a_flight_leaves_again_every_week_of_the_file_at_its_minute() {
        let timetable = Timetable::read(FILE.as_bytes()).unwrap();
        assert_eq!(timetable.airlines(), ["UA", "AA"]);
        let quarter = 1_357_035_300;
        for weeks in [0, 1, 700] {
            let start = quarter + weeks * WEEK;
            let leaving = timetable.departures(start).map(|(offset, _)| offset);
            assert_eq!(leaving.collect::<Vec<_>>(), [0, 14 * 60]);
            assert_eq!(timetable.departures(start + QUARTER).count(), 0);
        }
    }

    #[test]
    fn a_file_that_is_something_else_is_told_by_what_it_lacks() {
        let error = |text: &str| format!("{:#}", Timetable::read(text.as_bytes()).unwrap_err());
        assert_eq!(error(""), "it is empty");
        assert_eq!(error("a,b\n1,2\n"), "it has no column scheduled_at");
        assert!(error(&FILE.replace("1400", "far")).starts_with("line 2 cannot be read"));
    }
}
