//! How far each satellite has come, as the database tells it: nothing else is kept, and nothing is counted twice.

use chrono::{DateTime, TimeDelta, Utc};
use metrics_runtime::{Interval, QueryError, Scope, Series, Store, TimeRange, TimeSeriesMetric};

use super::happenings::HEALTH_CHECK;
use super::world::{Satellite, Work};
use super::{QUARTER, TICK};
use crate::metrics::flight_departures::{FlightDepartures, FlightDeparturesFilter};
use crate::metrics::mcp_client_activity::{McpClientActivity, McpClientActivityFilter};
use crate::metrics::server_installations::{ServerInstall, ServerInstallFilter};

/// How much history there is, in seconds, of metrics that are kept for so long: a month.
const HISTORY: i64 = 30 * 86_400;

/// What is asked for ends so much before what is kept, so that nothing expires between question and answer.
const MARGIN: i64 = 3_600;

/// A satellite, and the first tick that it has not reported.
#[derive(Debug, Clone, Copy)]
pub struct Position {
    /// Which one.
    pub satellite: &'static Satellite,
    /// The start of the tick, in epoch seconds.
    pub next: i64,
}

/// How far satellites have come. One that has never reported is at the start of the history.
///
/// # Errors
///
/// When the database does not answer.
pub fn positions(
    satellites: &[&'static Satellite],
    store: &Store,
    now: DateTime<Utc>,
) -> Result<Vec<Position>, QueryError> {
    let position = |&satellite: &&'static Satellite| {
        let next = match after_health_checks(satellite, store, now)? {
            Some(next) => next,
            None => after_history(satellite, store, now)?,
        };
        Ok(Position { satellite, next })
    };
    satellites.iter().map(position).collect()
}

/// There is one health check a tick, committed together with whatever else happened in it: how many there are in the
/// last quarter of an hour says how many of its ticks have been reported.
fn after_health_checks(
    satellite: &Satellite,
    store: &Store,
    now: DateTime<Utc>,
) -> Result<Option<i64>, QueryError> {
    let filter = McpClientActivityFilter {
        satellite_id: vec![satellite.id.to_owned()],
        auth_identifier: vec![HEALTH_CHECK.to_owned()],
        ..McpClientActivityFilter::default()
    };
    let checks = McpClientActivity::query(Scope::everyone())
        .filter(filter)
        .range(back(McpClientActivity::SCHEMA.longest_retention(), now)?)
        .interval(Interval::from_seconds(900))
        .series(store)?;
    let last = last(&checks);
    Ok(last.map(|(start, checks)| start + (checks * TICK).min(QUARTER)))
}

/// When health checks are not kept any more: the hour after the last one that has anything in it.
fn after_history(
    satellite: &Satellite,
    store: &Store,
    now: DateTime<Utc>,
) -> Result<i64, QueryError> {
    let range = back(HISTORY, now)?;
    let series = match &satellite.work {
        Work::People(_) => ServerInstall::query(Scope::everyone())
            .filter(ServerInstallFilter {
                satellite_id: vec![satellite.id.to_owned()],
                ..ServerInstallFilter::default()
            })
            .range(range)
            .series(store)?,
        Work::Airlines(airlines) => departures(airlines, range, store)?,
        Work::Timetable(timetable) => departures(&timetable.airlines(), range, store)?,
    };
    let begin = (range.start().timestamp().div_euclid(QUARTER) + 1) * QUARTER;
    let after = last(&series).map(|(start, _)| start + Interval::HOUR.seconds());
    Ok(after.map_or(begin, |after| after.max(begin)))
}

fn departures(airlines: &[&str], range: TimeRange, store: &Store) -> Result<Series, QueryError> {
    FlightDepartures::query(Scope::everyone())
        .filter(FlightDeparturesFilter {
            carrier: airlines.iter().map(|id| (*id).to_owned()).collect(),
            ..FlightDeparturesFilter::default()
        })
        .range(range)
        .series(store)
}

/// The last bucket with anything in it: its start, and its first measure.
fn last(series: &Series) -> Option<(i64, i64)> {
    let filled = series
        .buckets()
        .filter(|(_, measures)| measures.iter().any(|value| *value != 0));
    filled.last().map(|(start, measures)| (start, measures[0]))
}

fn back(seconds: i64, now: DateTime<Utc>) -> Result<TimeRange, QueryError> {
    let start = now - TimeDelta::seconds(seconds - MARGIN);
    Ok(TimeRange::new(start, now)?)
}
