//! Roles: what people make of them, who may, and what that opens.

mod rules;
mod system;

use chrono::Utc;
use serde_json::{Value, json};
use ureq::http::Method;

use super::installations;
use crate::support::app::http::Answer;
use crate::support::app::{Person, TestApp};

const VIEW: &str = "metrics.server_install_metrics.view";
const VIEW_ALL: &str = "metrics.server_install_metrics.view_all";
const EVERYBODYS: &str = "/api/admin/metrics/server-installs";

fn send(app: &TestApp, by: &Person, method: Method, path: &str, body: &Value) -> Answer {
    let request = app.request(method, path).cookie(&by.cookie);
    if body.is_null() {
        request.send()
    } else {
        request.json(body).send()
    }
}

/// Creates a role that must be to everybody's liking.
fn create(app: &TestApp, by: &Person, id: &str, permissions: &[&str]) -> Value {
    let role = json!({"id": id, "name": id, "permissions": permissions});
    send(app, by, Method::POST, "/api/roles", &role).data()
}

fn change(app: &TestApp, by: &Person, id: &str, permissions: &[&str]) -> Answer {
    let role = json!({"name": id, "permissions": permissions});
    send(app, by, Method::PUT, &format!("/api/roles/{id}"), &role)
}

fn give(app: &TestApp, by: &Person, user: &str, role: &str) -> Answer {
    let path = format!("/api/users/{user}/role");
    send(app, by, Method::PUT, &path, &json!({"role": role}))
}

fn delete(app: &TestApp, by: &Person, id: &str) -> Answer {
    send(
        app,
        by,
        Method::DELETE,
        &format!("/api/roles/{id}"),
        &Value::Null,
    )
}

/// The status of a refusal, with a part of its sentence.
#[track_caller]
fn refused(answer: &Answer, status: u16, part: &str) {
    let (got, _, sentence) = answer.error();
    assert_eq!(got, status, "{sentence}");
    assert!(sentence.contains(part), "{sentence}");
}

#[test]
fn a_role_opens_what_it_grants_and_closes_it_again_at_once() {
    let app = TestApp::start();
    let (boss, ada) = (app.admin("boss"), app.user("ada"));
    let role = create(&app, &boss, "overseer", &[VIEW_ALL]);
    assert_eq!(
        role,
        json!({"id": "overseer", "name": "overseer", "description": "", "system": false,
               "permissions": [VIEW_ALL], "unknown_permissions": [], "people": 0})
    );
    assert_eq!(app.ask(&ada, EVERYBODYS).error().0, 403);
    let given = give(&app, &boss, "ada", "overseer").data();
    assert_eq!(
        given,
        json!({"id": "ada", "email": "ada@example.com", "role": "overseer"})
    );
    assert_eq!(app.ask(&ada, EVERYBODYS).status, 200);
    let me = app.ask(&ada, "/api/users/me").data();
    assert_eq!(
        (&me["role"], &me["permissions"]),
        (&json!("overseer"), &json!([VIEW_ALL]))
    );
    change(&app, &boss, "overseer", &["jobs.manage"]).data();
    assert_eq!(app.ask(&ada, EVERYBODYS).error().0, 403);
    assert_eq!(app.ask(&ada, "/api/admin/jobs").status, 200);
    give(&app, &boss, "ada", "global_user").data();
    assert_eq!(app.ask(&ada, "/api/admin/jobs").error().0, 403);
    assert_eq!(app.ask(&ada, "/api/users/me").data()["role"], "global_user");
}

#[test]
fn another_instance_knows_of_a_change_with_the_next_request() {
    let app = TestApp::start();
    let other = app.second_with(&[]);
    let (boss, ada) = (app.admin("boss"), app.user("ada"));
    create(&app, &boss, "overseer", &[VIEW_ALL]);
    give(&app, &boss, "ada", "overseer").data();
    assert_eq!(app.ask_other(&other, &ada, EVERYBODYS).status, 200);
    change(&app, &boss, "overseer", &[]).data();
    assert_eq!(app.ask_other(&other, &ada, EVERYBODYS).status, 403);
}

#[test]
fn a_stream_ends_when_the_role_no_longer_opens_it() {
    let app = TestApp::start();
    let (boss, ada, key) = (app.admin("boss"), app.user("ada"), app.key("sat"));
    app.team("t1");
    create(&app, &boss, "overseer", &[VIEW_ALL]);
    give(&app, &boss, "ada", "overseer").data();
    let stream = app
        .get(&format!("{EVERYBODYS}/stream"))
        .cookie(&ada.cookie)
        .stream();
    let events = stream.expect("she may");
    events.snapshot();
    change(&app, &boss, "overseer", &[]).data();
    app.record(&key, &[installations("ada", "t1", Utc::now(), 1)]);
    let why = events.last_words();
    assert!(why.contains(VIEW_ALL), "{why}");
}

