//! Who there is: teams, people, and the satellites that they work through.

use super::timetable::Timetable;
use crate::values::{GlobalRole, TeamRole};

/// The password of everybody. It is in the sources, so that the demo only serves the machine that it runs on.
pub const PASSWORD: &str = "metrics-demo";

/// A team.
#[derive(Debug)]
pub(super) struct Team<'a> {
    /// The id, as it appears in metrics.
    pub(super) id: &'a str,
    /// What it is called.
    pub(super) name: &'a str,
}

/// Somebody who can sign in.
#[derive(Debug)]
pub(super) struct Person<'a> {
    /// The id, as it appears in metrics.
    pub(super) id: &'a str,
    /// The address to sign in with.
    pub(super) email: &'a str,
    /// What they may do everywhere.
    pub(super) role: GlobalRole,
    /// What they are in their teams.
    pub(super) teams: &'a [(&'a str, TeamRole)],
    /// How much they do, by the standards of the others.
    pub(super) pace: f64,
}

/// What reports.
#[derive(Debug)]
pub struct Satellite {
    /// The id, as it appears in metrics.
    pub id: &'static str,
    /// What it reports with.
    pub key: &'static str,
    /// Hours ahead of UTC.
    pub zone: i64,
    /// What goes on there.
    pub work: Work,
}

/// What goes on at a satellite.
#[derive(Debug)]
pub enum Work {
    /// These people install servers and make requests.
    People(&'static [&'static str]),
    /// These airlines depart.
    Airlines(&'static [&'static str]),
    /// What is in the timetable departs.
    Timetable(Timetable),
}

const fn team(id: &'static str, name: &'static str) -> Team<'static> {
    Team { id, name }
}

/// All teams. An airline is a team too: its members see its departures.
pub(super) const TEAMS: &[Team<'_>] = &[
    team("platform", "Platform"),
    team("atlas", "Atlas Research"),
    team("harbor", "Harbor Payments"),
    team("lumen", "Lumen Studio"),
    team("ZA", "Zephyr Air"),
    team("QK", "Quokka Airways"),
];

const fn person(
    id: &'static str,
    email: &'static str,
    teams: &'static [(&'static str, TeamRole)],
    pace: f64,
) -> Person<'static> {
    Person {
        id,
        email,
        role: GlobalRole::User,
        teams,
        pace,
    }
}

const ADMIN: TeamRole = TeamRole::Admin;
const MEMBER: TeamRole = TeamRole::User;

/// Everybody.
pub(super) const PEOPLE: &[Person<'_>] = &[
    Person {
        role: GlobalRole::Admin,
        ..person("ada", "ada@example.com", &[], 0.0)
    },
    person("pat", "pat@example.com", &[("platform", ADMIN)], 90.0),
    person("tess", "tess@example.com", &[("atlas", ADMIN)], 240.0),
    person(
        "max",
        "max@example.com",
        &[("atlas", MEMBER), ("harbor", MEMBER)],
        420.0,
    ),
    person("noor", "noor@example.com", &[("atlas", MEMBER)], 300.0),
    person("jon", "jon@example.com", &[("harbor", ADMIN)], 180.0),
    person("lea", "lea@example.com", &[("harbor", MEMBER)], 520.0),
    person(
        "sam",
        "sam@example.com",
        &[("harbor", MEMBER), ("lumen", MEMBER)],
        260.0,
    ),
    person("yuki", "yuki@example.com", &[("lumen", ADMIN)], 340.0),
    person("wei", "wei@example.com", &[("lumen", MEMBER)], 380.0),
    person("zoe", "zoe@example.com", &[("ZA", ADMIN)], 0.0),
    person("quinn", "quinn@example.com", &[("QK", ADMIN)], 0.0),
];

/// Who answers for the satellites' own requests, and for which team.
pub(super) const OPERATOR: (&str, &str) = ("pat", "platform");

/// All satellites, in three zones, and the desk of an airport.
pub(super) const SATELLITES: &[Satellite] = &[
    Satellite {
        id: "fra-1",
        key: "sk_demofra1_everybodyknowsthiskey",
        zone: 1,
        work: Work::People(&["pat", "tess", "max", "noor"]),
    },
    Satellite {
        id: "iad-1",
        key: "sk_demoiad1_everybodyknowsthiskey",
        zone: -5,
        work: Work::People(&["jon", "lea", "sam"]),
    },
    Satellite {
        id: "sin-1",
        key: "sk_demosin1_everybodyknowsthiskey",
        zone: 8,
        work: Work::People(&["yuki", "wei"]),
    },
    Satellite {
        id: "jfk-desk",
        key: "sk_demojfk1_everybodyknowsthiskey",
        zone: -5,
        work: Work::Airlines(&["ZA", "QK"]),
    },
];

/// Those that report: all of them, and the one that replays a timetable.
#[must_use]
pub fn satellites(timetable: Option<Timetable>) -> Vec<&'static Satellite> {
    let replay = timetable.map(|timetable| Satellite {
        id: "nyc-flights",
        key: "sk_demonyc1_everybodyknowsthiskey",
        zone: -5,
        work: Work::Timetable(timetable),
    });
    // It lives for as long as the process does.
    let replay = replay.map(|satellite| &*Box::leak(Box::new(satellite)));
    SATELLITES.iter().chain(replay).collect()
}

/// The person of an id.
pub(super) fn person_of(id: &str) -> Option<&'static Person<'static>> {
    PEOPLE.iter().find(|person| person.id == id)
}

#[cfg(test)]
mod tests {
    use super::{PEOPLE, SATELLITES, TEAMS, Work, person_of};
    use crate::credentials::{Password, SatelliteKey};
    use crate::values::{Email, Id, Line};

    #[test]
    fn everything_in_the_world_is_valid_and_refers_to_what_is_there() {
        assert!(Password::parse(super::PASSWORD).is_ok());
        for team in TEAMS {
            assert!(Id::parse("team", team.id).is_ok() && Line::name(team.name).is_ok());
        }
        for person in PEOPLE {
            assert!(Id::parse("user", person.id).is_ok() && Email::parse(person.email).is_ok());
            for (team, _) in person.teams {
                assert!(TEAMS.iter().any(|known| known.id == *team), "{team}");
            }
        }
        for satellite in SATELLITES {
            assert!(SatelliteKey::parse(satellite.key).is_some());
            match &satellite.work {
                Work::People(people) => {
                    assert!(people.iter().all(|id| person_of(id).is_some()));
                }
                Work::Airlines(teams) => {
                    let known = |id: &&str| TEAMS.iter().any(|team| team.id == *id);
                    assert!(teams.iter().all(known));
                }
                Work::Timetable(_) => panic!("it comes from a file"),
            }
        }
    }
}
