//! The roles that the program defines, what becomes of permissions, and who is left.

use chrono::Utc;
use metrics_runtime::migrate::Backend;
use serde_json::{Value, json};
use ureq::http::Method;

use super::{VIEW, change, create, delete, give, refused, send};
use crate::http::installations;
use crate::support::app::{Person, TestApp, until};
use crate::support::place::backend;
use crate::support::raw::Raw;

fn ids(roles: &Value) -> Vec<&str> {
    let roles = roles["roles"].as_array().expect("roles").iter();
    roles
        .map(|role| role["id"].as_str().expect("an id"))
        .collect()
}

#[test]
fn the_roles_of_the_program_are_listed_first_and_cannot_be_changed() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    create(&app, &boss, "a", &[]);
    let roles = app.ask(&boss, "/api/roles").data();
    assert_eq!(ids(&roles), ["global_admin", "global_user", "a"]);
    let admin = &roles["roles"][0];
    assert_eq!(
        (&admin["system"], &admin["name"]),
        (&json!(true), &json!("Administrator"))
    );
    let me = app.ask(&boss, "/api/users/me").data();
    assert_eq!(admin["permissions"], me["permissions"]);
    for id in ["global_admin", "global_user"] {
        refused(&change(&app, &boss, id, &[VIEW]), 409, "the system's own");
        refused(&delete(&app, &boss, id), 409, "the system's own");
    }
}

#[test]
fn every_permission_is_listed_with_what_it_opens() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let listed = app.ask(&boss, "/api/permissions").data()["permissions"].clone();
    let listed = listed.as_array().expect("permissions");
    let names: Vec<_> = listed.iter().map(|entry| &entry["name"]).collect();
    let held = app.ask(&boss, "/api/users/me").data()["permissions"].clone();
    let held: Vec<_> = held.as_array().expect("permissions").iter().collect();
    assert!(held.iter().all(|name| names.contains(name)), "{names:?}");
    assert_eq!(
        names.len(),
        held.len(),
        "in this application, administrators hold all"
    );
    for entry in listed.iter().filter(|entry| !entry["metric"].is_null()) {
        // The address that is said is the one that the permission opens.
        let path = entry["path"].as_str().expect("a path");
        assert_ne!(app.ask(&boss, path).status, 404, "{path}");
    }
    let jobs = listed.iter().find(|entry| entry["name"] == "jobs.manage");
    assert!(jobs.is_some_and(|entry| entry["metric"].is_null() && entry["opens"] != ""));
}

#[test]
fn a_permission_that_does_not_exist_is_shown_grants_nothing_and_may_stay() {
    let app = TestApp::start();
    let (boss, ada) = (app.admin("boss"), app.user("ada"));
    create(&app, &boss, "viewer", &[VIEW]);
    app.sql(&format!(
        "UPDATE roles SET permissions = '[\"metrics.gone_metrics.view\", \"{VIEW}\"]' WHERE id = 'viewer'"
    ));
    let role = app.ask(&boss, "/api/roles/viewer").data();
    assert_eq!(role["permissions"], json!([VIEW]));
    assert_eq!(
        role["unknown_permissions"],
        json!(["metrics.gone_metrics.view"])
    );
    give(&app, &boss, "ada", "viewer").data();
    assert_eq!(
        app.ask(&ada, "/api/users/me").data()["permissions"],
        json!([VIEW])
    );
    let kept = change(&app, &boss, "viewer", &["metrics.gone_metrics.view"]).data();
    assert_eq!(kept["permissions"], json!([]));
    assert_eq!(kept["unknown_permissions"], role["unknown_permissions"]);
    assert_eq!(
        change(&app, &boss, "viewer", &["metrics.other_metrics.view"])
            .error()
            .0,
        400
    );
}

