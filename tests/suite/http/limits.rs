//! What a recorder without room answers, and what hosts with ids of any shape can rely on.

use std::sync::Barrier;

use metrics_runtime::Limits;
use metrics_runtime::web::{ApiLimits, Caller};
use serde_json::{Value, json};

use super::in_process::Mounted;
use super::{hours_ago, installations, text};
use crate::support::app::{TestApp, until};
use crate::support::metrics::registry;

fn logins(count: u64) -> Value {
    json!({"type": "login", "timestamp": text(hours_ago(1)), "data": {"count": count}})
}

fn counted(app: &Mounted) -> Value {
    let boss = Caller {
        permissions: registry().permissions_of("boss"),
        ..Caller::default()
    };
    app.add_caller("boss", boss);
    app.ask(Some("boss"), "/admin/metrics/login?time_range=12h")
        .data()["summary"]["total_count"]
        .clone()
}

#[test]
fn a_full_queue_is_a_429_that_says_when_to_try_again_and_nothing_is_lost() {
    let limits = Limits {
        queued_events: 2,
        ..Limits::default()
    };
    let app = Mounted::with_limits(limits, ApiLimits::default());
    app.add_key("key", "sat", None);
    // Somebody else writes: the recorder has to wait.
    let lock = app.database.place.lock();
    let barrier = Barrier::new(2);
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            barrier.wait();
            app.report("key", &[logins(1), logins(2)])
        });
        barrier.wait();
        until("the queue is full", || {
            (app.recorder.stats().queued == 2).then_some(())
        });
        let refused = app.report("key", &[logins(100)]);
        assert_eq!(
            (refused.error().0, refused.header("retry-after")),
            (429, Some("1"))
        );
        drop(lock);
        assert_eq!(waiting.join().expect("an answer").json()["processed"], 2);
    });
    assert_eq!(app.report("key", &[logins(10)]).json()["processed"], 1);
    assert_eq!(counted(&app), json!(13));
}

#[test]
fn how_much_waits_is_a_setting_of_the_application() {
    let app = TestApp::start_with(&[("QUEUED_EVENTS", "1"), ("FOLD_INTERVAL_MS", "60000")]);
    let (boss, key) = (app.admin("u1"), app.key("sat"));
    app.team("t1");
    let event = [installations("u1", "t1", hours_ago(1), 1)];
    let lock = app.lock();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| app.report(&key, &event));
        until("the queue is full", || {
            (app.state("metrics_events_queued") == 1).then_some(())
        });
        assert_eq!(app.report(&key, &event).status, 429);
        drop(lock);
        assert_eq!(waiting.join().expect("an answer").status, 200);
    });
    assert_eq!(app.state("metrics_events_unfolded"), 1);
    let path = "/api/admin/metrics/server-installs?time_range=12h";
    let summary = &app.ask(&boss, path).data()["summary"];
    assert_eq!(summary["total_installation_count"], 1);
}

#[test]
fn a_batch_that_is_larger_than_the_queue_is_taken_when_there_is_nothing_else() {
    let limits = Limits {
        queued_events: 2,
        ..Limits::default()
    };
    let app = Mounted::with_limits(limits, ApiLimits::default());
    app.add_key("key", "sat", None);
    assert_eq!(
        app.report("key", &vec![logins(1); 50]).json()["processed"],
        50
    );
    assert_eq!(counted(&app), json!(50));
}

#[test]
fn no_two_satellites_share_an_idempotency_key_whatever_their_ids_are() {
    let app = Mounted::start();
    let pairs = [
        ("a", "b:c"),
        ("a:b", "c"),
        ("a", "b"),
        ("a:", "b"),
        ("", "a:b"),
    ];
    for (index, (satellite, name)) in pairs.into_iter().enumerate() {
        let key = format!("key-{index}");
        app.add_key(&key, satellite, None);
        let report = app.reporting(&key).header("Idempotency-Key", name);
        assert_eq!(
            report.json(&json!({"events": [logins(1)]})).send().json()["processed"],
            1
        );
    }
    assert_eq!(counted(&app), json!(pairs.len()));
}

#[test]
fn a_satellite_of_one_team_cannot_write_what_has_no_team() {
    let app = Mounted::start();
    app.add_key("key", "sat", Some("t1"));
    let build = |team: Value| {
        let data = json!({"team": team, "passed": true, "builds": 1});
        json!({"type": "build", "timestamp": text(hours_ago(1)), "data": data})
    };
    let answer = app
        .report("key", &[logins(1), build(json!("t1")), build(json!("t2"))])
        .json();
    let failures = answer["failures"].as_array().expect("failures").iter();
    let failures: Vec<_> = failures
        .map(|failure| (failure["index"].clone(), failure["field"].clone()))
        .collect();
    assert_eq!(
        failures,
        [(json!(0), json!("type")), (json!(2), json!("team"))]
    );
    assert_eq!(counted(&app), json!(0));
}
