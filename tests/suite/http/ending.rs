//! How the process ends, once it has been asked to: nothing that was begun is left without an answer.

use serde_json::json;

use super::{hours_ago, installations};
use crate::support::app::http::Answer;
use crate::support::app::{TestApp, until};
use crate::support::raw::Raw;

/// Waits until nobody listens any more.
fn nobody_listens(app: &TestApp) {
    until("nobody listens", || {
        app.get("/health/live").try_send().is_err().then_some(())
    });
}

fn total(app: &TestApp, cookie: &str) -> serde_json::Value {
    let path = "/api/admin/metrics/server-installs?time_range=12h";
    let data = app.get(path).cookie(cookie).send().data();
    data["summary"]["total_installation_count"].clone()
}

#[test]
fn every_request_that_is_being_answered_is_answered_after_the_end_was_asked_for() {
    const SENDERS: usize = 8;
    let mut app = TestApp::start();
    let boss = app.admin("boss");
    app.team("t1");
    let key = app.key("sat");
    let event = [installations("boss", "t1", hours_ago(1), 1)];
    let lock = app.lock();
    std::thread::scope(|scope| {
        let report = || app.report(&key, &event);
        let senders: Vec<_> = (0..SENDERS).map(|_| scope.spawn(report)).collect();
        until("all of them wait", || {
            (app.state("metrics_events_queued") == 8).then_some(())
        });
        app.signal("TERM");
        nobody_listens(&app);
        drop(lock);
        for sender in senders {
            let answer: Answer = sender.join().expect("an answer");
            assert_eq!(
                (answer.status, &answer.json()["processed"]),
                (200, &json!(1))
            );
        }
    });
    assert!(app.ended().success());
    app.start_again();
    assert_eq!(total(&app, &boss.cookie), json!(SENDERS));
}

#[test]
fn it_is_not_ready_first_and_goes_on_until_others_have_noticed() {
    let mut app = TestApp::start_with(&[("SHUTDOWN_DELAY", "1h")]);
    let boss = app.admin("boss");
    app.team("t1");
    let key = app.key("sat");
    assert_eq!(app.get("/health/ready").send().status, 200);
    app.signal("TERM");
    let sentence = until("it is not ready", || {
        let answer = app.get("/health/ready").send();
        (answer.status == 503).then(|| answer.error().2)
    });
    assert!(sentence.contains("stopped"), "{sentence}");
    assert_eq!(app.get("/health/live").send().status, 200);
    app.record(&key, &[installations("boss", "t1", hours_ago(1), 1)]);
    // The delay is an hour: only a second signal ends it now.
    app.signal("TERM");
    assert_eq!(app.ended().code(), Some(1), "not everything was finished");
    app.start_again();
    assert_eq!(total(&app, &boss.cookie), json!(1));
}

#[test]
fn who_does_not_finish_in_time_keeps_nobody_from_ending() {
    let mut app = TestApp::start_with(&[("SHUTDOWN_TIMEOUT", "1s"), ("BODY_TIMEOUT", "1h")]);
    let mut slow = Raw::to(&app);
    slow.say(
        "POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: 100\r\n\r\n{",
    );
    until("its request is being answered", || {
        (app.state("metrics_http_requests_in_flight") == 2).then_some(())
    });
    assert!(app.terminate().success());
    assert_eq!(slow.until_closed(), "");
}

#[test]
fn a_connection_that_is_only_kept_keeps_nobody_from_ending() {
    let mut app = TestApp::start_with(&[("SHUTDOWN_TIMEOUT", "1h"), ("KEEP_ALIVE", "1h")]);
    let mut idle = Raw::to(&app);
    idle.say("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert!(idle.answer().starts_with("HTTP/1.1 200"));
    assert!(app.terminate().success());
}

#[test]
fn it_begins_anew_when_it_is_told_to_with_the_settings_that_hold_by_then() {
    let mut app = TestApp::start();
    let boss = app.admin("boss");
    app.team("t1");
    let key = app.key("sat");
    app.record(&key, &[installations("boss", "t1", hours_ago(1), 2)]);
    let began = app.state("metrics_events_committed_total");
    assert_eq!(began, 1);
    let settings = app.folder().join("metrics.toml");
    std::fs::write(settings, "max_header_bytes = 1024\n").expect("the folder can be written to");
    app.restart();
    assert_eq!(
        app.state("metrics_events_committed_total"),
        0,
        "it is another one"
    );
    assert_eq!(total(&app, &boss.cookie), json!(2));
    let long = app.get("/health/live").header("X-Long", "x".repeat(1024));
    assert_eq!(long.send().status, 431);
}