#[test]
fn what_is_written_about_the_roles_of_the_program_is_mended_and_decides_nothing() {
    let mut app = TestApp::start();
    let (boss, ada) = (app.admin("boss"), app.user("ada"));
    app.sql(
        "UPDATE roles SET permissions = '[\"jobs.manage\"]', name = 'X' WHERE is_system = (1 = 1)",
    );
    assert_eq!(app.ask(&ada, "/api/admin/jobs").error().0, 403);
    assert_eq!(app.ask(&boss, "/api/roles").status, 200);
    app.terminate();
    app.start_again();
    let roles = app.ask(&boss, "/api/roles").data();
    assert_eq!(roles["roles"][0]["name"], "Administrator");
}

#[test]
fn a_role_that_another_version_defines_holds_and_cannot_be_changed() {
    let app = TestApp::start();
    let (boss, ada) = (app.admin("boss"), app.user("ada"));
    app.sql(
        "INSERT INTO roles (id, name, description, permissions, is_system, created_at)
         VALUES ('global_auditor', 'Auditor', '', '[\"jobs.manage\"]', (1 = 1), 0)",
    );
    give(&app, &boss, "ada", "global_auditor").data();
    assert_eq!(app.ask(&ada, "/api/admin/jobs").status, 200);
    refused(
        &change(&app, &boss, "global_auditor", &[]),
        409,
        "the system's own",
    );
}

#[test]
fn the_last_administrator_stays() {
    let app = TestApp::start();
    // The one of the first start.
    app.sql("DELETE FROM users");
    let (boss, mia) = (app.admin("boss"), app.user("mia"));
    let everything = app.ask(&boss, "/api/users/me").data()["permissions"].clone();
    let everything = everything.as_array().expect("a list").iter();
    let everything: Vec<_> = everything.filter_map(|name| name.as_str()).collect();
    create(&app, &boss, "everything", &everything);
    give(&app, &boss, "mia", "everything").data();
    refused(
        &give(&app, &mia, "boss", "global_user"),
        409,
        "the last administrator",
    );
    app.add_person("zoe", "global_admin");
    give(&app, &mia, "boss", "global_user").data();
    refused(
        &give(&app, &mia, "zoe", "everything"),
        409,
        "the last administrator",
    );
}

/// A way to have an administrator less: who does it, and to whom. Answers the status.
type Way = fn(&TestApp, &Person, &str) -> u16;

#[test]
fn two_administrators_who_depose_or_disable_each_other_leave_one() {
    let depose: Way = |app, by, other| give(app, by, other, "global_user").status;
    let disable: Way = |app, by, other| {
        let path = format!("/api/admin/users/{other}/disable");
        send(app, by, Method::POST, &path, &Value::Null).status
    };
    let app = TestApp::start();
    app.sql("DELETE FROM users");
    // The third one stays, so that it is not the last one who is kept.
    for id in ["one", "other", "third"] {
        app.add_person(id, "global_admin");
    }
    for (first, second) in [(depose, depose), (disable, disable), (depose, disable)] {
        let (one, other) = (app.sign_in("one"), app.sign_in("other"));
        let requests = [(first, &one, "other"), (second, &other, "one")];
        let statuses = app.at_once(requests.map(|(act, by, to)| {
            let app = &app;
            move || act(app, by, to)
        }));
        let done = statuses.iter().filter(|status| **status == 200).count();
        assert_eq!(done, 1, "{statuses:?}");
        app.sql("UPDATE users SET role = 'global_admin', disabled_at = NULL");
    }
}

/// A request whose sender holds back its last byte.
fn held_back(app: &TestApp, by: &Person, request: &str, body: &str) -> (Raw, String) {
    let mut raw = Raw::to(app);
    let (first, last) = body.split_at(body.len() - 1);
    raw.say(&format!(
        "{request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{first}",
        by.cookie,
        body.len()
    ));
    (raw, last.to_owned())
}

