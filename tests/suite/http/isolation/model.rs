//! Who may see what, by going through every row.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use metrics_runtime::web::{Caller, TeamRole};
use serde_json::{Value, json};

use crate::http::text;
use crate::support::metrics::registry;

pub(super) const USERS: [&str; 4] = ["ada", "b'ob", "%", "../u;--\""];
pub(super) const TEAMS: [&str; 4] = ["t1", "a/b", "%_", ".."];
pub(super) const ROLES: [&str; 3] = ["member", "boss", "stranger"];
/// Metrics, and what resembles them.
pub(super) const PATHS: [&str; 10] = [
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
pub(super) const HOURS: i64 = 24;

/// A row of the model: what an event was, by name.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) metric: &'static str,
    pub(super) dimensions: Vec<(&'static str, String)>,
    pub(super) count: u64,
    pub(super) hours_ago: i64,
}

#[derive(Debug, Clone)]
pub(super) enum Route {
    Own,
    Team(String),
    Everyone,
}

#[derive(Debug, Clone)]
pub(super) struct Question {
    /// Nobody, when it is none of the users.
    pub(super) caller: Option<&'static str>,
    pub(super) route: Route,
    pub(super) path: &'static str,
    pub(super) parameters: Vec<(&'static str, String)>,
    /// Whether it is asked by the stream, whose first event is the answer.
    pub(super) watched: bool,
}

impl Question {
    /// What the rows are grouped by, if they are.
    pub(super) fn group_by(&self) -> Option<&str> {
        let mut parameters = self.parameters.iter();
        let (_, dimension) = parameters.find(|(name, _)| *name == "group_by")?;
        Some(dimension)
    }
}

/// What the model knows.
#[derive(Debug, Default)]
pub(super) struct Model {
    pub(super) roles: BTreeMap<&'static str, &'static str>,
    pub(super) members: BTreeMap<(&'static str, &'static str), TeamRole>,
    pub(super) rows: Vec<Row>,
}

/// What the declarations in `support::metrics` say, written down a second time.
pub(super) struct Facts {
    pub(super) user: Option<&'static str>,
    pub(super) team: Option<&'static str>,
    pub(super) labels: &'static [&'static str],
    pub(super) view: &'static str,
    pub(super) view_all: &'static str,
}

pub(super) fn facts(path: &str) -> Option<Facts> {
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
    pub(super) fn answer(&self, question: &Question) -> Result<Vec<&Row>, u16> {
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
        if values("group_by").len() > 1 {
            return Err(400);
        }
        let decided = visible.iter().map(|(name, _)| *name);
        let decided: BTreeSet<_> = decided.collect();
        let sound = question.parameters.iter().all(|(name, value)| {
            Some(*name) == own_team
                || *name == "group_by"
                    && free.contains(value.as_str())
                    && !decided.contains(value.as_str())
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
    pub(super) fn caller(&self, user: &'static str) -> Caller {
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
    pub(super) fn dimension(&self, name: &str) -> &str {
        let found = self.dimensions.iter().find(|(known, _)| *known == name);
        found.map_or("", |(_, value)| value)
    }

    pub(super) fn event(&self, start: DateTime<Utc>) -> Value {
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
pub(super) fn typed((name, value): &(&'static str, String)) -> (String, Value) {
    let value = match *name {
        "attempt" => json!(value.parse::<i64>().expect("an integer")),
        "passed" => json!(value == "true"),
        _ => json!(value),
    };
    ((*name).to_owned(), value)
}

pub(super) fn is_of_its_kind(name: &str, value: &str) -> bool {
    // PostgreSQL cannot keep a NUL, and so no text may have one.
    let has_nul = value.contains('\0');
    match name {
        _ if has_nul => false,
        "tool" => value.chars().count() <= 16,
        "transport" => ["stdio", "http"].contains(&value),
        "attempt" => value.parse::<i64>().is_ok(),
        "passed" => ["true", "false"].contains(&value),
        _ => value.chars().count() <= 255,
    }
}
