//! The same `Idempotency-Key` again answers the same and counts nothing twice.

use serde_json::{Value, json};

use super::{hours_ago, installations};
use crate::support::app::http::Answer;
use crate::support::app::{Key, Person, TestApp};

fn app_with_a_user() -> (TestApp, Person) {
    let app = TestApp::start();
    let boss = app.admin("u1");
    app.team("t1");
    (app, boss)
}

fn report(app: &TestApp, key: &Key, name: &str, events: &[Value]) -> Answer {
    app.reporting(key)
        .header("Idempotency-Key", name)
        .json(&json!({"events": events}))
        .send()
}

fn installed(app: &TestApp, boss: &Person) -> Value {
    let data = app
        .ask(boss, "/api/admin/metrics/server-installs?time_range=12h")
        .data();
    data["summary"]["total_installation_count"].clone()
}

#[test]
fn a_batch_that_is_sent_again_is_answered_the_same_and_counted_once() {
    let (app, boss) = app_with_a_user();
    let key = app.key("sat");
    let events = [
        installations("u1", "t1", hours_ago(1), 4),
        installations("ghost", "t1", hours_ago(1), 1),
    ];
    let first = report(&app, &key, "batch-1", &events);
    assert_eq!((first.status, &first.json()["processed"]), (200, &json!(1)));
    for _ in 0..3 {
        let again = report(&app, &key, "batch-1", &events);
        assert_eq!(
            (again.status, again.body.as_str()),
            (200, first.body.as_str())
        );
    }
    assert_eq!(installed(&app, &boss), json!(4));
    assert_eq!(
        report(&app, &key, "batch-2", &events).json()["processed"],
        1
    );
    assert_eq!(
        installed(&app, &boss),
        json!(8),
        "another key is another batch"
    );
}

#[test]
fn it_holds_for_eight_senders_at_once() {
    let (app, boss) = app_with_a_user();
    let key = app.key("sat");
    let events = [installations("u1", "t1", hours_ago(1), 1)];
    for round in 1..=5_u64 {
        let name = format!("round-{round}");
        let answers: Vec<Answer> = std::thread::scope(|scope| {
            let send = || report(&app, &key, &name, &events);
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(send)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().expect("an answer"))
                .collect()
        });
        for answer in &answers {
            assert_eq!((answer.status, &answer.body), (200, &answers[0].body));
        }
        assert_eq!(installed(&app, &boss), json!(round));
    }
}

#[test]
fn it_holds_after_a_restart() {
    let (mut app, boss) = app_with_a_user();
    let key = app.key("sat");
    let events = [installations("u1", "t1", hours_ago(1), 2)];
    let first = report(&app, &key, "before", &events);
    app.terminate();
    app.start_again();
    assert_eq!(report(&app, &key, "before", &events).body, first.body);
    assert_eq!(installed(&app, &boss), json!(2));
}

#[test]
fn two_satellites_may_use_the_same_key() {
    let (app, boss) = app_with_a_user();
    let (one, other) = (app.key("sat"), app.key("sat.2"));
    for key in [&one, &other, &one, &other] {
        assert_eq!(
            report(
                &app,
                key,
                "1",
                &[installations("u1", "t1", hours_ago(1), 1)]
            )
            .status,
            200
        );
    }
    assert_eq!(installed(&app, &boss), json!(2));
}

#[test]
fn a_satellite_that_writes_for_two_teams_may_use_the_same_key_for_both() {
    let (app, boss) = app_with_a_user();
    app.team("t2");
    let (one, other) = (app.key_of_team("sat", "t1"), app.key_of_team("sat", "t2"));
    report(
        &app,
        &one,
        "1",
        &[installations("u1", "t1", hours_ago(1), 1)],
    );
    report(
        &app,
        &other,
        "1",
        &[installations("u1", "t2", hours_ago(1), 1)],
    );
    assert_eq!(installed(&app, &boss), json!(2));
}

#[test]
fn it_holds_for_the_satellites_next_key() {
    let (app, boss) = app_with_a_user();
    let events = [installations("u1", "t1", hours_ago(1), 1)];
    let old = app.key("sat");
    let first = report(&app, &old, "1", &events);
    app.revoke(&old);
    assert_eq!(report(&app, &app.key("sat"), "1", &events).body, first.body);
    assert_eq!(installed(&app, &boss), json!(1));
}

#[test]
fn a_key_that_is_none_is_refused_and_nothing_is_counted() {
    let (app, boss) = app_with_a_user();
    let key = app.key("sat");
    let body = json!({"events": [installations("u1", "t1", hours_ago(1), 1)]});
    let long = "k".repeat(256);
    for name in ["", long.as_str(), "schlüssel"] {
        let answer = app
            .reporting(&key)
            .header("Idempotency-Key", name)
            .json(&body)
            .send();
        let (status, field, _) = answer.error();
        assert_eq!(
            (status, field.as_deref()),
            (400, Some("Idempotency-Key")),
            "{name}"
        );
    }
    let twice = app
        .reporting(&key)
        .header("Idempotency-Key", "a")
        .header("Idempotency-Key", "b")
        .json(&body)
        .send();
    assert_eq!(twice.error().0, 400);
    assert_eq!(installed(&app, &boss), json!(0));
    assert_eq!(
        report(&app, &key, &long[1..], &[]).status,
        200,
        "255 characters are a key"
    );
}

#[test]
fn a_batch_that_was_refused_as_a_whole_may_be_mended_and_sent_again() {
    let (app, boss) = app_with_a_user();
    let key = app.key("sat");
    let broken = app
        .reporting(&key)
        .header("Idempotency-Key", "1")
        .json_text("{")
        .send();
    assert_eq!(broken.status, 400);
    assert_eq!(
        report(
            &app,
            &key,
            "1",
            &[installations("u1", "t1", hours_ago(1), 1)]
        )
        .json()["processed"],
        1
    );
    assert_eq!(installed(&app, &boss), json!(1));
}
