//! Batches of events: what is counted, by which satellite, and for which team.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{hours_ago, installations, text, with};
use crate::support::app::{Key, Person, TestApp};

/// What somebody's installations of the last hours add up to.
fn installed(app: &TestApp, person: &Person, team: &str) -> Value {
    let path = format!("/api/users/me/metrics/server-installs?team_id={team}&time_range=12h");
    app.ask(person, &path).data()["summary"]["total_installation_count"].clone()
}

/// A team `t1` with a user `u1` in it, and a key for any team.
fn app_with_a_user() -> (TestApp, Person, Key) {
    let app = TestApp::start();
    let ada = app.user("u1");
    app.team("t1");
    app.join("t1", &ada);
    let key = app.key("sat");
    (app, ada, key)
}

#[test]
fn what_was_acknowledged_is_in_the_next_query() {
    let (app, ada, key) = app_with_a_user();
    for count in 1..=20_u64 {
        app.record(&key, &[installations("u1", "t1", hours_ago(1), 1)]);
        assert_eq!(installed(&app, &ada, "t1"), json!(count));
    }
}

#[test]
fn reports_that_arrive_at_once_are_all_counted() {
    let (app, ada, _) = app_with_a_user();
    let keys = ["s1", "s2", "s3", "s4"].map(|satellite| app.key(satellite));
    std::thread::scope(|scope| {
        for key in &keys {
            let app = &app;
            scope.spawn(move || {
                for _ in 0..25 {
                    app.record(key, &[installations("u1", "t1", hours_ago(1), 1)]);
                }
            });
        }
    });
    assert_eq!(installed(&app, &ada, "t1"), json!(100));
}

#[test]
fn a_bad_event_does_not_spoil_its_batch() {
    let (app, ada, key) = app_with_a_user();
    let good = installations("u1", "t1", hours_ago(1), 5);
    let events = [
        good.clone(),
        json!({"type": "no_such_metric", "timestamp": text(hours_ago(1)), "data": {}}),
        with(good.clone(), &json!({"installation_count": -1})),
        installations("nobody", "t1", hours_ago(1), 1),
        installations("u1", "nowhere", hours_ago(1), 1),
        json!("not an object"),
        good,
    ];
    let answer = app.report(&key, &events);
    assert_eq!(answer.status, 200);
    let body = answer.json();
    assert_eq!(
        (&body["success"], &body["processed"], &body["failed"]),
        (&json!(true), &json!(2), &json!(5))
    );
    let failures = body["failures"].as_array().expect("failures");
    let what: Vec<_> = failures
        .iter()
        .map(|failure| (failure["index"].clone(), failure["type"].clone()))
        .collect();
    let installations = json!("server_installations");
    assert_eq!(
        what,
        [
            (json!(1), json!("no_such_metric")),
            (json!(2), installations.clone()),
            (json!(3), installations.clone()),
            (json!(4), installations),
            (json!(5), Value::Null),
        ]
    );
    for (failure, field) in
        failures
            .iter()
            .zip(["type", "installation_count", "user_id", "team_id"])
    {
        let sentence = failure["error"].as_str().expect("a sentence");
        assert!(
            failure["field"] == field && !sentence.is_empty(),
            "{failure} is about {field}"
        );
    }
    assert_eq!(installed(&app, &ada, "t1"), json!(10));
}

