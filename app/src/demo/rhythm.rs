//! How busy a moment is: days, weeks, and what goes wrong.

use super::chance::Chance;
use super::world::{SATELLITES, Satellite};

const MINUTE: i64 = 60;
const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

/// For how long people try again and clean up after an incident.
const AFTERMATH: i64 = 2 * HOUR;

/// How busy people are, between 0 and a little more than 1.
pub(super) fn busyness(satellite: &Satellite, at: i64) -> f64 {
    let local = at + satellite.zone * HOUR;
    let bell = |middle: f64, width: f64| (-((hour_of(local) - middle) / width).powi(2)).exp();
    let day = 0.03 + bell(10.4, 2.0) + 0.85 * bell(15.2, 2.3);
    let week = match weekday(local) {
        5 => 0.16,
        6 => 0.10,
        _ => 1.0,
    };
    day * week * mood(satellite, local)
}

/// How many of an airport's flights leave, between 0 and 1: from six in the morning to eleven at night, on all days.
pub(super) fn departing(satellite: &Satellite, at: i64) -> f64 {
    let local = at + satellite.zone * HOUR;
    let day = match hour_of(local) {
        hour if (6.0..9.0).contains(&hour) => 1.0,
        hour if (9.0..15.0).contains(&hour) => 0.6,
        hour if (15.0..20.0).contains(&hour) => 0.9,
        hour if (20.0..23.0).contains(&hour) => 0.35,
        _ => 0.0,
    };
    let week = if weekday(local) == 5 { 0.75 } else { 1.0 };
    day * week
}

/// No two days are alike.
fn mood(satellite: &Satellite, local: i64) -> f64 {
    let mut chance = Chance::of(&[1, satellite.zone, local.div_euclid(DAY)]);
    0.82 + 0.36 * chance.share()
}

fn hour_of(local: i64) -> f64 {
    let minutes = local.rem_euclid(DAY) / MINUTE;
    f64::from(i32::try_from(minutes).unwrap_or(0)) / 60.0
}

/// 0 is Monday.
fn weekday(local: i64) -> i64 {
    (local.div_euclid(DAY) + 3).rem_euclid(7)
}

/// Something that goes wrong for an hour or two: at a satellite its registry does not answer, at an airport there is a
/// storm.
#[derive(Debug)]
pub struct Incident {
    /// Where.
    pub satellite: &'static Satellite,
    /// From when, in epoch seconds.
    pub start: i64,
    /// Until when.
    pub end: i64,
}

/// What a moment is to a satellite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition {
    Calm,
    Incident,
    Aftermath,
}

/// What a moment is to a satellite.
pub(super) fn condition(satellite: &Satellite, at: i64) -> Condition {
    let day = (at + satellite.zone * HOUR).div_euclid(DAY);
    match incident_of(day).filter(|incident| incident.satellite.id == satellite.id) {
        Some(incident) if (incident.start..incident.end).contains(&at) => Condition::Incident,
        Some(incident) if (incident.end..incident.end + AFTERMATH).contains(&at) => {
            Condition::Aftermath
        }
        _ => Condition::Calm,
    }
}

/// The incident of a day, of its satellite's zone: there is one on each working day, in turn.
fn incident_of(day: i64) -> Option<Incident> {
    if weekday(day * DAY) >= 5 {
        return None;
    }
    let turn = usize::try_from(day).ok()? % SATELLITES.len();
    let satellite = &SATELLITES[turn];
    let mut chance = Chance::of(&[2, day]);
    let local = day * DAY + chance.between(9 * 12, 15 * 12) * 5 * MINUTE;
    let start = local - satellite.zone * HOUR;
    let end = start + chance.between(15, 30) * 5 * MINUTE;
    Some(Incident {
        satellite,
        start,
        end,
    })
}

/// The last incident that was over by `now`, of those satellites that `is_meant` is true for.
#[must_use]
pub fn last_incident(now: i64, is_meant: impl Fn(&Satellite) -> bool) -> Option<Incident> {
    let today = now.div_euclid(DAY) + 1;
    let incidents = (today - 28..=today).rev().filter_map(incident_of);
    let mut over = incidents.filter(|incident| incident.end <= now);
    over.find(|incident| is_meant(incident.satellite))
}

#[cfg(test)]
mod tests {
    use super::{Condition, DAY, HOUR, SATELLITES, busyness, condition, last_incident};

    /// A Monday, 00:00 UTC.
    const MONDAY: i64 = 1_767_571_200;

    #[test]
    fn work_is_done_by_day_and_on_working_days() {
        for satellite in SATELLITES {
            let noon = |day: i64| MONDAY + day * DAY + (12 - satellite.zone) * HOUR;
            let night = noon(0) - 9 * HOUR;
            assert!(busyness(satellite, noon(0)) > 5.0 * busyness(satellite, night));
            assert!(busyness(satellite, noon(1)) > 2.0 * busyness(satellite, noon(5)));
        }
    }

    #[test]
    fn every_fortnight_has_an_incident_and_its_satellite_notices() {
        for fortnight in 0..26 {
            let now = MONDAY + fortnight * 14 * DAY;
            let incident = last_incident(now, |_| true).unwrap();
            assert!(now - incident.end < 7 * DAY);
            let at = |moment| condition(incident.satellite, moment);
            assert_eq!(at(incident.start - 1), Condition::Calm);
            assert_eq!(at(incident.start), Condition::Incident);
            assert_eq!(at(incident.end), Condition::Aftermath);
        }
    }
}
