//! Every route, asked by everybody, about what is theirs and what is not: the answer is the one that the table beside
//! says, whichever the principal is. Each kind of principal has a test of its own.

mod asker;

use app::routes::ROUTES as OWN_ROUTES;
use metrics_runtime::web::ROUTES as METRIC_ROUTES;
use serde_json::{Value, json};

use super::super::{hours_ago, installations};
use super::who::{VIEW, VIEW_ALL, who};
use crate::support::app::TestApp;
use crate::support::app::http::{Answer, Request};
use asker::{Asker, Holds, Relation, Verdict};

const RELATIONS: [Relation; 3] = [Relation::Own, Relation::SameTeam, Relation::OtherTeam];

/// What is asked: a request that does no harm to what the others ask, whoever may send it.
#[derive(Debug, PartialEq)]
struct Question {
    method: &'static str,
    url: String,
    body: Value,
}

impl Question {
    /// About something that is in a relation to who asks.
    fn of(method: &'static str, path: &str, asker: &Asker, relation: Relation) -> Self {
        let own = match asker {
            Asker::Person { id, .. } => id.as_str(),
            _ => "mate",
        };
        let (team, user) = match relation {
            Relation::Own => ("t1", own),
            Relation::SameTeam => ("t1", "mate"),
            Relation::OtherTeam => ("t2", "foreigner"),
        };
        Self {
            method,
            url: url(method, path, team, user),
            body: body(path, team, user),
        }
    }

    fn by<'a>(&self, app: &'a TestApp, asker: &Asker) -> Request<'a> {
        let method = self.method.parse().expect("a method");
        let request = asker.of(app.request(method, &self.url));
        match self.method {
            "GET" => request,
            _ => request.json(&self.body),
        }
    }
}

