//! Nobody is ever answered with a number that is not theirs to see: random people, teams, events and questions against
//! a naive model of who may see what.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use metrics_runtime::web::{Caller, TeamRole};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::{Value, json};

use super::in_process::Mounted;
use super::{hours_ago, text};
use crate::support::app::http::encoded;
use crate::support::metrics::registry;

const USERS: [&str; 4] = ["ada", "b'ob", "%", "../u;--\""];
const TEAMS: [&str; 4] = ["t1", "a/b", "%_", ".."];
const ROLES: [&str; 3] = ["member", "boss", "stranger"];
/// Metrics, and what resembles them.
const PATHS: [&str; 10] = [
    "tool-call",
    "tool-call",
    "tool-call",
    "build",
    "login",
    "nothing",
    "tool_call",
    "TOOL-CALL",
    "..",
    "tool-call ",
];
const HOURS: i64 = 24;

/// A row of the model: what an event was, by name.
#[derive(Debug, Clone)]
struct Row {
    metric: &'static str,
    dimensions: Vec<(&'static str, String)>,
    count: u64,
    hours_ago: i64,
}

#[derive(Debug, Clone)]
enum Route {
    Own,
    Team(String),
    Everyone,
}

#[derive(Debug, Clone)]
struct Question {
    /// Nobody, when it is none of the users.
    caller: Option<&'static str>,
    route: Route,
    path: &'static str,
    parameters: Vec<(&'static str, String)>,
}

#[derive(Debug, Clone)]
enum Step {
    Report(Vec<Row>),
    Member(&'static str, &'static str, Option<TeamRole>),
    Role(&'static str, &'static str),
    Ask(Question),
}

/// What the model knows.
#[derive(Debug, Default)]
struct Model {
    roles: BTreeMap<&'static str, &'static str>,
    members: BTreeMap<(&'static str, &'static str), TeamRole>,
    rows: Vec<Row>,
}

/// What the declarations in `support::metrics` say, written down a second time.
struct Facts {
    user: Option<&'static str>,
    team: Option<&'static str>,
    labels: &'static [&'static str],
    view: &'static str,
    view_all: &'static str,
}

fn facts(path: &str) -> Option<Facts> {
    let labels = &["tool", "transport", "attempt"];
    match path {
        "tool-call" => Some(Facts {
            user: Some("user_id"),
            team: Some("team_id"),
            labels,
            view: "member",
            view_all: "boss",
        }),
        "build" => Some(Facts {
            user: None,
            team: Some("team"),
            labels: &["passed"],
            view: "member",
            view_all: "",
        }),
        "login" => Some(Facts {
            user: None,
            team: None,
            labels: &[],
            view: "",
            view_all: "boss",
        }),
        _ => None,
    }
}

impl Model {
    /// The rows that answer a question, or the status that refuses it.
    fn answer(&self, question: &Question) -> Result<Vec<&Row>, u16> {
        let caller = question.caller.ok_or(401_u16)?;
        let holds = |role: &str| self.roles.get(caller) == Some(&role);
        let values = |name: &str| -> Vec<&str> {
            let given = question
                .parameters
                .iter()
                .filter(|(given, _)| *given == name);
            given.map(|(_, value)| value.as_str()).collect()
        };
        let facts = facts(question.path);
        // What is the caller's to see, by the values of a few dimensions, and which of these were decided.
        let (facts, visible, fixed) = match &question.route {
            Route::Own => {
                let facts = facts.ok_or(404_u16)?;
                if !holds(facts.view) {
                    return Err(403);
                }
                let teams = values("team_id");
                if teams
                    .iter()
                    .any(|team| self.role_in(caller, team).is_none())
                {
                    return Err(403);
                }
                let [team] = teams.as_slice() else {
                    return Err(400);
                };
                let own = facts.user.map(|user| (user, caller));
                let visible: Vec<_> = own
                    .into_iter()
                    .chain(facts.team.map(|name| (name, *team)))
                    .collect();
                let fixed = visible
                    .iter()
                    .map(|(name, _)| *name)
                    .filter(|name| *name != "team_id")
                    .collect();
                (facts, visible, fixed)
            }
            Route::Team(team) => {
                if self.role_in(caller, team) != Some(TeamRole::Admin) {
                    return Err(403);
                }
                let facts = facts.ok_or(404_u16)?;
                let name = facts.team.ok_or(404_u16)?;
                (facts, vec![(name, team.as_str())], vec![name])
            }
            Route::Everyone => {
                let facts = facts.ok_or(404_u16)?;
                if !holds(facts.view_all) {
                    return Err(403);
                }
                (facts, Vec::new(), Vec::new())
            }
        };
        let own_team = matches!(question.route, Route::Own).then_some("team_id");
        let free: BTreeSet<_> = facts
            .user
            .into_iter()
            .chain(facts.team)
            .chain(facts.labels.iter().copied())
            .collect();
        let sound = question.parameters.iter().all(|(name, value)| {
            Some(*name) == own_team
                || (free.contains(name) && !fixed.contains(name) && is_of_its_kind(name, value))
        });
        if !sound {
            return Err(400);
        }
        let matches = |row: &&Row| {
            row.metric == question.path.replace('-', "_")
                && visible
                    .iter()
                    .all(|(name, value)| row.dimension(name) == *value)
                && free
                    .iter()
                    .filter(|name| Some(**name) != own_team)
                    .all(|name| {
                        let values = values(name);
                        values.is_empty() || values.contains(&row.dimension(name))
                    })
        };
        Ok(self.rows.iter().filter(matches).collect())
    }

