//! What large heads, slow clients and too many connections come to.

use serde_json::Value;

use crate::support::app::{TestApp, until};
use crate::support::raw::Raw;

const LIVE: &str = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";

fn sign_in(length: usize) -> String {
    format!(
        "POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n"
    )
}

#[test]
fn a_head_beyond_the_limit_is_refused_in_the_form_of_all_errors() {
    let app = TestApp::start_with(&[("MAX_HEADER_BYTES", "2048")]);
    let request = |length| app.get("/health/live").header("X-Long", "x".repeat(length));
    assert_eq!(request(1500).send().status, 200);
    let (status, _, sentence) = request(2048).send().error();
    assert_eq!(status, 431);
    assert!(sentence.contains("2048"), "{sentence}");
    let address = format!("/health/live?{}", "x".repeat(2048));
    assert_eq!(app.get(&address).send().error().0, 431);
}

#[test]
fn a_head_that_does_not_arrive_in_time_ends_the_connection() {
    let app = TestApp::start_with(&[("HEADER_TIMEOUT", "1s")]);
    let mut slow = Raw::to(&app);
    slow.say("GET /health/live HTTP/1.1\r\nHost: local");
    assert!(slow.until_closed().starts_with("HTTP/1.1 408 "));
}

#[test]
fn a_body_that_does_not_arrive_in_time_is_refused_however_steadily_it_drips() {
    let app = TestApp::start_with(&[("BODY_TIMEOUT", "1s")]);
    let key = app.key("sat");
    let report = format!(
        "POST /api/metrics/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\
         Content-Length: 100000\r\n\r\n",
        key.text
    );
    for head in [sign_in(100_000), report] {
        let mut slow = Raw::to(&app);
        slow.say(&head);
        until("it is answered", || {
            slow.mumble("{");
            slow.is_answered().then_some(())
        });
        let said = slow.until_closed();
        assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
        let (_, body) = said.split_once("\r\n\r\n").expect("a body");
        let body: Value = serde_json::from_str(body).expect("one error, and nothing after it");
        assert_eq!(body["success"], false, "{body}");
    }
    assert_eq!(app.get("/health/ready").send().status, 200);
}

#[test]
fn a_connection_is_used_again() {
    let app = TestApp::start_with(&[("KEEP_ALIVE", "1h")]);
    let mut kept = Raw::to(&app);
    for _ in 0..2 {
        kept.say(LIVE);
        assert!(kept.answer().starts_with("HTTP/1.1 200"));
    }
}

#[test]
fn a_connection_on_which_nothing_happens_is_closed() {
    let app = TestApp::start_with(&[("KEEP_ALIVE", "1s")]);
    let mut idle = Raw::to(&app);
    idle.say(LIVE);
    assert!(idle.answer().starts_with("HTTP/1.1 200"));
    assert_eq!(idle.until_closed(), "");
}

#[test]
fn connections_beyond_the_limit_wait_for_one_to_be_closed() {
    let app = TestApp::start_with(&[("MAX_CONNECTIONS", "1"), ("WORKERS", "1")]);
    let mut first = Raw::to(&app);
    first.say(LIVE);
    assert!(first.answer().starts_with("HTTP/1.1 200"));
    let mut second = Raw::to(&app);
    second.say("GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    // Time enough to answer somebody else, many times over.
    for _ in 0..20 {
        first.say(LIVE);
        assert!(first.answer().starts_with("HTTP/1.1 200"));
    }
    assert!(!second.is_answered(), "there is no place yet");
    drop(first);
    assert!(second.until_closed().starts_with("HTTP/1.1 200"));
}