fn url(method: &str, path: &str, team: &str, user: &str) -> String {
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

fn body(path: &str, team: &str, user: &str) -> Value {
    match path {
        // What the person has already.
        "/api/users/{id}/role" => json!({"role": "global_user"}),
        "/api/metrics/events" => json!({"events": [installations(user, team, hours_ago(1), 1)]}),
        _ => json!({}),
    }
}

/// Every route there is, by its method and its whole path, but for signing in: that is refused to whoever does not say
/// who they are. Signing out comes last, since it ends the session.
fn every_route() -> Vec<(&'static str, String)> {
    let own = OWN_ROUTES
        .iter()
        .map(|route| (route.method, route.path.to_owned()));
    let metrics = METRIC_ROUTES.iter();
    let metrics = metrics.map(|route| (route.method, format!("/api{}", route.path)));
    let mut all: Vec<_> = own.chain(metrics).collect();
    all.retain(|(_, path)| path != "/api/auth/login");
    all.sort_by_key(|(_, path)| path == "/api/auth/logout");
    all
}

fn verdict(path: &str, request: Request<'_>) -> Verdict {
    let answer = match path.ends_with("/stream") {
        true => match request.stream() {
            Ok(_) => return Verdict::Asked,
            Err(answer) => *answer,
        },
        false => request.send(),
    };
    match answer.status {
        401 => Verdict::Stranger,
        403 => Verdict::Refused,
        _ if is_refused_to_key(path, &answer) => Verdict::Refused,
        status => {
            assert!(status < 500, "{path} is answered {status}");
            Verdict::Asked
        }
    }
}

/// An event that a key may not report is told so in its place among the others.
fn is_refused_to_key(path: &str, answer: &Answer) -> bool {
    path == "/api/metrics/events" && answer.body.contains("this key writes nothing else")
}

/// An application with two teams, and somebody in each.
fn world() -> TestApp {
    let app = TestApp::start();
    for (team, user) in [("t1", "mate"), ("t2", "foreigner")] {
        app.team(team);
        app.add_person(user, "global_user");
        app.run(&["members", "add", "--team", team, "--user", user]);
    }
    app
}

/// Lets them ask every route about everything, and compares the answers with the table.
fn ask_everything(app: &TestApp, askers: &[Asker]) {
    let mut wrong = Vec::new();
    for (method, path) in every_route() {
        let who = who(method, &path);
        for asker in askers {
            let mut asked = Vec::new();
            for relation in RELATIONS {
                let question = Question::of(method, &path, asker, relation);
                if asked.contains(&question) {
                    continue;
                }
                let verdict = verdict(&path, question.by(app, asker));
                let expected = asker.expects(who, relation);
                if verdict != expected {
                    wrong.push(format!(
                        "{asker} asks {method} {} ({relation:?}), which is for {who:?}: {verdict:?} instead of {expected:?}",
                        question.url
                    ));
                }
                asked.push(question);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// People of a role, who are nothing, a member or an administrator in `t1`.
fn people(app: &TestApp, role: &str, holds: Holds) {
    let places = [None, Some("team_user"), Some("team_admin")];
    let people = places.map(|in_team| Asker::person(app, role, holds, in_team));
    ask_everything(app, &people);
}

fn people_of_a_custom_role(permissions: &'static [&'static str]) {
    let app = world();
    let mut create = vec!["roles", "create", "--id", "custom", "--name", "Custom"];
    for permission in permissions {
        create.extend(["--permission", permission]);
    }
    app.run(&create);
    people(&app, "custom", Some(permissions));
}

#[test]
fn a_user_is_let_in_where_the_table_says() {
    people(&world(), "global_user", Some(&[VIEW]));
}

#[test]
fn an_administrator_is_let_in_where_the_table_says() {
    people(&world(), "global_admin", None);
}

#[test]
fn who_holds_nothing_is_let_in_where_the_table_says() {
    people_of_a_custom_role(&[]);
}

/// A test for each permission that the routes ask for: who holds it and no other.
macro_rules! alone {
    ($($name:ident: $permission:expr,)*) => {
        const ALONE: &[&str] = &[$($permission),*];
        $(
            #[test]
            fn $name() {
                people_of_a_custom_role(&[$permission]);
            }
        )*
    };
}

alone! {
    who_sees_their_own_numbers_alone_is_let_in_where_the_table_says: VIEW,
    who_sees_all_numbers_alone_is_let_in_where_the_table_says: VIEW_ALL,
    who_manages_users_alone_is_let_in_where_the_table_says: "users.manage",
    who_manages_roles_alone_is_let_in_where_the_table_says: "roles.manage",
    who_manages_keys_alone_is_let_in_where_the_table_says: "keys.manage",
    who_manages_jobs_alone_is_let_in_where_the_table_says: "jobs.manage",
    who_views_the_audit_log_alone_is_let_in_where_the_table_says: "audit.view",
}

#[test]
fn every_permission_of_the_application_has_its_line() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let listed = app.ask(&boss, "/api/permissions").data();
    let listed = listed["permissions"].as_array().expect("permissions");
    let own = listed.iter().filter(|entry| entry["metric"].is_null());
    let own: Vec<_> = own.filter_map(|entry| entry["name"].as_str()).collect();
    assert!(own.len() >= 5, "{own:?}");
    for permission in own {
        assert!(ALONE.contains(&permission), "say what {permission} opens");
    }
}

#[test]
fn a_key_is_let_in_where_the_table_says() {
    let app = world();
    let of_any = app.key("sat").text;
    let of_team = app.key_of_team("sat", "t1").text;
    ask_everything(
        &app,
        &[
            Asker::Key {
                text: of_any,
                team: None,
            },
            Asker::Key {
                text: of_team,
                team: Some("t1"),
            },
        ],
    );
}

#[test]
fn what_is_over_or_was_never_true_lets_nobody_in() {
    let app = world();
    let [ended, expired, disabled] = ["ended", "expired", "disabled"].map(|id| app.admin(id));
    app.post("/api/auth/logout").cookie(&ended.cookie).send();
    app.sql("UPDATE sessions SET expires_at = 1 WHERE user_id = 'expired'");
    // Without ending their sessions, as it happens when somebody signs in at the same moment.
    app.sql("UPDATE users SET disabled_at = 1 WHERE id = 'disabled'");
    let revoked = app.key("sat");
    app.revoke(&revoked);
    let nobody = |with, header, value| Asker::Nobody {
        with,
        header,
        value,
    };
    let bearer = |text: &str| format!("Bearer {text}");
    ask_everything(
        &app,
        &[
            nobody("nothing", "", String::new()),
            nobody(
                "a session that never was",
                "Cookie",
                "session=no".to_owned(),
            ),
            nobody("a session that has ended", "Cookie", ended.cookie),
            nobody("a session that is over", "Cookie", expired.cookie),
            nobody("a disabled person's session", "Cookie", disabled.cookie),
            nobody("a key that never was", "Authorization", bearer("no")),
            nobody("a revoked key", "Authorization", bearer(&revoked.text)),
        ],
    );
}