    fn role_in(&self, user: &str, team: &str) -> Option<TeamRole> {
        let found = self
            .members
            .iter()
            .find(|((member, of), _)| *member == user && *of == team);
        found.map(|(_, role)| *role)
    }

    /// What a host would say about somebody.
    fn caller(&self, user: &'static str) -> Caller {
        let teams = TEAMS
            .iter()
            .filter_map(|team| Some(((*team).to_owned(), self.role_in(user, team)?)));
        let role = self.roles.get(user).copied().unwrap_or_default();
        Caller {
            user_id: user.to_owned(),
            permissions: registry().permissions_of(role),
            teams: teams.collect(),
        }
    }
}

impl Row {
    fn dimension(&self, name: &str) -> &str {
        let found = self.dimensions.iter().find(|(known, _)| *known == name);
        found.map_or("", |(_, value)| value)
    }

    fn event(&self, start: DateTime<Utc>) -> Value {
        let mut data: serde_json::Map<String, Value> = self.dimensions.iter().map(typed).collect();
        let counter = match self.metric {
            "tool_call" => "calls",
            "build" => "builds",
            _ => "count",
        };
        data.insert(counter.to_owned(), json!(self.count));
        let at = start + TimeDelta::hours(HOURS - 1 - self.hours_ago);
        json!({"type": self.metric, "timestamp": text(at), "data": data})
    }
}

/// A dimension as JSON spells its kind.
fn typed((name, value): &(&'static str, String)) -> (String, Value) {
    let value = match *name {
        "attempt" => json!(value.parse::<i64>().expect("an integer")),
        "passed" => json!(value == "true"),
        _ => json!(value),
    };
    ((*name).to_owned(), value)
}

fn is_of_its_kind(name: &str, value: &str) -> bool {
    match name {
        "tool" => value.chars().count() <= 16,
        "transport" => ["stdio", "http"].contains(&value),
        "attempt" => value.parse::<i64>().is_ok(),
        "passed" => ["true", "false"].contains(&value),
        _ => value.chars().count() <= 255,
    }
}

fn row() -> impl Strategy<Value = Row> {
    let who = (select(&USERS[..]), select(&TEAMS[..]));
    let labels = (select(&["", "grep", "%"][..]), any::<bool>(), -1..2_i32);
    let when = (1..1_000_000_u64, 0..HOURS);
    (0..5, who, labels, when).prop_map(
        |(metric, (user, team), (tool, flag, attempt), (count, hours_ago))| {
            let transport = if flag { "http" } else { "stdio" };
            let (metric, dimensions) = match metric {
                0 => ("login", Vec::new()),
                1 => (
                    "build",
                    vec![("team", team.to_owned()), ("passed", flag.to_string())],
                ),
                _ => (
                    "tool_call",
                    vec![
                        ("user_id", user.to_owned()),
                        ("team_id", team.to_owned()),
                        ("tool", tool.to_owned()),
                        ("transport", transport.to_owned()),
                        ("attempt", attempt.to_string()),
                    ],
                ),
            };
            Row {
                metric,
                dimensions,
                count,
                hours_ago,
            }
        },
    )
}

/// Ids that exist, and texts that mean something to somebody on the way to the database.
fn id() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => select(&TEAMS[..]).prop_map(str::to_owned),
        2 => select(&USERS[..]).prop_map(str::to_owned),
        1 => select(&["", "*", "T1", "t1 ", "t1/../a/b", "' OR '1'='1", "t1,a/b", "t1\u{0}", "null", "\u{202e}t1", "%2e%2e", "ADA"][..])
            .prop_map(str::to_owned),
        1 => "\\PC{0,20}",
    ]
}

