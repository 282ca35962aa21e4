//! What happens at a satellite in a quarter of an hour.

use metrics_runtime::TimeSeriesMetric;

use super::chance::Chance;
use super::rhythm::{Condition, busyness, condition, departing};
use super::timetable::{Flight, Timetable};
use super::world::{OPERATOR, Person, Satellite, Work, person_of};
use super::{QUARTER, TICK};
use crate::metrics::flight_departures::FlightDepartures;
use crate::metrics::mcp_client_activity::McpClientActivity;
use crate::metrics::server_installations::ServerInstall;

/// What the satellites' own requests authenticate with. There is one a tick, whatever happens.
pub(super) const HEALTH_CHECK: &str = "health-check";

const SERVERS: &[&str] = &[
    "git", "postgres", "chat", "files", "browser", "tickets", "errors", "search", "calendar",
    "designs",
];
const CLIENTS: &[&str] = &["editor", "editor", "editor", "terminal", "pipeline"];
const ORIGINS: &[&str] = &["JFK", "JFK", "LGA", "EWR"];
const DESTINATIONS: &[(&str, u64)] = &[
    ("BOS", 187),
    ("ORD", 740),
    ("MIA", 1_089),
    ("DEN", 1_626),
    ("LAX", 2_475),
    ("SFO", 2_586),
];

/// What is counted together: a metric, and the values of its dimensions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Subject {
    pub(super) metric: &'static str,
    pub(super) dimensions: Vec<(&'static str, &'static str)>,
}

