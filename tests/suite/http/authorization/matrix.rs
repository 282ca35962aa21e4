//! Every route, asked by everybody, about what is theirs and what is not: the answer is the one that the table beside
//! says, whichever the principal is.

use std::fmt;

use app::routes::ROUTES as OWN_ROUTES;
use metrics_runtime::web::ROUTES as METRIC_ROUTES;
use serde_json::json;

use super::who::{VIEW, VIEW_ALL, Who, who};
use crate::support::app::TestApp;
use crate::support::app::http::Request;

/// What a route answers as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// 401.
    Stranger,
    /// 403.
    Refused,
    /// Whatever comes of it: they may ask.
    Asked,
}

/// Whose the thing is that is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    Own,
    SameTeam,
    OtherTeam,
}

const RELATIONS: [Relation; 3] = [Relation::Own, Relation::SameTeam, Relation::OtherTeam];

/// Roles, and all that they hold of what the routes ask for; `None` is everything.
const ROLES: [(&str, Option<&[&str]>); 7] = [
    ("global_user", Some(&[VIEW])),
    ("viewer", Some(&[VIEW])),
    ("overseer", Some(&[VIEW_ALL])),
    ("manager", Some(&["roles.manage"])),
    ("clerk", Some(&["users.manage", "keys.manage"])),
    ("nobody-in-particular", Some(&[])),
    ("global_admin", None),
];

/// Somebody who asks.
enum Asker {
    /// With a session.
    Person {
        id: String,
        cookie: String,
        holds: Option<&'static [&'static str]>,
        /// What they are in the team `t1`.
        in_team: Option<&'static str>,
    },
    /// With the key of a satellite, which may be revoked.
    Key {
        name: &'static str,
        text: String,
        live: bool,
    },
    /// With nothing, or with what is nothing.
    Nobody(&'static str, &'static str),
}

impl fmt::Display for Asker {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person { id, .. } => formatter.write_str(id),
            Self::Key { name, .. } => formatter.write_str(name),
            Self::Nobody(header, value) => write!(formatter, "nobody with {header} {value:?}"),
        }
    }
}

impl Asker {
    fn of<'a>(&self, request: Request<'a>) -> Request<'a> {
        match self {
            Self::Person { cookie, .. } => request.cookie(cookie),
            Self::Key { text, .. } => request.bearer(text),
            Self::Nobody("", _) => request,
            Self::Nobody(header, value) => request.header(header, *value),
        }
    }

    /// What the table says.
    fn expects(&self, who: Who, relation: Relation) -> Verdict {
        let live_key = matches!(self, Self::Key { live: true, .. });
        match (who, self) {
            (Who::Anybody, _) => Verdict::Asked,
            (Who::Satellite, _) if live_key => Verdict::Asked,
            (Who::Satellite, _) | (_, Self::Key { .. } | Self::Nobody(..)) => Verdict::Stranger,
            (_, Self::Person { holds, in_team, .. }) => {
                let holds = |permission| holds.is_none_or(|held| held.contains(&permission));
                let administers = *in_team == Some("team_admin") && relation != Relation::OtherTeam;
                let may = match who {
                    Who::Anybody | Who::Satellite | Who::SignedIn => true,
                    Who::Holder(permission) => holds(permission),
                    Who::HolderOf(permission) => holds(permission) && relation != Relation::Own,
                    Who::Member(permission) => {
                        holds(permission) && in_team.is_some() && relation != Relation::OtherTeam
                    }
                    Who::TeamAdmin => administers,
                    Who::TeamAdminOr(permission) => administers || holds(permission),
                    Who::TeamAdminOrOther(permission) => {
                        administers || holds(permission) && relation != Relation::Own
                    }
                };
                if may {
                    Verdict::Asked
                } else {
                    Verdict::Refused
                }
            }
        }
    }
}