fn parameter() -> impl Strategy<Value = (&'static str, String)> {
    let owner = (select(&["user_id", "team_id", "team"][..]), id());
    let tool = select(&["", "grep", "%", "' OR 1=1 --", "far longer than it may be"][..]);
    let transport = select(&["stdio", "http", "HTTP", "stdio' --"][..]);
    let attempt = select(&["-1", "0", "1", "1 OR 1=1", "", "99999999999999999999"][..]);
    let odd = select(
        &[
            "scope",
            "owner_id",
            "labels_id",
            "id",
            "users",
            "User_id",
            "user_id ",
            "user_id[]",
            "select",
            "",
        ][..],
    );
    prop_oneof![
        4 => owner,
        2 => tool.prop_map(|value| ("tool", value.to_owned())),
        2 => transport.prop_map(|value| ("transport", value.to_owned())),
        2 => attempt.prop_map(|value| ("attempt", value.to_owned())),
        1 => select(&["true", "false", "1"][..]).prop_map(|value| ("passed", value.to_owned())),
        1 => (odd, id()),
    ]
}

fn question() -> impl Strategy<Value = Question> {
    let caller = prop_oneof![1 => Just(None), 12 => select(&USERS[..]).prop_map(Some)];
    // The own route needs a team, so that one is named more often than not.
    let own = proptest::option::weighted(0.8, select(&TEAMS[..]));
    let route = prop_oneof![
        own.prop_map(|team| (Route::Own, team)),
        id().prop_map(|team| (Route::Team(team), None)),
        Just((Route::Everyone, None)),
    ];
    let parameters = prop_oneof![2 => Just(Vec::new()).boxed(), 3 => proptest::collection::vec(parameter(), 1..4).boxed()];
    (caller, route, select(&PATHS[..]), parameters).prop_map(
        |(caller, (route, team), path, mut parameters)| {
            parameters.extend(team.map(|team| ("team_id", team.to_owned())));
            Question {
                caller,
                route,
                path,
                parameters,
            }
        },
    )
}

fn role_in_team() -> impl Strategy<Value = Option<TeamRole>> {
    select(&[None, Some(TeamRole::User), Some(TeamRole::Admin)][..])
}

fn step() -> impl Strategy<Value = Step> {
    let member = (select(&USERS[..]), select(&TEAMS[..]), role_in_team());
    prop_oneof![
        1 => proptest::collection::vec(row(), 1..4).prop_map(Step::Report),
        2 => member.prop_map(|(user, team, role)| Step::Member(user, team, role)),
        1 => (select(&USERS[..]), select(&ROLES[..])).prop_map(|(user, role)| Step::Role(user, role)),
        12 => question().prop_map(Step::Ask),
    ]
}

/// A beginning in which there is something to see for most people.
fn beginning() -> impl Strategy<Value = Vec<Step>> {
    let rows = proptest::collection::vec(row(), 10..40).prop_map(|rows| vec![Step::Report(rows)]);
    let roles = proptest::collection::vec(select(&ROLES[..2]), USERS.len()).prop_map(|roles| {
        USERS
            .into_iter()
            .zip(roles)
            .map(|(user, role)| Step::Role(user, role))
            .collect::<Vec<_>>()
    });
    let members =
        proptest::collection::vec(role_in_team(), USERS.len() * TEAMS.len()).prop_map(|roles| {
            let pairs = USERS
                .into_iter()
                .flat_map(|user| TEAMS.map(|team| (user, team)));
            pairs
                .zip(roles)
                .map(|((user, team), role)| Step::Member(user, team, role))
                .collect::<Vec<_>>()
        });
    (rows, roles, members).prop_map(|(rows, roles, members)| [rows, roles, members].concat())
}

