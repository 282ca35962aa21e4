//! A database that does not do what it is asked: the answer is an error, the process lives, and goes on afterwards.

mod sqlite;

use serde_json::json;

use super::{hours_ago, installations};
use crate::support::app::{Key, Person, TestApp, until};

/// Reports an event that counts two, is refused while the fault lasts, and accepted once it has ended.
fn refused_during(app: &TestApp, key: &Key, boss: &Person, end: impl FnOnce()) {
    let event = [installations("u1", "t1", hours_ago(1), 2)];
    let total = || {
        let path = "/api/admin/metrics/server-installs?time_range=12h";
        app.ask(boss, path).data()["summary"]["total_installation_count"].clone()
    };
    let refused = app.report(key, &event);
    assert_eq!(refused.status, 503, "{}", refused.body);
    assert!(refused.header("retry-after").is_some());
    assert_eq!(total(), json!(2), "what was there before can be read");
    end();
    // Connections that were opened during the fault go one after the other.
    until("it is accepted again", || {
        (app.report(key, &event).status == 200).then_some(())
    });
    assert_eq!(total(), json!(4), "what was refused was not counted");
}

#[test]
fn while_another_process_holds_the_database_reports_are_told_to_come_again_and_readers_go_on() {
    let app = TestApp::start_with(&[("STATEMENT_TIMEOUT", "1s")]);
    let boss = app.admin("u1");
    app.team("t1");
    let key = app.key("sat");
    let event = [installations("u1", "t1", hours_ago(1), 2)];
    app.record(&key, &event);
    let total = || {
        let path = "/api/admin/metrics/server-installs?time_range=12h";
        app.ask(&boss, path).data()["summary"]["total_installation_count"].clone()
    };
    let lock = app.lock();
    let refused = app.report(&key, &event);
    assert_eq!(refused.status, 503, "{}", refused.body);
    assert!(refused.header("retry-after").is_some());
    let log = app.log();
    let reason = ["is locked", "statement timeout"]
        .into_iter()
        .find(|reason| log.contains(reason));
    let reason = reason.unwrap_or_else(|| panic!("the log has the reason: {log}"));
    assert!(
        !refused.body.contains(reason),
        "the reason is for the log: {}",
        refused.body
    );
    assert_eq!(total(), json!(2), "readers do not wait for writers");
    assert_eq!(app.state("metrics_events_unavailable_total"), 1);
    drop(lock);
    app.record(&key, &event);
    assert_eq!(
        total(),
        json!(4),
        "what was refused was not counted, what came after it was"
    );
}
