//! What somebody sends who means harm, a file for each way of doing so: it is refused, nothing is recorded that should
//! not be, and whoever comes next is answered.

mod wire;

mod crowds;
mod injected_headers;
mod json_bombs;
mod other_sites;
mod paths;
mod pollution;
mod secrets;
mod slow_clients;
mod smuggling;
mod sniffing;
mod sql;

use wire::Wire;

use crate::support::app::http::Answer;
use crate::support::app::{Key, TestApp};

/// An application with a user `u1`, a team `t1`, and a key for any team.
fn app_with_a_key() -> (TestApp, Key) {
    let app = TestApp::start();
    app.add_person("u1", "global_user");
    app.team("t1");
    let key = app.key("sat");
    (app, key)
}

/// Asserts that something was refused, in the form that errors have, and without saying much.
fn assert_refused(what: &str, answer: &Answer) {
    let (status, _, _) = answer.error();
    assert!(
        (400..500).contains(&status),
        "{what}: {status} {}",
        answer.body
    );
    assert!(
        answer.body.len() < 2_500,
        "{what}: {} bytes are answered",
        answer.body.len()
    );
}

/// Asserts that what is no HTTP was refused before anything of it was read: by a status without a body, or by the end
/// of the connection.
fn assert_no_http(what: &str, answers: &[Answer]) {
    match answers {
        [] => {}
        [only] => {
            let refused = [400, 408, 431].contains(&only.status);
            assert!(refused, "{what}: {} {}", only.status, only.body);
        }
        several => panic!("{what} is {} answers", several.len()),
    }
}

/// Asserts that others are served as before, and that no event was counted.
fn assert_unharmed(app: &TestApp) {
    let ready = app.get("/health/ready").send();
    assert_eq!(ready.status, 200, "{}", ready.body);
    assert_eq!(app.state("metrics_events_committed_total"), 0);
    let log = app.log();
    assert!(!log.contains("panicked"), "{log}");
}
