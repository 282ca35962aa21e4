//! Starting and ending.

use serde_json::{Value, json};

use super::{hours_ago, installations};
use crate::support::app::{TestApp, until};

#[test]
fn a_port_in_use_is_named_with_a_way_out() {
    let app = TestApp::start();
    let output = app.serve_on(app.address());
    assert_eq!(output.status.code(), Some(1));
    assert!(
        output.stdout.is_empty(),
        "nothing is announced that does not listen"
    );
    let said = String::from_utf8_lossy(&output.stderr);
    let (_, port) = app
        .address()
        .rsplit_once(':')
        .expect("an address has a port");
    assert!(said.contains(port) && said.contains("--bind"), "{said}");
    assert_eq!(
        app.get("/health/ready").send().status,
        200,
        "who was there first is not disturbed"
    );
}

#[test]
fn what_was_acknowledged_is_there_after_an_end_and_a_start() {
    let mut app = TestApp::start();
    let boss = app.admin("u1");
    app.team("t1");
    let key = app.key("sat");
    app.record(&key, &[installations("u1", "t1", hours_ago(1), 5)]);
    let ended = app.terminate();
    assert!(
        ended.success(),
        "an end that was asked for is no failure: {ended}"
    );
    app.start_again();
    let installed = || {
        let data = app
            .ask(&boss, "/api/admin/metrics/server-installs?time_range=12h")
            .data();
        data["summary"]["total_installation_count"].clone()
    };
    assert_eq!(installed(), json!(5), "and who was signed in still is");
    app.record(&key, &[installations("u1", "t1", hours_ago(1), 1)]);
    assert_eq!(installed(), json!(6));
}

#[test]
fn events_that_are_sent_while_it_ends_are_counted_exactly_if_they_were_acknowledged() {
    let mut app = TestApp::start();
    let boss = app.admin("u1");
    app.team("t1");
    let key = app.key("sat");
    let url = format!("http://{}/api/metrics/events", app.address());
    let body = json!({"events": [installations("u1", "t1", hours_ago(1), 1)]});
    let acknowledged: u64 = std::thread::scope(|scope| {
        let sender = || {
            let agent = ureq::Agent::new_with_defaults();
            let send = || {
                let request = agent
                    .post(&url)
                    .header("Authorization", format!("Bearer {}", key.text));
                request
                    .content_type("application/json")
                    .send(body.to_string())
                    .is_ok()
            };
            (0..).take_while(|_| send()).count() as u64
        };
        let senders: Vec<_> = (0..4).map(|_| scope.spawn(sender)).collect();
        until("events arrive", || {
            (app.state("metrics_events_committed_total") > 20).then_some(())
        });
        assert!(app.terminate().success());
        senders
            .into_iter()
            .map(|sender| sender.join().expect("a sender ends"))
            .sum()
    });
    app.start_again();
    let data = app
        .ask(&boss, "/api/admin/metrics/server-installs?time_range=12h")
        .data();
    let counted = &data["summary"]["total_installation_count"];
    // An answer may have been lost on its way out, an acknowledged event may not.
    let counted = counted.as_u64().expect("a count");
    assert!(
        (acknowledged..=acknowledged + 4).contains(&counted),
        "{acknowledged} acknowledged, {counted} counted"
    );
}

#[test]
fn whoever_only_reads_may_start_while_another_process_holds_the_database() {
    let app = TestApp::start();
    let boss = app.admin("u1");
    let lock = app.lock();
    let listed = app.run(&["users", "list"])["users"].clone();
    assert_eq!(listed.as_array().map(Vec::len), Some(2), "{listed}");
    let other = app.second_with(&[]);
    assert_eq!(app.ask_other(&other, &boss, "/api/users/me").status, 200);
    drop(lock);
}

#[test]
fn it_announces_where_it_listens_in_one_line_of_json() {
    let app = TestApp::start();
    let live: Value = app.get("/health/live").send().json();
    assert_eq!(live["success"], true);
    assert!(app.address().starts_with("127.0.0.1:"), "{}", app.address());
}
