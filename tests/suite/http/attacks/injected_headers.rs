//! What is sent in the hope that it comes back as a header, or as a line of the log.

use serde_json::json;

use super::wire::{Wire, ask, exchange, head};
use super::{app_with_a_key, assert_no_http, assert_refused, assert_unharmed};
use crate::support::app::TestApp;

/// Ways to write the end of a line, each followed by a header.
const BREAKS: [&str; 6] = [
    "%0d%0aX-Injected: yes",
    "%0aX-Injected: yes",
    "%0dX-Injected: yes",
    "%E5%98%8D%E5%98%8AX-Injected: yes",
    "\\r\\nX-Injected: yes",
    "%2525250d%2525250aX-Injected: yes",
];

#[test]
fn nothing_of_an_address_becomes_a_header() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    for line_break in BREAKS {
        let line_break = line_break.replace(' ', "%20");
        for target in [
            format!("/nowhere{line_break}"),
            format!("/assets/main.js{line_break}"),
            format!("/api/admin/jobs/{line_break}"),
            format!("/api/admin/metrics/server-installs?tz={line_break}"),
            format!("/api/admin/metrics/server-installs?group_by={line_break}"),
            format!("/api/admin/metrics/server-installs?{line_break}=1"),
        ] {
            let head = head(&format!("GET {target}"));
            let answer = ask(&app, format!("{head}Cookie: {}\r\n\r\n", boss.cookie));
            assert_refused(&target, &answer);
            assert_eq!(answer.header("x-injected"), None, "{target}");
        }
    }
}

#[test]
fn nothing_of_a_header_becomes_another() {
    let (app, key) = app_with_a_key();
    let request = |header: &str| {
        let head = head("POST /api/metrics/events");
        let body = json!({"events": []}).to_string();
        format!(
            "{head}Authorization: Bearer {}\r\nContent-Type: application/json\r\n{header}\r\nContent-Length: {}\r\n\r\n{body}",
            key.text,
            body.len()
        )
    };
    for name in [
        "Idempotency-Key",
        "User-Agent",
        "X-Request-Id",
        "Origin",
        "Referer",
        "Accept-Encoding",
        "If-None-Match",
        "X-Forwarded-Proto",
        "Forwarded",
    ] {
        for line_break in BREAKS {
            for answer in exchange(&app, request(&format!("{name}: a{line_break}"))) {
                assert!(answer.status < 500, "{name}: {}", answer.body);
                assert_eq!(answer.header("x-injected"), None, "{name}");
            }
        }
        for raw in ["a\rX-Injected: yes", "a\0b", "a\x0b", "a\x7f"] {
            assert_no_http(name, &exchange(&app, request(&format!("{name}: {raw}"))));
        }
    }
    for no_header in [
        " Host: app",
        "Host : app",
        ": x",
        "X Y: z",
        "X\0: y",
        "no colon",
    ] {
        assert_no_http(no_header, &exchange(&app, request(no_header)));
    }
    assert_unharmed(&app);
}

#[test]
fn a_name_that_cannot_be_written_in_a_header_is_no_name_of_anybody() {
    let app = TestApp::start();
    for token in [
        "\u{e9}",
        "\u{ff}\u{fe}",
        "a, b",
        "\"",
        "a;b=c",
        "=",
        "session=session",
    ] {
        let head = head("GET /api/users/me");
        let answer = ask(&app, format!("{head}Cookie: session={token}\r\n\r\n"));
        assert_eq!(answer.error().0, 401, "{token}");
    }
    let many: String = (0..2_000).map(|n| format!("session={n}; ")).collect();
    let answer = ask(
        &app,
        format!("{}Cookie: {many}\r\n\r\n", head("GET /api/users/me")),
    );
    assert_eq!(answer.error().0, 401);
}

#[test]
fn headers_without_end_are_refused() {
    let app = TestApp::start();
    let many: String = (0..10_000).map(|n| format!("X-{n}: y\r\n")).collect();
    let long = format!("X: {}\r\n", "y".repeat(500_000));
    for headers in [many, long] {
        let mut wire = Wire::to(&app);
        wire.say(format!("{}{headers}\r\n", head("GET /health/live")));
        assert_no_http("headers without end", &wire.answers());
    }
    assert_unharmed(&app);
}

#[test]
fn nothing_that_is_sent_becomes_a_line_of_the_log() {
    let app = TestApp::start_with(&[("LOG", "trace")]);
    let key = app.key("sat");
    let forged = "x\n2026-01-01T00:00:00Z ERROR app: forged\r\n\u{1b}[31mred";
    let credentials = json!({"email": forged, "password": forged});
    app.post("/api/auth/login").json(&credentials).send();
    let event = json!({"type": forged, "timestamp": forged, "data": {forged: forged}});
    app.report(&key, &[event]);
    app.get("/nowhere%0aforged%1b[31m").send();
    app.get("/health/live")
        .header("User-Agent", "x\tforged")
        .send();
    let log = app.log();
    for line in log.lines() {
        let forged = line.starts_with("2026-01-01T00:00:00Z") || line.contains('\u{1b}');
        assert!(!forged, "{line:?}");
    }
}
