//! Whoever is deleted takes their numbers along, while the server runs.

use serde_json::{Value, json};

use super::{hours_ago, installations, text};
use crate::support::app::{Key, Person, TestApp};

/// Everybody's installations.
fn installed(app: &TestApp, boss: &Person) -> Value {
    let data = app
        .ask(boss, "/api/admin/metrics/server-installs?time_range=12h")
        .data();
    data["summary"]["total_installation_count"].clone()
}

/// An administrator, the users `u1` and `u2`, the teams `t1` and `t2`, and something counted for each pair.
fn app_with_numbers() -> (TestApp, Person, Key) {
    let app = TestApp::start();
    let boss = app.admin("boss");
    for user in ["u1", "u2"] {
        app.add_person(user, "global_user");
    }
    for team in ["t1", "t2"] {
        app.team(team);
    }
    let key = app.key("sat");
    let pairs = [
        ("u1", "t1", 1),
        ("u1", "t2", 10),
        ("u2", "t1", 100),
        ("u2", "t2", 1000),
    ];
    let events = pairs.map(|(user, team, count)| installations(user, team, hours_ago(1), count));
    app.record(&key, &events);
    assert_eq!(installed(&app, &boss), json!(1111));
    (app, boss, key)
}

#[test]
fn a_deleted_user_takes_their_numbers_along_at_once() {
    let (app, boss, key) = app_with_numbers();
    app.sql("DELETE FROM users WHERE id = 'u1'");
    assert_eq!(installed(&app, &boss), json!(1100));
    let events = [
        installations("u1", "t1", hours_ago(1), 1),
        installations("u2", "t1", hours_ago(1), 100),
        installations("u1", "t2", hours_ago(1), 1),
    ];
    let answer = app.report(&key, &events).json();
    assert_eq!(
        (&answer["processed"], &answer["failed"]),
        (&json!(1), &json!(2)),
        "{answer}"
    );
    for failure in answer["failures"].as_array().expect("failures") {
        let sentence = failure["error"].as_str().expect("a sentence");
        assert!(
            failure["field"] == "user_id" && sentence.contains("u1"),
            "{failure}"
        );
    }
    assert_eq!(
        installed(&app, &boss),
        json!(1200),
        "everybody else is counted as before"
    );
}

#[test]
fn a_deleted_team_takes_its_numbers_along_at_once() {
    let (app, boss, key) = app_with_numbers();
    app.sql("DELETE FROM teams WHERE id = 't2'");
    assert_eq!(installed(&app, &boss), json!(101));
    let events = [
        installations("u1", "t2", hours_ago(1), 1),
        installations("u1", "t1", hours_ago(1), 1),
    ];
    let answer = app.report(&key, &events).json();
    assert_eq!(
        (&answer["processed"], &answer["failures"][0]["field"]),
        (&json!(1), &json!("team_id")),
        "{answer}"
    );
    assert_eq!(installed(&app, &boss), json!(102));
}

#[test]
fn who_comes_after_a_deleted_user_inherits_nothing() {
    let (app, boss, key) = app_with_numbers();
    app.sql("DELETE FROM users WHERE id IN ('u1', 'u2')");
    let carol = app.user("u3");
    app.join("t1", &carol);
    app.record(&key, &[installations("u3", "t1", hours_ago(1), 7)]);
    let own = app
        .ask(&carol, "/api/users/me/metrics/server-installs?team_id=t1")
        .data();
    assert_eq!(own["summary"]["total_installation_count"], json!(7));
    let refused = app
        .report(&key, &[installations("u1", "t1", hours_ago(1), 1)])
        .json();
    assert_eq!(refused["failed"], 1);
    assert_eq!(installed(&app, &boss), json!(7));
}

#[test]
fn somebody_who_is_added_again_under_the_same_id_starts_from_zero() {
    let (app, boss, key) = app_with_numbers();
    app.sql("DELETE FROM users WHERE id = 'u2'");
    app.add_person("u2", "global_user");
    assert_eq!(installed(&app, &boss), json!(11));
    // The server has written for the earlier u2 and still knows under which number.
    app.record(&key, &[installations("u2", "t2", hours_ago(1), 5)]);
    assert_eq!(installed(&app, &boss), json!(16));
}

#[test]
fn somebody_who_did_not_exist_is_counted_as_soon_as_they_do() {
    let (app, boss, key) = app_with_numbers();
    let event = [installations("u9", "t1", hours_ago(1), 3)];
    assert_eq!(app.report(&key, &event).json()["failed"], 1);
    app.add_person("u9", "global_user");
    app.record(&key, &event);
    assert_eq!(installed(&app, &boss), json!(1114));
}

#[test]
fn a_deletion_ends_sessions_and_keys_as_well() {
    let (app, _, _) = app_with_numbers();
    let dora = app.user("dora");
    let key = app.key_of_team("sat", "t1");
    app.sql("DELETE FROM users WHERE id = 'dora'; DELETE FROM teams WHERE id = 't1'");
    assert_eq!(app.ask(&dora, "/api/users/me").error().0, 401);
    assert_eq!(app.report(&key, &[]).error().0, 401);
}

#[test]
fn a_metric_that_refers_to_nobody_is_left_alone() {
    let (app, boss, key) = app_with_numbers();
    let flight = json!({"carrier": "t1", "origin": "JFK", "dest": "BOS", "departures": 1});
    app.record(
        &key,
        &[json!({"type": "flight_departures", "timestamp": text(hours_ago(1)), "data": flight})],
    );
    app.sql("DELETE FROM teams WHERE id = 't1'");
    let data = app
        .ask(&boss, "/api/admin/metrics/flight-departures")
        .data();
    assert_eq!(data["summary"]["total_departures"], 1);
}