fn url(question: &Question, start: DateTime<Utc>) -> String {
    let route = match &question.route {
        Route::Own => "/users/me".to_owned(),
        Route::Team(team) => format!("/teams/{}", encoded(team)),
        Route::Everyone => "/admin".to_owned(),
    };
    let end = start + TimeDelta::hours(HOURS);
    let mut url = format!(
        "{route}/metrics/{}?start={}&end={}",
        encoded(question.path),
        text(start),
        text(end)
    );
    for (name, value) in &question.parameters {
        url.push_str(&format!("&{}={}", encoded(name), encoded(value)));
    }
    url
}

fn check(
    app: &Mounted,
    model: &Model,
    question: &Question,
    start: DateTime<Utc>,
) -> Result<(), TestCaseError> {
    let answer = app.ask(question.caller, &url(question, start));
    // There is no route whose team is nothing at all.
    let nowhere = matches!(&question.route, Route::Team(team) if team.is_empty());
    let rows = match model.answer(question) {
        _ if nowhere => {
            prop_assert_eq!(answer.status, 404);
            return Ok(());
        }
        Ok(rows) => rows,
        Err(status) => {
            prop_assert_eq!(answer.error().0, status, "{}", answer.body);
            return Ok(());
        }
    };
    prop_assert_eq!(answer.status, 200, "{}", &answer.body);
    let mut expected = vec![0_u64; usize::try_from(HOURS).expect("hours")];
    for row in rows {
        expected[usize::try_from(HOURS - 1 - row.hours_ago).expect("an hour")] += row.count;
    }
    let data = answer.data();
    let counter = data["buckets"][0]
        .as_object()
        .expect("a bucket")
        .keys()
        .find(|key| ["calls", "builds", "count"].contains(&key.as_str()));
    let counter = counter.expect("the metric has a counter").clone();
    let buckets = data["buckets"].as_array().expect("buckets").iter();
    let counts: Vec<_> = buckets
        .map(|bucket| bucket[&counter].as_u64().expect("a count"))
        .collect();
    prop_assert_eq!(&counts, &expected);
    prop_assert_eq!(
        &data["summary"][format!("total_{counter}")],
        &json!(expected.iter().sum::<u64>())
    );
    Ok(())
}

fn live_through(steps: &[Step]) -> Result<(), TestCaseError> {
    let app = Mounted::start();
    let start = hours_ago(HOURS - 1);
    let mut model = Model::default();
    app.add_key("key", "sat", None);
    for step in steps {
        match step {
            Step::Report(rows) => {
                let events: Vec<_> = rows.iter().map(|row| row.event(start)).collect();
                let answer = app.report("key", &events);
                prop_assert_eq!(
                    &answer.json()["processed"],
                    &json!(rows.len()),
                    "{}",
                    answer.body
                );
                model.rows.extend(rows.iter().cloned());
            }
            Step::Member(user, team, role) => {
                model.members.remove(&(*user, *team));
                model
                    .members
                    .extend(role.map(|role| ((*user, *team), role)));
                app.add_caller(user, model.caller(user));
            }
            Step::Role(user, role) => {
                model.roles.insert(user, role);
                app.add_caller(user, model.caller(user));
            }
            Step::Ask(question) => check(&app, &model, question, start)?,
        }
    }
    Ok(())
}

#[test]
fn nobody_sees_a_number_that_is_not_theirs_to_see() {
    let steps = (beginning(), proptest::collection::vec(step(), 20..60))
        .prop_map(|(beginning, steps)| [beginning, steps].concat());
    let config = Config {
        cases: 48,
        failure_persistence: None,
        max_shrink_iters: 300,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&steps, |steps| live_through(&steps))
        .unwrap_or_else(|error| panic!("{error}"));
}
