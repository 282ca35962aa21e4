//! A database that does not do what it is asked: the answer is an error, the process lives, and goes on afterwards.

use serde_json::json;

use super::{hours_ago, installations};
use crate::support::app::TestApp;

#[test]
fn while_another_process_holds_the_database_reports_are_told_to_come_again_and_readers_go_on() {
    let app = TestApp::start();
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
    assert!(app.log().contains("locked"), "{}", app.log());
    assert!(
        !refused.body.contains("locked"),
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