#[test]
fn a_role_that_somebody_has_is_deleted_when_it_is_said_what_they_get_instead() {
    let app = TestApp::start();
    let (boss, ada) = (app.admin("boss"), app.user("ada"));
    create(&app, &boss, "overseer", &[VIEW_ALL]);
    create(&app, &boss, "viewer", &[VIEW]);
    give(&app, &boss, "ada", "overseer").data();
    assert_eq!(app.ask(&boss, "/api/roles/overseer").data()["people"], 1);
    refused(
        &delete(&app, &boss, "overseer"),
        409,
        "somebody still has the role",
    );
    refused(
        &delete(&app, &boss, "overseer?fall_back=nothing"),
        400,
        "fall_back",
    );
    refused(
        &delete(&app, &boss, "overseer?fall_back=overseer"),
        409,
        "somebody still has",
    );
    refused(
        &delete(&app, &boss, "overseer?colour=red"),
        400,
        "fall_back",
    );
    assert_eq!(app.ask(&ada, EVERYBODYS).status, 200, "nothing has changed");
    assert_eq!(delete(&app, &boss, "overseer?fall_back=viewer").status, 200);
    assert_eq!(app.ask(&ada, "/api/users/me").data()["role"], "viewer");
    assert_eq!(app.ask(&boss, "/api/roles/overseer").error().0, 404);
    refused(&delete(&app, &boss, "overseer"), 404, "\"overseer\"");
    give(&app, &boss, "ada", "global_user").data();
    assert_eq!(
        delete(&app, &boss, "viewer").status,
        200,
        "nobody has it any more"
    );
}

#[test]
fn what_cannot_be_a_role_is_refused_with_the_field() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    create(&app, &boss, "viewer", &[VIEW]);
    let long = "x".repeat(501);
    for (draft, status, field) in [
        (json!({}), 400, Some("name")),
        (json!({"name": "x"}), 400, Some("permissions")),
        (json!({"name": "", "permissions": []}), 400, Some("name")),
        (
            json!({"name": "a\nb", "permissions": []}),
            400,
            Some("name"),
        ),
        (
            json!({"name": "x", "description": long, "permissions": []}),
            400,
            Some("description"),
        ),
        (
            json!({"name": "x", "permissions": ["metrics.x.view"]}),
            400,
            Some("permissions"),
        ),
        (
            json!({"name": "x", "permissions": [5]}),
            400,
            Some("permissions[0]"),
        ),
        (
            json!({"id": "a b", "name": "x", "permissions": []}),
            400,
            Some("id"),
        ),
        (
            json!({"id": "", "name": "x", "permissions": []}),
            400,
            Some("id"),
        ),
        (
            json!({"id": "viewer", "name": "x", "permissions": []}),
            409,
            Some("id"),
        ),
        (
            json!({"id": "global_admin", "name": "x", "permissions": []}),
            409,
            Some("id"),
        ),
        (
            json!({"name": "x", "permissions": [], "system": true}),
            400,
            Some("system"),
        ),
    ] {
        let (got, named, _) = send(&app, &boss, Method::POST, "/api/roles", &draft).error();
        assert_eq!((got, named.as_deref()), (status, field), "{draft}");
    }
    let made_up =
        json!({"name": "Ops", "description": " On call ", "permissions": ["jobs.manage"]});
    let made_up = send(&app, &boss, Method::POST, "/api/roles", &made_up).data();
    assert_eq!(made_up["description"], "On call");
    assert_eq!(made_up["id"].as_str().map(str::len), Some(16), "{made_up}");
    refused(&give(&app, &boss, "nobody", "viewer"), 404, "\"nobody\"");
    app.user("ada");
    let (status, field, _) = give(&app, &boss, "ada", "nothing").error();
    assert_eq!((status, field.as_deref()), (400, Some("role")));
    let (status, field, _) =
        send(&app, &boss, Method::PUT, "/api/users/ada/role", &json!({})).error();
    assert_eq!((status, field.as_deref()), (400, Some("role")));
}

#[test]
fn what_was_done_about_roles_is_told_and_what_was_refused_is_not() {
    let app = TestApp::start();
    let (boss, _) = (app.admin("boss"), app.user("ada"));
    create(&app, &boss, "viewer", &[VIEW]);
    change(&app, &boss, "viewer", &[VIEW, VIEW_ALL]).data();
    give(&app, &boss, "ada", "viewer").data();
    give(&app, &boss, "boss", "viewer").error();
    delete(&app, &boss, "viewer").error();
    assert_eq!(
        delete(&app, &boss, "viewer?fall_back=global_user").status,
        200
    );
    app.run(&["users", "role", "ada", "--role", "global_admin"]);
    let told = |action: &str| {
        let path = format!("/api/admin/audit?action={action}");
        let data = app.ask(&boss, &path).data();
        let entries = data["entries"].as_array().expect("entries").clone();
        entries
            .into_iter()
            .map(|entry| entry["detail"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(told("role_created"), [json!({"permissions": [VIEW]})]);
    let changed = json!({"permissions": [VIEW, VIEW_ALL], "former_permissions": [VIEW]});
    assert_eq!(told("role_changed"), [changed]);
    assert_eq!(told("role_deleted"), [json!({"fall_back": "global_user"})]);
    assert_eq!(
        told("role_given"),
        [
            json!({"role": "global_admin", "former_role": "global_user"}),
            // By the deletion of the one that they had.
            json!({"role": "global_user", "former_role": "viewer"}),
            json!({"role": "viewer", "former_role": "global_user"}),
        ]
    );
}
