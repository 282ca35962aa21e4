//! By its id, a request is found again: in its answer, in its errors and in the log.

use serde_json::{Value, json};
use ureq::http::Method;

use crate::support::app::TestApp;
use crate::support::app::http::Answer;

fn id_of(answer: &Answer) -> String {
    let id = answer.header("x-request-id").expect("each answer has one");
    id.to_owned()
}

#[test]
fn an_id_that_is_given_is_kept_and_otherwise_one_is_made() {
    let app = TestApp::start();
    let asked_as = |id: &str| id_of(&app.get("/health/live").header("X-Request-Id", id).send());
    assert_eq!(asked_as("01-ab.c:d_E"), "01-ab.c:d_E");
    let made = [
        id_of(&app.get("/health/live").send()),
        id_of(&app.get("/health/live").send()),
        asked_as("\"quoted\""),
        asked_as("two words"),
        asked_as(&"x".repeat(129)),
    ];
    for (index, id) in made.iter().enumerate() {
        assert_eq!(id.len(), 16, "{id}");
        assert!(!made[..index].contains(id), "{id} is given once");
    }
}

#[test]
fn every_error_has_the_id_of_its_request_whoever_has_found_it() {
    let app = TestApp::start_with(&[("MAX_HEADER_BYTES", "2048")]);
    let ada = app.user("ada");
    let metric = "/api/users/me/metrics/server-installs";
    for (method, path, status) in [
        (Method::GET, "/nowhere", 404),
        (Method::GET, "/api/nowhere", 404),
        (Method::GET, "/api/admin/jobs", 403),
        (Method::DELETE, "/api/auth/login", 405),
        (Method::POST, "/api/auth/login", 415),
        (Method::GET, metric, 400),
        (Method::GET, "/api/users/me/metrics/nothing", 404),
        (Method::GET, "/api/admin/metrics/server-installs", 403),
        (Method::DELETE, metric, 405),
        (Method::POST, "/api/metrics/events", 401),
        (Method::GET, &format!("{metric}?{}", "x".repeat(2048)), 431),
    ] {
        let request = app.request(method.clone(), path).cookie(&ada.cookie);
        let answer = request.header("X-Request-Id", "mine").send();
        assert_eq!(answer.error().0, status, "{method} {path}");
        assert_eq!(answer.json()["request_id"], "mine", "{method} {path}");
        assert_eq!(id_of(&answer), "mine", "{method} {path}");
    }
    let elsewhere = app
        .post("/api/auth/logout")
        .header("Sec-Fetch-Site", "cross-site");
    let elsewhere = elsewhere.send();
    assert_eq!(elsewhere.json()["request_id"], json!(id_of(&elsewhere)));
}

#[test]
fn what_is_no_error_is_answered_as_the_contract_says() {
    let app = TestApp::start();
    let answer = app.get("/health/live").send().json();
    assert_eq!(answer, json!({"success": true, "data": {"status": "live"}}));
}

/// The lines of the log that belong to a request.
fn lines_of(app: &TestApp, id: &str) -> Vec<Value> {
    let log = app.log();
    let lines = log.lines().map(|line| {
        let line: Value = serde_json::from_str(line).expect("each line is a document");
        line
    });
    lines.filter(|line| line["span"]["id"] == id).collect()
}

#[test]
fn every_line_of_the_log_that_a_request_causes_has_its_id() {
    let app = TestApp::start_with(&[("LOG", "debug"), ("LOG_FORMAT", "json")]);
    let ada = app.user("ada");
    app.sql("ALTER TABLE users RENAME TO people");
    let metric = "/api/users/me/metrics/server-installs?team_id=t1";
    for (id, path, sentence) in [
        ("of-the-app", "/health/ready", "the service is not ready"),
        (
            "of-a-metric",
            metric,
            "a request found the service unavailable",
        ),
    ] {
        let request = app.get(path).cookie(&ada.cookie);
        let answer = request.header("X-Request-Id", id).send();
        assert_eq!(answer.status, 503, "{}", answer.body);
        let lines = lines_of(&app, id);
        for said in [sentence, "answered"] {
            let line = lines.iter().find(|line| line["message"] == said);
            let line = line.unwrap_or_else(|| panic!("{said:?} is not in {lines:?}"));
            assert_eq!(
                line["span"]["path"],
                path.split('?').next().unwrap_or_default()
            );
        }
    }
}

#[test]
fn the_log_for_people_has_the_id_too_however_little_is_logged() {
    let app = TestApp::start_with(&[("LOG", "error")]);
    app.sql("ALTER TABLE users RENAME TO people");
    let answer = app.get("/health/ready").send();
    assert_eq!(answer.status, 503);
    let (log, id) = (app.log(), id_of(&answer));
    assert!(log.contains(&id), "{id} is not in {log}");
}