/// Something that happened in one tick.
#[derive(Debug)]
pub(super) struct Happening {
    /// Seconds since the quarter of an hour began.
    pub(super) offset: i64,
    pub(super) subject: Subject,
    pub(super) counts: Vec<(&'static str, u64)>,
}

/// Everything of the quarter of an hour that starts at `start`, of those metrics that `is_wanted` is true for.
pub(super) fn happenings(
    satellite: &'static Satellite,
    start: i64,
    is_wanted: impl Fn(&str) -> bool,
) -> Vec<Happening> {
    let mut all = Vec::new();
    if is_wanted(McpClientActivity::SCHEMA.name) {
        all.extend(health_checks(satellite));
        all.extend(requests(satellite, start));
    }
    if is_wanted(ServerInstall::SCHEMA.name) {
        all.extend(installations(satellite, start));
    }
    if is_wanted(FlightDepartures::SCHEMA.name) {
        all.extend(departures(satellite, start));
    }
    all
}

fn health_checks(satellite: &'static Satellite) -> impl Iterator<Item = Happening> {
    let (user, team) = OPERATOR;
    (0..QUARTER / TICK).map(move |tick| Happening {
        offset: tick * TICK,
        subject: activity(satellite, user, team, HEALTH_CHECK),
        counts: vec![("request_count", 1)],
    })
}

/// People make requests in bursts, some of which call tools.
fn requests(satellite: &'static Satellite, start: i64) -> Vec<Happening> {
    let factor = match condition(satellite, start) {
        Condition::Calm => 1.0,
        Condition::Incident => 0.12,
        Condition::Aftermath => 1.4,
    };
    let expected = busyness(satellite, start) * factor / 2.5;
    let mut all = Vec::new();
    for (index, person) in people(satellite) {
        let mut chance = Chance::of(&[3, satellite.zone, index, start]);
        for _ in 0..chance.count(expected * person.pace) {
            let requests = 1 + chance.below(9);
            let (Some((team, _)), Some(client)) = (chance.pick(person.teams), chance.pick(CLIENTS))
            else {
                continue;
            };
            all.push(Happening {
                offset: offset(&mut chance),
                subject: activity(satellite, person.id, team, client),
                counts: vec![
                    ("request_count", requests),
                    ("tool_call_count", chance.below(requests + 1)),
                ],
            });
        }
    }
    all
}

fn activity(
    satellite: &'static Satellite,
    user: &'static str,
    team: &'static str,
    client: &'static str,
) -> Subject {
    Subject {
        metric: McpClientActivity::SCHEMA.name,
        dimensions: vec![
            ("user_id", user),
            ("team_id", team),
            ("satellite_id", satellite.id),
            ("auth_identifier", client),
        ],
    }
}

/// Servers come and go; after an incident people remove what did not work.
fn installations(satellite: &'static Satellite, start: i64) -> Vec<Happening> {
    let (installed, removed) = match condition(satellite, start) {
        Condition::Calm => (1.0, 0.25),
        Condition::Incident => (0.0, 0.1),
        Condition::Aftermath => (1.5, 2.5),
    };
    let busy = busyness(satellite, start);
    let mut all = Vec::new();
    for (index, person) in people(satellite) {
        let mut chance = Chance::of(&[4, satellite.zone, index, start]);
        let pace = busy * person.pace / 60.0;
        let counts = [
            ("installation_count", chance.count(pace * installed)),
            ("uninstallation_count", chance.count(pace * removed)),
        ];
        for (name, count) in counts {
            for _ in 0..count {
                let (Some((team, _)), Some(server)) =
                    (chance.pick(person.teams), chance.pick(SERVERS))
                else {
                    continue;
                };
                all.push(Happening {
                    offset: offset(&mut chance),
                    subject: Subject {
                        metric: ServerInstall::SCHEMA.name,
                        dimensions: vec![
                            ("user_id", person.id),
                            ("team_id", team),
                            ("server_id", server),
                            ("satellite_id", satellite.id),
                        ],
                    },
                    counts: vec![(name, 1)],
                });
            }
        }
    }
    all
}

/// Flights leave; in a storm some do not, and most of them late.
fn departures(satellite: &'static Satellite, start: i64) -> Vec<Happening> {
    let airlines = match &satellite.work {
        Work::People(_) => return Vec::new(),
        Work::Airlines(airlines) => *airlines,
        Work::Timetable(timetable) => return replayed(timetable, start),
    };
    let (cancelled, late, minutes) = match condition(satellite, start) {
        Condition::Calm => (0.015, 0.18, 40),
        Condition::Incident => (0.3, 0.85, 140),
        Condition::Aftermath => (0.06, 0.6, 90),
    };
    let mut all = Vec::new();
    for (index, carrier) in (0..).zip(airlines) {
        let mut chance = Chance::of(&[5, index, start]);
        for _ in 0..chance.count(departing(satellite, start) * 4.5) {
            let (Some(origin), Some((dest, miles))) =
                (chance.pick(ORIGINS), chance.pick(DESTINATIONS))
            else {
                continue;
            };
            let counts = if chance.share() < cancelled {
                vec![("cancellations", 1)]
            } else if chance.share() < late {
                let minutes = 15 + chance.below(minutes);
                vec![
                    ("departures", 1),
                    ("delayed", 1),
                    ("delay_minutes", minutes),
                    ("miles", *miles),
                ]
            } else {
                vec![
                    ("departures", 1),
                    ("delay_minutes", chance.below(12)),
                    ("miles", *miles),
                ]
            };
            all.push(Happening {
                offset: offset(&mut chance),
                subject: Subject {
                    metric: FlightDepartures::SCHEMA.name,
                    dimensions: vec![("carrier", carrier), ("origin", origin), ("dest", dest)],
                },
                counts,
            });
        }
    }
    all
}

/// The flights of a timetable, as they were.
fn replayed(timetable: &Timetable, start: i64) -> Vec<Happening> {
    let schema = FlightDepartures::SCHEMA;
    let happening = |(offset, flight): (i64, &Flight)| {
        let names = schema.dimensions.iter().map(|dimension| dimension.name);
        let measures = schema.measures.iter().map(|measure| measure.name);
        Happening {
            offset,
            subject: Subject {
                metric: schema.name,
                dimensions: names.zip(flight.dimensions.iter().copied()).collect(),
            },
            counts: measures.zip(flight.measures.iter().copied()).collect(),
        }
    };
    timetable.departures(start).map(happening).collect()
}

/// The people of a satellite, numbered for their chance.
fn people(satellite: &Satellite) -> impl Iterator<Item = (i64, &'static Person<'static>)> + use<> {
    let ids = match satellite.work {
        Work::People(ids) => ids,
        Work::Airlines(_) | Work::Timetable(_) => &[],
    };
    (0..).zip(ids.iter().filter_map(|id| person_of(id)))
}

/// The start of some tick of the quarter of an hour.
fn offset(chance: &mut Chance) -> i64 {
    chance.between(0, QUARTER / TICK) * TICK
}
