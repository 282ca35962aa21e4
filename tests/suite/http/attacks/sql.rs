//! Pieces of statements, in every place that input reaches: they are values there, or nothing at all.

use serde_json::{Value, json};

use super::super::{hours_ago, installations, with};
use crate::support::app::http::{Answer, encoded};
use crate::support::app::{Key, Person, TestApp};

const PIECES: [&str; 12] = [
    "'",
    "\"",
    "' OR '1'='1",
    "' OR 1=1--",
    "\" OR \"\"=\"",
    "') OR TRUE--",
    "1; DROP TABLE users",
    "'; DELETE FROM sessions;--",
    "' UNION SELECT password_hash FROM users--",
    "$1",
    "?1",
    "\\'; SELECT pg_sleep(9);--",
];

/// An application with an event of `boss` in the team `t1`, whose administrator `boss` is.
fn app_with_an_event() -> (TestApp, Person, Key) {
    let app = TestApp::start();
    let boss = app.admin("boss");
    app.team("t1");
    app.administrate("t1", &boss);
    let key = app.key("sat");
    app.record(&key, &[installations("boss", "t1", hours_ago(1), 7)]);
    (app, boss, key)
}

fn total(data: &Value) -> &Value {
    &data["summary"]["total_installation_count"]
}

/// Asserts that all that was counted is there, and nothing else.
fn assert_all_there(app: &TestApp, boss: &Person, count: usize) {
    for path in [
        "/api/admin/metrics/server-installs",
        "/api/teams/t1/metrics/server-installs",
    ] {
        assert_eq!(total(&app.ask(boss, path).data()), &json!(count), "{path}");
    }
}

/// Asserts that somebody was answered that there is nothing, or that it is not asked like that.
fn assert_finds_nothing(what: &str, answer: &Answer) {
    if answer.status == 200 {
        assert_eq!(total(&answer.data()), &json!(0), "{what}: {}", answer.body);
    } else {
        let (status, _, sentence) = answer.error();
        assert!((400..500).contains(&status), "{what}: {status} {sentence}");
    }
}

#[test]
fn in_an_address_a_piece_of_a_statement_finds_nothing() {
    let (app, boss, _) = app_with_an_event();
    for piece in PIECES {
        let piece = encoded(piece);
        for name in [
            "server_id",
            "user_id",
            "team_id",
            "satellite_id",
            "time_range",
            "interval",
            "start",
            "end",
            "tz",
            "group_by",
            "top",
            "compare",
            "colour",
        ] {
            let path = format!("/api/admin/metrics/server-installs?{name}={piece}");
            assert_finds_nothing(&path, &app.ask(&boss, &path));
            let path = format!("/api/admin/metrics/server-installs?{name}{piece}=1");
            assert_finds_nothing(&path, &app.ask(&boss, &path));
        }
        for path in [
            format!("/api/admin/metrics/{piece}"),
            format!("/api/teams/{piece}/metrics/server-installs"),
            format!("/api/users/me/metrics/server-installs?team_id={piece}"),
            format!("/api/users/me/metrics/server-installs?team_id=t1&server_id={piece}"),
            format!("/api/admin/jobs/{piece}"),
            format!("/api/admin/jobs?state={piece}"),
            format!("/api/admin/jobs?kind={piece}"),
            format!("/api/admin/jobs?limit={piece}"),
        ] {
            assert_finds_nothing(&path, &app.ask(&boss, &path));
        }
    }
    assert_all_there(&app, &boss, 7);
}

#[test]
fn in_credentials_a_piece_of_a_statement_opens_nothing() {
    let (app, boss, _) = app_with_an_event();
    let refused = |what: &str, answer: &Answer| {
        let (status, _, sentence) = answer.error();
        assert!([400, 401].contains(&status), "{what}: {status} {sentence}");
    };
    for piece in PIECES {
        let cookie = format!("session={piece}");
        refused(piece, &app.get("/api/users/me").cookie(&cookie).send());
        let report = app.post("/api/metrics/events").bearer(piece);
        refused(piece, &report.json(&json!({"events": []})).send());
        let key = format!("sk_{piece}_{piece}");
        let report = app.post("/api/metrics/events").bearer(&key);
        refused(piece, &report.json(&json!({"events": []})).send());
    }
    // Each costs the hash of a password.
    for piece in ["' OR '1'='1", "boss@example.com'--", "boss@example.com\0"] {
        let credentials = json!({"email": piece, "password": piece});
        refused(
            piece,
            &app.post("/api/auth/login").json(&credentials).send(),
        );
    }
    assert_all_there(&app, &boss, 7);
}

#[test]
fn in_an_event_a_piece_of_a_statement_is_a_value_like_another() {
    let (app, boss, key) = app_with_an_event();
    for piece in PIECES {
        let good = installations("boss", "t1", hours_ago(1), 1);
        let mut of_type = good.clone();
        of_type["type"] = json!(piece);
        let mut at = good.clone();
        at["timestamp"] = json!(piece);
        let events = [
            of_type,
            at,
            with(good.clone(), &json!({"user_id": piece})),
            with(good.clone(), &json!({"team_id": piece})),
            with(good.clone(), &json!({"installation_count": piece})),
            with(good.clone(), &json!({(piece): 1})),
        ];
        let answer = app.report(&key, &events).json();
        assert_eq!(answer["failed"], events.len(), "{piece}: {answer}");
        let value = with(good, &json!({"server_id": piece, "installation_count": 1}));
        let report = app.reporting(&key).header("Idempotency-Key", piece);
        let answer = report.json(&json!({"events": [value]})).send().json();
        assert_eq!(answer["processed"], 1, "{piece}: {answer}");
    }
    let path = "/api/admin/metrics/server-installs?group_by=server_id&top=100";
    let groups = app.ask(&boss, path).data()["groups"].take();
    let groups = groups.as_array().expect("groups").iter();
    let mut values: Vec<_> = groups
        .filter_map(|group| group["value"].as_str().map(str::to_owned))
        .collect();
    let mut sent: Vec<_> = PIECES.iter().map(|&piece| piece.to_owned()).collect();
    sent.push("s1".to_owned());
    values.sort_unstable();
    sent.sort_unstable();
    assert_eq!(values, sent, "each is found as it was sent");
    assert_all_there(&app, &boss, 7 + PIECES.len());
}
