//! The keys that teams have for the satellites that they work through: each is renewed every morning.

use super::world::{Satellite, Work, person_of};

const DAY: i64 = 86_400;
const HOUR: i64 = 3_600;

/// How far back there are keys, in seconds.
pub(super) const MONTH: i64 = 30 * DAY;

/// When, in seconds after midnight where the satellite is.
const MORNING: i64 = 8 * HOUR;

/// How much later the next team renews its own.
const NEXT_TURN: i64 = 40 * 60;

/// How much later the old key ends.
const OVERLAP: i64 = 2 * HOUR;

/// A key of a team, and when it was given.
#[derive(Debug)]
pub(super) struct TeamKey {
    pub(super) team: &'static str,
    pub(super) satellite: &'static str,
    pub(super) key: String,
    pub(super) given: i64,
}

impl TeamKey {
    /// When its successor has taken over.
    pub(super) fn ends(&self) -> i64 {
        self.given + DAY + OVERLAP
    }
}

/// The keys that were given at some time of the month before `now`.
pub(super) fn team_keys(satellites: &[Satellite], now: i64) -> Vec<TeamKey> {
    satellites
        .iter()
        .flat_map(|satellite| keys_of(satellite, now))
        .collect()
}

fn keys_of(satellite: &Satellite, now: i64) -> Vec<TeamKey> {
    let turns = (0..).zip(teams(satellite));
    let keys = turns.flat_map(|(turn, team)| {
        let offset = MORNING - satellite.zone * HOUR + turn * NEXT_TURN;
        let days = (now - MONTH - offset).div_euclid(DAY) + 1..=(now - offset).div_euclid(DAY);
        days.map(move |day| key((satellite.id, team), day, day * DAY + offset))
    });
    keys.collect()
}

fn key((satellite, team): (&'static str, &'static str), day: i64, given: i64) -> TeamKey {
    let name = format!("{team}{satellite}{day}").replace('-', "");
    TeamKey {
        team,
        satellite,
        key: format!("sk_{name}_everybodyknowsthiskey"),
        given,
    }
}

/// The teams that work through a satellite, each once.
fn teams(satellite: &Satellite) -> Vec<&'static str> {
    let mut teams: Vec<&str> = match satellite.work {
        Work::People(ids) => {
            let people = ids.iter().filter_map(|id| person_of(id));
            people
                .flat_map(|person| person.teams)
                .map(|(team, _)| *team)
                .collect()
        }
        Work::Airlines(teams) => teams.to_vec(),
        Work::Timetable(_) => Vec::new(),
    };
    teams.sort_unstable();
    teams.dedup();
    teams
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::world::{SATELLITES, TEAMS};
    use super::{DAY, MONTH, team_keys};
    use crate::credentials::SatelliteKey;

    /// A Monday, 12:00 UTC.
    const NOON: i64 = 1_767_571_200 + DAY / 2;

    #[test]
    fn every_team_has_keys_and_each_is_another_one() {
        let keys = team_keys(SATELLITES, NOON);
        let teams: BTreeSet<_> = keys.iter().map(|key| key.team).collect();
        assert_eq!(teams, TEAMS.iter().map(|team| team.id).collect());
        let parsed = keys.iter().map(|key| SatelliteKey::parse(&key.key));
        let ids: BTreeSet<_> = parsed.map(|key| key.unwrap().id().to_owned()).collect();
        assert_eq!(ids.len(), keys.len());
    }

    #[test]
    fn every_team_has_a_new_key_each_day_and_none_from_the_future() {
        let keys = team_keys(SATELLITES, NOON);
        for (day, team) in (0..29).flat_map(|day| TEAMS.iter().map(move |team| (day, team))) {
            let end = NOON - day * DAY;
            let mut of_team = keys.iter().filter(|key| key.team == team.id);
            assert!(of_team.any(|key| (end - DAY..end).contains(&key.given)));
        }
        assert!(
            keys.iter()
                .all(|key| (NOON - MONTH..=NOON).contains(&key.given))
        );
    }

    #[test]
    fn a_later_start_gives_those_that_have_been_due_since() {
        let ids = |now| -> BTreeSet<_> {
            let keys = team_keys(SATELLITES, now).into_iter();
            keys.filter(|key| key.given > NOON - 20 * DAY)
                .map(|key| key.key)
                .collect()
        };
        assert!(ids(NOON + 3 * DAY).is_superset(&ids(NOON)));
    }
}
