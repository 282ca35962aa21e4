//! Signing in and out, and what somebody may know about themselves.

mod administration;
mod attacks;
mod audit;
mod keys;
mod own;
mod teams;
mod throttling;

use serde_json::{Value, json};

use crate::support::app::http::Answer;
use crate::support::app::{PASSWORD, Person, TestApp};

/// The fields of entries of the audit log that a query asks for, latest first: `person boss user_disabled u1`.
fn told(app: &TestApp, boss: &Person, query: &str) -> Vec<String> {
    let entries = app.ask(boss, &format!("/api/admin/audit?{query}")).data()["entries"].clone();
    let entries = entries.as_array().expect("a list").iter();
    let field = |entry: &Value, name: &str| entry[name].as_str().unwrap_or("-").to_owned();
    let words = ["actor_kind", "actor_id", "action", "subject"];
    entries
        .map(|entry| words.map(|name| field(entry, name)).join(" "))
        .collect()
}

/// Asks by a method that changes something.
fn order(app: &TestApp, person: &Person, method: &str, path: &str, body: &Value) -> Answer {
    let method = method.parse().expect("a method");
    let request = app.request(method, path).cookie(&person.cookie);
    match body {
        Value::Null => request.send(),
        body => request.json(body).send(),
    }
}

fn login(app: &TestApp, email: &str, password: &str) -> Answer {
    app.post("/api/auth/login")
        .json(&json!({"email": email, "password": password}))
        .send()
}

#[test]
fn signing_in_answers_who_it_is_and_sets_a_cookie_that_scripts_cannot_read() {
    let app = TestApp::start();
    app.add_person("u1", "global_user");
    let answer = login(&app, "U1@Example.com", PASSWORD);
    let user = json!({"id": "u1", "email": "u1@example.com", "role": "global_user"});
    assert_eq!(answer.data(), json!({"user": user}));
    let cookie = answer.header("set-cookie").expect("a cookie");
    let attributes: Vec<_> = cookie.split("; ").skip(1).collect();
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=604800"] {
        assert!(attributes.contains(&attribute), "{cookie} has {attribute}");
    }
    assert!(
        !attributes.contains(&"Secure"),
        "without TLS a browser would drop it: {cookie}"
    );
    assert!(
        !cookie.contains("u1"),
        "the cookie tells nothing about the person: {cookie}"
    );
}

#[test]
fn behind_tls_the_cookie_is_secure() {
    let app = TestApp::start();
    app.add_person("u1", "global_user");
    let credentials = json!({"email": "u1@example.com", "password": PASSWORD});
    let answer = app
        .post("/api/auth/login")
        .header("X-Forwarded-Proto", "https")
        .json(&credentials)
        .send();
    let cookie = answer.header("set-cookie").expect("a cookie");
    assert!(cookie.contains("; Secure"), "{cookie}");

    let app = TestApp::start_with(&[("SECURE_COOKIES", "true")]);
    app.add_person("u1", "global_user");
    let answer = login(&app, "u1@example.com", PASSWORD);
    let cookie = answer.header("set-cookie").expect("a cookie");
    assert!(cookie.contains("; Secure"), "{cookie}");
}

#[test]
fn a_wrong_password_and_an_unknown_person_are_told_the_same() {
    let app = TestApp::start();
    app.add_person("u1", "global_user");
    let wrong = login(&app, "u1@example.com", "not the password");
    let unknown = login(&app, "nobody@example.com", PASSWORD);
    assert_eq!(wrong.error().0, 401);
    assert_eq!(wrong.error(), unknown.error());
    assert_eq!(
        (wrong.header("set-cookie"), unknown.header("set-cookie")),
        (None, None)
    );
}

#[test]
fn credentials_that_are_none_are_refused_with_the_field() {
    let app = TestApp::start();
    for (body, status, field) in [
        (json!({"email": "u1@example.com"}), 400, Some("password")),
        (json!({"password": "x"}), 400, Some("email")),
        (json!({"email": 5, "password": "x"}), 400, Some("email")),
        (json!({"email": "", "password": ""}), 401, None),
        (
            json!({"email": "' OR 1=1 --", "password": "' OR 1=1 --"}),
            401,
            None,
        ),
        (json!([]), 400, None),
    ] {
        let answer = app.post("/api/auth/login").json(&body).send();
        let (got, named, _) = answer.error();
        assert_eq!(
            (got, named.as_deref().filter(|_| field.is_some())),
            (status, field),
            "{body}"
        );
    }
    assert_eq!(
        app.post("/api/auth/login").json_text("{").send().error().0,
        400
    );
    let form = app
        .post("/api/auth/login")
        .header("Content-Type", "application/x-www-form-urlencoded");
    assert_eq!(form.body("email=a&password=b").send().error().0, 415);
    let large = format!("{{\"email\": \"{}\"}}", "x".repeat(1_100_000));
    assert_eq!(
        app.post("/api/auth/login")
            .json_text(&large)
            .send()
            .error()
            .0,
        413
    );
}