#[test]
fn an_event_may_be_spelled_in_any_order_and_with_escapes() {
    let (app, ada, key) = app_with_a_user();
    let at = text(hours_ago(1));
    let data = r#"{"installation_count": 3, "s\u0065rver_id": "s\n1", "team_id": "t1", "user_id": "\u00751"}"#;
    let events = [
        format!(r#"{{"data": {data}, "type": "server_installations", "timestamp": "{at}"}}"#),
        format!(r#"{{"timestamp": "{at}", "data": {data}, "type": "server_installation\u0073"}}"#),
    ];
    let body = format!(r#"{{"events": [{}]}}"#, events.join(", "));
    let answer = app.reporting(&key).json_text(&body).send();
    assert_eq!(
        (answer.status, &answer.json()["processed"]),
        (200, &json!(2))
    );
    assert_eq!(installed(&app, &ada, "t1"), json!(6));
}

#[test]
fn an_unknown_type_is_answered_with_those_that_there_are() {
    let (app, _, key) = app_with_a_user();
    let event = json!({"type": "server_install", "timestamp": text(hours_ago(1)), "data": {}});
    let failure = app.report(&key, &[event]).json()["failures"][0].clone();
    let sentence = failure["error"].as_str().expect("a sentence");
    assert!(
        sentence.contains("server_installations") && sentence.contains("\"server_install\""),
        "{sentence}"
    );
}

#[test]
fn an_empty_batch_is_nothing_and_no_error() {
    let (app, _, key) = app_with_a_user();
    app.record(&key, &[]);
}

#[test]
fn a_counter_left_out_is_zero() {
    let (app, ada, key) = app_with_a_user();
    let event = with(
        installations("u1", "t1", hours_ago(1), 1),
        &json!({"installation_count": null}),
    );
    app.record(&key, &[event]);
    assert_eq!(installed(&app, &ada, "t1"), json!(0));
}

#[test]
fn a_timestamp_may_have_an_offset_and_a_fraction() {
    let (app, ada, key) = app_with_a_user();
    let at = hours_ago(1) + TimeDelta::milliseconds(123);
    let zone = chrono::FixedOffset::east_opt(5 * 3600 + 1800).expect("an offset");
    let mut event = installations("u1", "t1", at, 3);
    event["timestamp"] = json!(at.with_timezone(&zone).to_rfc3339());
    app.record(&key, &[event]);
    assert_eq!(installed(&app, &ada, "t1"), json!(3));
}

#[test]
fn the_satellite_is_the_keys_own() {
    let (app, ada, key) = app_with_a_user();
    let event = installations("u1", "t1", hours_ago(1), 1);
    let same = with(event.clone(), &json!({"satellite_id": "sat"}));
    let other = with(event.clone(), &json!({"satellite_id": "other"}));
    let answer = app.report(&key, &[event, same, other]).json();
    assert_eq!(
        (&answer["processed"], &answer["failed"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(
        (
            &answer["failures"][0]["index"],
            &answer["failures"][0]["field"]
        ),
        (&json!(2), &json!("satellite_id"))
    );
    let of = |satellite: &str| {
        let path =
            format!("/api/users/me/metrics/server-installs?team_id=t1&satellite_id={satellite}");
        app.ask(&ada, &path).data()["summary"]["total_installation_count"].clone()
    };
    assert_eq!((of("sat"), of("other")), (json!(2), json!(0)));
}

#[test]
fn a_key_of_one_team_writes_to_that_team_alone() {
    let (app, ada, _) = app_with_a_user();
    app.team("t2");
    app.join("t2", &ada);
    let key = app.key_of_team("sat", "t1");
    let event = installations("u1", "t1", hours_ago(1), 1);
    let unsaid = with(event.clone(), &json!({"team_id": null}));
    let foreign = installations("u1", "t2", hours_ago(1), 1);
    let flight = json!({"carrier": "AA", "origin": "JFK", "dest": "BOS", "departures": 1});
    let flight =
        json!({"type": "flight_departures", "timestamp": text(hours_ago(1)), "data": flight});
    let answer = app.report(&key, &[event, unsaid, foreign, flight]).json();
    let failures = answer["failures"].as_array().expect("failures").iter();
    let failures: Vec<_> = failures
        .map(|failure| (failure["index"].clone(), failure["field"].clone()))
        .collect();
    assert_eq!(
        failures,
        [(json!(2), json!("team_id")), (json!(3), json!("carrier"))]
    );
    assert_eq!(
        (installed(&app, &ada, "t1"), installed(&app, &ada, "t2")),
        (json!(2), json!(0))
    );
}

#[test]
fn a_key_that_is_revoked_or_unknown_opens_nothing() {
    let (app, ada, key) = app_with_a_user();
    let event = installations("u1", "t1", hours_ago(1), 1);
    app.record(&key, std::slice::from_ref(&event));
    app.revoke(&key);
    let refused = app.report(&key, std::slice::from_ref(&event));
    assert_eq!(refused.error().0, 401);
    assert_eq!(refused.header("www-authenticate"), Some("Bearer"));

    let body = json!({"events": [event]});
    let other = app.key("other");
    let (front, _) = other.text.rsplit_once('_').expect("a key has parts");
    for header in [
        String::new(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        format!("Basic {}", other.text),
        format!("Bearer {front}_"),
        format!("Bearer {front}_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        format!("Bearer {}x", other.text),
        format!("Bearer {}", other.id),
        format!("Bearer {}", ada.cookie),
    ] {
        let answer = app
            .post("/api/metrics/events")
            .header("Authorization", header.as_str())
            .json(&body)
            .send();
        assert_eq!(answer.error().0, 401, "{header}");
    }
    let with_session = app
        .post("/api/metrics/events")
        .cookie(&ada.cookie)
        .json(&body)
        .send();
    assert_eq!(with_session.error().0, 401, "people read, satellites write");
    assert_eq!(installed(&app, &ada, "t1"), json!(1));
    let lower = app
        .post("/api/metrics/events")
        .header("Authorization", format!("bearer {}", other.text))
        .json(&body);
    assert_eq!(
        lower.send().status,
        200,
        "the scheme's case does not matter"
    );
}

#[test]
fn an_unknown_user_is_named_and_everybody_else_is_counted() {
    let (app, ada, key) = app_with_a_user();
    let events: Vec<_> = (0..50)
        .map(|index| {
            installations(
                if index % 2 == 0 { "u1" } else { "ghost" },
                "t1",
                hours_ago(1),
                1,
            )
        })
        .collect();
    let answer = app.report(&key, &events).json();
    assert_eq!(
        (&answer["processed"], &answer["failed"]),
        (&json!(25), &json!(25))
    );
    let sentence = answer["failures"][0]["error"].as_str().expect("a sentence");
    assert!(
        sentence.contains("user_id") && sentence.contains("ghost"),
        "{sentence}"
    );
    assert_eq!(installed(&app, &ada, "t1"), json!(25));
}