#[test]
fn who_may_not_any_more_when_the_body_has_arrived_may_not() {
    let app = TestApp::start();
    app.team("t1");
    let (boss, ada) = (app.admin("boss"), app.user("ada"));
    let key = app.key("sat");
    let rotate = format!("POST /api/admin/keys/{}/rotate", key.id);
    let requests = [
        ("PUT /api/users/ada/role", r#"{"role": "global_admin"}"#),
        (
            "POST /api/roles",
            r#"{"id": "mine", "name": "Mine", "permissions": []}"#,
        ),
        (
            "POST /api/admin/users",
            r#"{"email": "eve@example.com", "id": "eve"}"#,
        ),
        ("POST /api/admin/teams", r#"{"name": "Mine", "id": "mine"}"#),
        ("PUT /api/teams/t1/members/ada", r#"{"role": "team_admin"}"#),
        ("POST /api/admin/keys", r#"{"satellite_id": "mine"}"#),
        (rotate.as_str(), "{}"),
        ("POST /api/admin/jobs", r#"{"kind": "clean_up_jobs"}"#),
    ];
    for loses in ["a role", "a session"] {
        let deposed = app.admin(&format!("deposed-{}", loses.len()));
        let sent = requests.map(|(request, body)| held_back(&app, &deposed, request, body));
        let in_flight = 1 + u64::try_from(requests.len()).expect("few");
        until("all of them are being answered", || {
            (app.state("metrics_http_requests_in_flight") == in_flight).then_some(())
        });
        let status = match loses {
            "a role" => {
                give(&app, &boss, &deposed.id, "global_user").data();
                "HTTP/1.1 403"
            }
            _ => {
                let disable = format!("/api/admin/users/{}/disable", deposed.id);
                send(&app, &boss, Method::POST, &disable, &Value::Null).data();
                "HTTP/1.1 401"
            }
        };
        for ((request, _), (mut raw, last)) in requests.iter().zip(sent) {
            raw.say(&last);
            let answer = raw.until_closed();
            assert!(answer.starts_with(status), "{request}: {answer}");
        }
    }
    let me = app.ask(&ada, "/api/users/me").data();
    assert_eq!(
        (&me["role"], &me["teams"]),
        (&json!("global_user"), &json!([]))
    );
    assert_eq!(app.ask(&boss, "/api/roles/mine").status, 404);
    assert_eq!(app.ask(&boss, "/api/admin/users/eve").status, 404);
}

#[test]
fn a_database_from_before_there_were_roles_keeps_its_people_and_their_sessions() {
    let mut app = TestApp::start();
    let (boss, ada, key) = (app.admin("boss"), app.user("ada"), app.key("sat"));
    app.team("t1");
    app.join("t1", &ada);
    let installed = installations("ada", "t1", Utc::now(), 3);
    app.record(&key, &[installed]);
    create(&app, &boss, "overseer", &[VIEW]);
    give(&app, &boss, "ada", "overseer").data();
    app.terminate();
    app.sql(match backend() {
        Backend::Sqlite => {
            concat!(
                include_str!("../../../../migrations/sqlite/00000000000005_require_roles/down.sql"),
                include_str!("../../../../migrations/sqlite/00000000000004_create_roles/down.sql")
            )
        }
        Backend::Postgres => {
            include_str!("../../../../migrations/postgres/00000000000004_create_roles/down.sql")
        }
    });
    app.sql("DELETE FROM __diesel_schema_migrations WHERE version IN ('00000000000004', '00000000000005')");
    app.start_again();
    let me = app.ask(&ada, "/api/users/me").data();
    assert_eq!(
        (&me["role"], &me["teams"][0]["id"]),
        (&json!("global_user"), &json!("t1"))
    );
    assert_eq!(
        app.ask(&boss, "/api/users/me").data()["role"],
        "global_admin"
    );
    let own = app.ask(&ada, "/api/users/me/metrics/server-installs?team_id=t1");
    assert_eq!(own.data()["summary"]["total_installation_count"], 3);
}
