//! Requests whose end is seen elsewhere by a proxy in front: they are refused, so that nothing hides behind them.

use super::wire::{ask, exchange};
use super::{app_with_a_key, assert_no_http, assert_unharmed};
use crate::support::app::http::Answer;
use crate::support::app::until;

const BODY: &str = r#"{"events":[]}"#;

/// What would be answered as a request of its own if the one before it ended too early.
const HIDDEN: &str = "GET /nowhere/hidden HTTP/1.1\r\nHost: app\r\nConnection: close\r\n\r\n";

/// Asserts that nothing behind the first request was taken for another.
fn assert_nothing_hides(what: &str, answers: &[Answer]) {
    assert!(answers.len() <= 1, "{what} is {} answers", answers.len());
    for answer in answers {
        assert!(
            (400..500).contains(&answer.status) && !answer.body.contains("hidden"),
            "{what}: {} {}",
            answer.status,
            answer.body
        );
    }
}

#[test]
fn a_body_whose_length_is_not_beyond_doubt_is_refused() {
    let (app, key) = app_with_a_key();
    let chunked = "d\r\n{\"events\":[]}\r\n0\r\n\r\n";
    for headers in [
        "Content-Length: 13\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 13",
        "Content-Length: 13\r\nContent-Length: 13",
        "Content-Length: 13\r\nContent-Length: 0",
        "Content-Length: 13, 13",
        "Content-Length: +13",
        "Content-Length: -13",
        "Content-Length: 0xd",
        "Content-Length: 1e1",
        "Content-Length: 13 13",
        "Content-Length:",
        "Content-Length: 99999999999999999999999",
        "Content-Length : 13",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: identity, chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: \x0bchunked",
        "Transfer-Encoding:\r\n chunked",
        "Transfer-Encoding: \"chunked\"",
        "Transfer-Encoding: gzip",
        "X: y\r\n Transfer-Encoding: chunked\r\nContent-Length: 13",
    ] {
        for body in [BODY, chunked] {
            let request = format!(
                "POST /api/metrics/events HTTP/1.1\r\nHost: app\r\nAuthorization: Bearer {}\r\n{headers}\r\n\r\n{body}{HIDDEN}",
                key.text
            );
            let answers = exchange(&app, request);
            assert_nothing_hides(headers, &answers);
            assert_no_http(headers, &answers);
        }
    }
    assert_unharmed(&app);
}

#[test]
fn a_chunk_whose_length_is_not_beyond_doubt_ends_the_connection() {
    let (app, key) = app_with_a_key();
    for chunks in [
        "zz\r\n{\"events\":[]}\r\n0\r\n\r\n",
        "-1\r\n{\"events\":[]}\r\n0\r\n\r\n",
        "+d\r\n{\"events\":[]}\r\n0\r\n\r\n",
        "0xd\r\n{\"events\":[]}\r\n0\r\n\r\n",
        "ffffffffffffffffff\r\n{\"events\":[]}\r\n0\r\n\r\n",
        "d\n{\"events\":[]}\n0\n\n",
        "d\r\n{\"events\":[]}xx0\r\n\r\n",
        "d\r\r\n{\"events\":[]}\r\n0\r\n\r\n",
        "\r\nd\r\n{\"events\":[]}\r\n0\r\n\r\n",
    ] {
        let request = format!(
            "POST /api/metrics/events HTTP/1.1\r\nHost: app\r\nAuthorization: Bearer {}\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}{HIDDEN}",
            key.text
        );
        assert_nothing_hides(chunks, &exchange(&app, request));
    }
    assert_unharmed(&app);
}

#[test]
fn a_body_that_nobody_asked_for_is_not_the_next_request() {
    let (app, _) = app_with_a_key();
    for line in ["GET /health/live", "DELETE /health/live", "GET /"] {
        let request = format!(
            "{line} HTTP/1.1\r\nHost: app\r\nContent-Length: {}\r\n\r\n{HIDDEN}",
            HIDDEN.len()
        );
        let mut wire = super::Wire::to(&app);
        wire.say(request + &HIDDEN.replace("hidden", "next"));
        let next = wire.answers().pop();
        assert!(
            next.is_none_or(|next| !next.body.contains("hidden")),
            "{line}"
        );
    }
    assert_unharmed(&app);
}

#[test]
fn what_does_not_speak_this_protocol_is_told_so_and_no_more() {
    let (app, _) = app_with_a_key();
    for said in [
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\x16\x03\x01\x02\0\x01\0\x01\u{7c}\x03\x03\0\0\0\0\0\0\0\0\r\n\r\n",
        "SSH-2.0-OpenSSH_9.0\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET / HTTP/0.9\r\n\r\n",
        "GET /\r\n\r\n",
        "EHLO app\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "\0\0\0\0\r\n\r\n",
    ] {
        assert_no_http(said, &exchange(&app, said));
    }
    let counted = app.state("metrics_http_malformed_total");
    assert!(counted >= 5);
    let endless = format!("GET / HTTP/1.1\r\nHost: a\r\nX: {}", "x".repeat(200_000));
    assert_no_http("an endless head", &exchange(&app, &endless));
    until("an endless head is counted, too", || {
        (app.state("metrics_http_malformed_total") > counted).then_some(())
    });
    assert_eq!(app.log(), "", "nobody fills the log by it");
    for upgrade in ["websocket", "h2c"] {
        let request = format!(
            "GET /nowhere HTTP/1.1\r\nHost: app\r\nConnection: Upgrade, close\r\nUpgrade: {upgrade}\r\n\r\n"
        );
        assert_eq!(ask(&app, request).error().0, 404, "{upgrade}");
    }
    assert_unharmed(&app);
}
