//! Clients that take their time, so that others wait: they are sent away, and nobody waits for them.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::{hours_ago, installations};
use super::wire::{Wire, ask, head};
use super::{assert_no_http, assert_refused};
use crate::support::app::events::Watched;
use crate::support::app::{TestApp, until};

/// How much memory the process may take beyond what it takes anyway, in megabytes: what eight connections keep of
/// answers that are on their way. The answers that are asked for would be gigabytes.
const ROOM: u64 = 192;

#[test]
fn a_head_that_drips_is_not_waited_for_however_many_do() {
    let app = TestApp::start_with(&[("HEADER_TIMEOUT", "1s")]);
    let mut dripping: Vec<_> = (0..200).map(|_| Wire::to(&app)).collect();
    let request = format!("{}X: y", head("GET /health/live"));
    // Each byte comes a little later than the one before; the last of them never does.
    for byte in request.as_bytes() {
        for wire in &mut dripping {
            wire.say([*byte]);
        }
        until_others_are_served(&app);
    }
    for wire in dripping {
        assert_no_http("a head that drips", &wire.answers());
    }
    until_others_are_served(&app);
}

/// A machine that stands still for as long as a head may take makes others late, too.
fn until_others_are_served(app: &TestApp) {
    until("others are served", || {
        let answer = app.get("/health/ready").try_send().ok()?;
        (answer.status == 200).then_some(())
    });
}

#[test]
fn a_body_that_does_not_say_how_long_it_is_is_refused_once_it_is_too_large() {
    let app = TestApp::start_with(&[("MAX_BODY_BYTES", "65536")]);
    let key = app.key("sat");
    let pieces = format!("1000\r\n{}\r\n", " ".repeat(0x1000)).repeat(17);
    for path in ["/api/metrics/events", "/api/auth/login"] {
        let head = head(&format!("POST {path}"));
        let answer = ask(
            &app,
            format!(
                "{head}Authorization: Bearer {}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{pieces}0\r\n\r\n",
                key.text
            ),
        );
        assert_refused(path, &answer);
        assert_eq!(answer.status, 413, "{path}");
    }
    assert_eq!(app.get("/health/ready").send().status, 200);
}

#[test]
fn a_body_that_says_it_is_too_large_is_not_waited_for() {
    let app = TestApp::start();
    let key = app.key("sat");
    for path in ["/api/metrics/events", "/api/auth/login"] {
        for length in ["1048577", "9223372036854775807"] {
            let mut wire = Wire::to(&app);
            wire.say(format!(
                "{}Authorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n",
                head(&format!("POST {path}")),
                key.text
            ));
            let answers = wire.answers();
            let [answer] = answers.as_slice() else {
                panic!("{path} {length} is answered {} times", answers.len());
            };
            assert_eq!(answer.error().0, 413, "{path} {length}");
        }
    }
}

#[test]
fn answers_that_nobody_reads_do_not_pile_up() {
    let app = TestApp::start();
    let before = app.most_memory();
    let request = "GET /assets/chart.js HTTP/1.1\r\nHost: app\r\n\r\n".repeat(1_000);
    let mut greedy: Vec<_> = (0..8).map(|_| Wire::to(&app)).collect();
    for wire in &mut greedy {
        wire.give_up_after(Duration::from_millis(200));
        // A million answers would be wanted, if they all were taken.
        for _ in 0..1_000 {
            if !wire.say(&request) {
                break;
            }
        }
        assert_eq!(app.get("/health/ready").send().status, 200);
    }
    let taken = app.most_memory() - before;
    assert!(taken < ROOM, "{taken} MB for answers that nobody reads");
}

#[test]
fn who_reads_nothing_of_what_was_asked_for_is_let_go() {
    let app = TestApp::start_with(&[("WRITE_TIMEOUT", "1s"), ("KEEP_ALIVE", "1h")]);
    let request = "GET /assets/chart.js HTTP/1.1\r\nHost: app\r\n\r\n".repeat(1_000);
    let deaf: Vec<_> = (0..8)
        .map(|_| {
            let mut wire = Wire::to(&app);
            wire.say(&request);
            wire
        })
        .collect();
    until("only who asks is connected", || {
        (app.state("metrics_http_connections") == 1).then_some(())
    });
    drop(deaf);
}

#[test]
fn who_sends_a_body_without_end_is_refused_and_let_go() {
    let app = TestApp::start_with(&[("MAX_BODY_BYTES", "65536")]);
    let key = app.key("sat");
    let piece = format!("1000\r\n{}\r\n", " ".repeat(0x1000));
    for path in ["/api/metrics/events", "/api/auth/login", "/api/admin/users"] {
        let mut wire = Wire::to(&app);
        wire.say(format!(
            "POST {path} HTTP/1.1\r\nHost: app\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
            key.text
        ));
        // Whoever goes on is not heard any more before long.
        while wire.say(&piece) {}
        assert_refused(path, &wire.answers()[0]);
    }
    assert_eq!(app.get("/health/ready").send().status, 200);
}

#[test]
fn who_does_not_read_a_stream_holds_up_nobody_who_does() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    app.team("t1");
    let key = app.key("sat");
    let path =
        "/api/admin/metrics/server-installs/stream?time_range=24h&group_by=server_id&top=100";
    let before = app.most_memory();
    let mut deaf: Vec<_> = (0..8).map(|_| Wire::to(&app)).collect();
    for wire in &mut deaf {
        wire.say(format!(
            "{}Cookie: {}\r\n\r\n",
            head(&format!("GET {path}")),
            boss.cookie
        ));
    }
    let reader = app.get(path).cookie(&boss.cookie).stream();
    let mut reader = Watched::new(reader.unwrap_or_else(|answer| panic!("{}", answer.body)));
    let total = |data: &Value| data["summary"]["total_installation_count"].clone();
    for round in 1..=8 {
        let mut event = installations("boss", "t1", hours_ago(1), 1);
        event["data"]["server_id"] = json!(format!("s{round}"));
        app.record(&key, &[event]);
        reader.until(|data| total(data) == json!(round));
    }
    let taken = app.most_memory() - before;
    assert!(taken < ROOM, "{taken} MB for streams that nobody reads");
}