/// People of every role, who are nothing, a member or an administrator in `t1`; keys, live and revoked; and nobody.
fn everybody(app: &TestApp) -> Vec<Asker> {
    for (role, holds) in &ROLES[1..6] {
        let mut create = vec!["roles", "create", "--id", role, "--name", role];
        for permission in holds.unwrap_or_default() {
            create.extend(["--permission", permission]);
        }
        app.run(&create);
    }
    let mut all = Vec::new();
    for (role, holds) in ROLES {
        for in_team in [None, Some("team_user"), Some("team_admin")] {
            let id = format!("{role}-{}", in_team.unwrap_or("alone"));
            app.add_person(&id, role);
            if let Some(in_team) = in_team {
                app.run(&[
                    "members", "add", "--team", "t1", "--user", &id, "--role", in_team,
                ]);
            }
            let cookie = app.sign_in(&id).cookie;
            all.push(Asker::Person {
                id,
                cookie,
                holds,
                in_team,
            });
        }
    }
    let (any, of_team, revoked) = (app.key("sat"), app.key_of_team("sat", "t1"), app.key("sat"));
    app.revoke(&revoked);
    let key = |name, text, live| Asker::Key { name, text, live };
    all.push(key("a key", any.text, true));
    all.push(key("a key of t1", of_team.text, true));
    all.push(key("a revoked key", revoked.text, false));
    for (header, value) in [
        ("", ""),
        ("Cookie", "session=no-such-session"),
        ("Authorization", "Bearer no-such-key"),
    ] {
        all.push(Asker::Nobody(header, value));
    }
    all
}

/// Every route there is, by its method and its whole path. Signing out comes last, since it ends the session.
fn every_route() -> Vec<(&'static str, String)> {
    let own = OWN_ROUTES
        .iter()
        .map(|route| (route.method, route.path.to_owned()));
    let metrics = METRIC_ROUTES.iter();
    let metrics = metrics.map(|route| (route.method, format!("/api{}", route.path)));
    let mut all: Vec<_> = own.chain(metrics).collect();
    all.sort_by_key(|(_, path)| path == "/api/auth/logout");
    all
}

/// An address of a route, about something that is in a relation to who asks.
fn url(method: &str, path: &str, asker: &Asker, relation: Relation) -> String {
    let own = match asker {
        Asker::Person { id, .. } => id.as_str(),
        _ => "mate",
    };
    let (team, user) = match relation {
        Relation::Own => ("t1", own),
        Relation::SameTeam => ("t1", "mate"),
        Relation::OtherTeam => ("t2", "foreigner"),
    };
    // Whoever is taken out of a team would ask as somebody else from then on.
    let member = if method == "DELETE" { "nothing" } else { user };
    let filled = path
        .replace("/users/{id}", &format!("/users/{user}"))
        .replace("{team_id}", team)
        .replace("{path:.+}", "server-installs")
        .replace("{user_id}", member)
        .replace("{id}", "nothing")
        .replace("{name}", "nothing");
    match path.starts_with("/api/users/me/metrics/") {
        true => format!("{filled}?team_id={team}"),
        false => filled,
    }
}

/// A request that changes nothing, whoever may send it.
fn request<'a>(app: &'a TestApp, method: &str, path: &str, url: &str) -> Request<'a> {
    let request = app.request(method.parse().expect("a method"), url);
    match (method, path) {
        ("GET", _) => request,
        // What the person has already.
        (_, "/api/users/{id}/role") => request.json(&json!({"role": "global_user"})),
        _ => request.json(&json!({})),
    }
}

fn verdict(path: &str, request: Request<'_>) -> Verdict {
    let status = match path.ends_with("/stream") {
        true => request
            .stream()
            .map_or_else(|answer| answer.status, |_| 200),
        false => request.send().status,
    };
    match status {
        401 => Verdict::Stranger,
        403 => Verdict::Refused,
        status => {
            assert!(status < 500, "{path} is answered {status}");
            Verdict::Asked
        }
    }
}

#[test]
fn every_route_is_for_those_whom_the_table_names() {
    let app = TestApp::start();
    for (team, user) in [("t1", "mate"), ("t2", "foreigner")] {
        app.team(team);
        app.add_person(user, "global_user");
        app.run(&["members", "add", "--team", team, "--user", user]);
    }
    let everybody = everybody(&app);
    for (method, path) in every_route() {
        let who = who(method, &path);
        for asker in &everybody {
            for relation in RELATIONS {
                // Signing in without an address and a password is refused as such.
                if path == "/api/auth/login" {
                    continue;
                }
                let url = url(method, &path, asker, relation);
                let asked = asker.of(request(&app, method, &path, &url));
                assert_eq!(
                    verdict(&path, asked),
                    asker.expects(who, relation),
                    "{asker} asks {method} {url} ({relation:?}), which is for {who:?}"
                );
            }
        }
    }
}