#[test]
fn signing_out_ends_that_session_and_no_other() {
    let app = TestApp::start();
    let here = app.user("u1");
    let there = app.sign_in("u1");
    let out = app.post("/api/auth/logout").cookie(&here.cookie).send();
    assert_eq!(out.json(), json!({"success": true}));
    let cookie = out.header("set-cookie").expect("the cookie is taken back");
    assert!(
        cookie.starts_with("session=;") && cookie.contains("Max-Age=0"),
        "{cookie}"
    );
    assert_eq!(app.ask(&here, "/api/users/me").error().0, 401);
    assert_eq!(app.ask(&there, "/api/users/me").status, 200);
    for cookie in [here.cookie.as_str(), "session=", "session=nonsense", ""] {
        let again = app.post("/api/auth/logout").cookie(cookie).send();
        assert_eq!(
            again.status, 200,
            "who is not signed in is signed out already: {cookie}"
        );
    }
}

#[test]
fn a_cookie_that_is_no_session_is_nobody() {
    let app = TestApp::start();
    let ada = app.user("u1");
    for cookie in [
        "session=",
        "session=x",
        "session=' OR 1=1 --",
        "session=%00",
        "sessio=1",
        &ada.cookie.replace("session", "Session"),
    ] {
        let answer = app.get("/api/users/me").cookie(cookie).send();
        assert_eq!(answer.error().0, 401, "{cookie}");
    }
    app.sql("UPDATE sessions SET expires_at = 0");
    assert_eq!(
        app.ask(&ada, "/api/users/me").error().0,
        401,
        "a session does not last for ever"
    );
}

#[test]
fn everybody_may_know_their_role_their_teams_and_what_they_may() {
    let app = TestApp::start();
    let ada = app.user("u1");
    app.team("t1");
    app.team("t2");
    app.join("t1", &ada);
    app.administrate("t2", &ada);
    let permissions = [
        "flight_departures_metrics",
        "mcp_client_activity_metrics",
        "satellite_keys_metrics",
        "server_install_metrics",
    ];
    let permissions = permissions.map(|table| format!("metrics.{table}.view"));
    assert_eq!(
        app.ask(&ada, "/api/users/me").data(),
        json!({
            "id": "u1", "email": "u1@example.com", "role": "global_user",
            "teams": [
                {"id": "t1", "name": "t1", "role": "team_user"},
                {"id": "t2", "name": "t2", "role": "team_admin"},
            ],
            "permissions": permissions,
        })
    );
    let boss = app.admin("boss");
    let may = app.ask(&boss, "/api/users/me").data()["permissions"].clone();
    let may = may.as_array().expect("permissions");
    for permission in permissions {
        assert!(
            may.contains(&json!(permission)) && may.contains(&json!(format!("{permission}_all"))),
            "{may:?}"
        );
    }
}

#[test]
fn who_leaves_a_team_loses_it_with_the_next_request() {
    let app = TestApp::start();
    let ada = app.user("u1");
    app.team("t1");
    app.administrate("t1", &ada);
    let (own, team) = (
        "/api/users/me/metrics/server-installs?team_id=t1",
        "/api/teams/t1/metrics/server-installs",
    );
    assert_eq!(
        (app.ask(&ada, own).status, app.ask(&ada, team).status),
        (200, 200)
    );
    app.join("t1", &ada);
    assert_eq!(
        (app.ask(&ada, own).status, app.ask(&ada, team).error().0),
        (200, 403),
        "no administrator any more"
    );
    app.leave("t1", &ada);
    assert_eq!(
        (app.ask(&ada, own).error().0, app.ask(&ada, team).error().0),
        (403, 403)
    );
    assert_eq!(app.ask(&ada, "/api/users/me").data()["teams"], json!([]));
    app.join("t1", &ada);
    assert_eq!(app.ask(&ada, own).status, 200);
}

#[test]
fn the_first_administrator_is_made_once() {
    let mut app = TestApp::start();
    let everybody = app.run(&["users", "add", "--email", "x@example.com"]);
    assert!(
        everybody["password"]
            .as_str()
            .is_some_and(|password| password.len() >= 16),
        "{everybody}"
    );
    let mine = login(
        &app,
        "x@example.com",
        everybody["password"].as_str().expect("a password"),
    );
    assert_eq!(mine.status, 200);
    app.terminate();
    app.start_again();
    let kept: Value = login(
        &app,
        "x@example.com",
        everybody["password"].as_str().expect("a password"),
    )
    .json();
    assert_eq!(kept["success"], true);
}
