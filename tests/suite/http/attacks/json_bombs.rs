//! Bodies that are small to send and large to read, and those that two readers read differently.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use super::super::{hours_ago, installations, with};
use super::{app_with_a_key, assert_refused, assert_unharmed};
use crate::support::app::http::Answer;
use crate::support::app::{Key, TestApp};

/// An event with one more field, spelled as it is.
fn event_with(field: &str) -> String {
    let event = with(
        installations("u1", "t1", hours_ago(1), 0),
        &json!({"installation_count": null, "server_id": null}),
    );
    let event = event
        .to_string()
        .replacen(r#""data":{"#, &format!(r#""data":{{{field},"#), 1);
    format!(r#"{{"events": [{event}]}}"#)
}

/// Asserts that a report is refused as a whole or that its event is, and briefly.
fn assert_not_counted(what: &str, answer: &Answer) {
    if answer.status != 200 {
        return assert_refused(what, answer);
    }
    let body = answer.json();
    assert_eq!(
        (&body["processed"], &body["failed"]),
        (&json!(0), &json!(1)),
        "{what}: {body}"
    );
    assert!(answer.body.len() < 1_000, "{what} is echoed");
}

fn report(app: &TestApp, key: &Key, body: &str) -> Answer {
    app.reporting(key).json_text(body).send()
}

#[test]
fn a_value_that_grows_without_end_is_refused() {
    let (app, key) = app_with_a_key();
    let digits = "9".repeat(400);
    let million = "9".repeat(900_000);
    for (what, value) in [
        ("an exponent", "1e999999".to_owned()),
        ("a negative exponent", "1e-999999".to_owned()),
        ("an endless exponent", format!("1e{digits}")),
        ("10^400", digits),
        ("a million digits", million.clone()),
        ("a million decimals", format!("0.{million}")),
        ("a million digits as text", format!("\"{million}\"")),
        ("minus nothing", "-0".to_owned()),
        ("no number", "NaN".to_owned()),
        ("infinity", "Infinity".to_owned()),
        ("octal", "01".to_owned()),
        ("hexadecimal", "0x1".to_owned()),
        ("a sign", "+1".to_owned()),
        ("lists in lists", "[".repeat(100_000) + &"]".repeat(100_000)),
        (
            "objects in objects",
            "{\"a\":".repeat(100_000) + "1" + &"}".repeat(100_000),
        ),
    ] {
        let count = event_with(&format!(r#""installation_count":{value},"server_id":"s1""#));
        assert_not_counted(what, &report(&app, &key, &count));
        let dimension = event_with(&format!(r#""installation_count":1,"server_id":{value}"#));
        assert_not_counted(what, &report(&app, &key, &dimension));
    }
    assert_unharmed(&app);
}

#[test]
fn a_name_that_grows_without_end_is_refused_and_not_repeated() {
    let (app, key) = app_with_a_key();
    let boss = app.admin("boss");
    let long = "k".repeat(900_000);
    let many: Vec<_> = (0..60_000).map(|n| format!("\"k{n}\":1")).collect();
    for field in [format!("\"{long}\":1"), many.join(",")] {
        assert_not_counted("in an event", &report(&app, &key, &event_with(&field)));
        for body in [format!("{{{field}}}"), format!("{{\"events\":[],{field}}}")] {
            assert_refused("in a batch", &report(&app, &key, &body));
        }
        let order = format!("{{\"kind\":\"clean_up_jobs\",{field}}}");
        let answer = app.post("/api/admin/jobs").cookie(&boss.cookie);
        assert_refused("in an order", &answer.json_text(&order).send());
    }
    for order in [
        json!({"kind": long}),
        json!({"kind": "clean_up_metric", "subject": long}),
    ] {
        let answer = app.post("/api/admin/jobs").cookie(&boss.cookie);
        assert_refused("a kind or a subject", &answer.json(&order).send());
    }
    let credentials = json!({"email": long, "password": long});
    let answer = app.post("/api/auth/login").json(&credentials).send();
    assert_refused("credentials", &answer);
    assert_unharmed(&app);
}

#[test]
fn a_field_that_is_given_twice_is_refused_however_it_is_spelled() {
    let (app, key) = app_with_a_key();
    for twice in [
        r#""server_id":"s1","server_id":"s2""#,
        r#""server_id":"s1","server\u005fid":"s2""#,
        r#""server_id":"s1","\u0073erver_id":"s2""#,
        r#""server_id":"s1","installation_count":1,"installation_count":1"#,
        r#""server_id":"s1","installation_count":1,"installation\u005Fcount":2"#,
        r#""server_id":"s1","team_id":"t2""#,
    ] {
        assert_not_counted(twice, &report(&app, &key, &event_with(twice)));
    }
    for body in [
        r#"{"email": "u1@example.com", "password": "x", "email": "u2@example.com"}"#,
        r#"{"email": "u1@example.com", "password": "x", "\u0065mail": "u2@example.com"}"#,
    ] {
        let answer = app.post("/api/auth/login").json_text(body).send();
        assert_eq!(answer.error().0, 400, "{body}");
    }
    assert_unharmed(&app);
}

#[test]
fn text_in_another_encoding_is_refused() {
    let (app, key) = app_with_a_key();
    let good = event_with(r#""server_id":"s1","installation_count":1"#);
    let good = good.as_bytes();
    let sixteen = |order: fn(u16) -> [u8; 2]| {
        let units = good.iter().map(|&byte| u16::from(byte));
        [0xfeff]
            .into_iter()
            .chain(units)
            .flat_map(order)
            .collect::<Vec<_>>()
    };
    let spelled = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(good).into_owned();
        let (before, after) = text.split_once("s1").expect("it is in there");
        [before.as_bytes(), bytes, after.as_bytes()].concat()
    };
    for (what, body) in [
        ("a byte order mark", [b"\xef\xbb\xbf", good].concat()),
        ("UTF-16, big end first", sixteen(u16::to_be_bytes)),
        ("UTF-16, little end first", sixteen(u16::to_le_bytes)),
        (
            "bytes that are longer than they need be",
            spelled(b"\xc0\xae"),
        ),
        ("half of a pair", spelled(b"\xed\xa0\x80")),
        ("half of a pair, escaped", spelled(br"\ud800")),
        ("the other half, escaped", spelled(br"\udc00\ud800")),
        ("a control character", spelled(b"\x01")),
        ("a NUL", spelled(b"\0")),
        ("a NUL, escaped", spelled(br"\u0000")),
        ("a NUL at the end", [good, b"\0"].concat()),
        ("a comment", [b"/**/", good].concat()),
        ("two bodies", [good, good].concat()),
    ] {
        let request = app
            .reporting(&key)
            .header("Content-Type", "application/json");
        assert_not_counted(what, &request.bytes(body.clone()).send());
        let request = app
            .post("/api/auth/login")
            .header("Content-Type", "application/json");
        assert_refused(what, &request.bytes(body).send());
    }
    assert_unharmed(&app);
}

#[test]
fn a_body_that_is_packed_is_not_unpacked() {
    let (app, key) = app_with_a_key();
    let boss = app.admin("boss");
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..64 {
        bomb.write_all(&vec![b' '; 1 << 20])
            .expect("memory can be written to");
    }
    let bomb = bomb.finish().expect("memory can be written to");
    let good = event_with(r#""server_id":"s1","installation_count":1"#).into_bytes();
    for (coding, body) in [
        ("gzip", &bomb),
        ("GZIP", &bomb),
        ("gzip, gzip", &bomb),
        ("identity, gzip", &bomb),
        ("deflate", &good),
        ("br", &good),
        ("zstd", &good),
        ("x", &good),
    ] {
        for request in [
            app.reporting(&key),
            app.post("/api/auth/login"),
            app.post("/api/admin/jobs").cookie(&boss.cookie),
        ] {
            let request = request.header("Content-Type", "application/json");
            let answer = request
                .header("Content-Encoding", coding)
                .bytes(body.clone())
                .send();
            assert_refused(coding, &answer);
            assert_eq!(answer.status, 415, "{coding}: {}", answer.body);
        }
    }
    assert_unharmed(&app);
}

#[test]
fn a_list_is_not_taken_for_an_object() {
    let (app, key) = app_with_a_key();
    let boss = app.admin("boss");
    let event = r#"[["server_installations", "2026-01-10T10:30:45Z", {}]]"#;
    assert_refused("a batch", &report(&app, &key, event));
    let credentials = json!(["u1@example.com", "x"]);
    let answer = app.post("/api/auth/login").json(&credentials).send();
    assert_eq!(answer.error().0, 400, "{}", answer.body);
    let order = app.post("/api/admin/jobs").cookie(&boss.cookie);
    let answer = order.json(&json!(["clean_up_jobs", ""])).send();
    assert_eq!(answer.error().0, 400, "{}", answer.body);
    assert_unharmed(&app);
}
