//! Events and bodies that are refused, each with what is wrong.

use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};

use super::{hours_ago, installations, text, with};
use crate::support::app::http::Answer;
use crate::support::app::{Key, TestApp};

/// A user `u1`, a team `t1`, and a key for any team.
fn app_with_a_key(settings: &[(&'static str, &str)]) -> (TestApp, Key) {
    let app = TestApp::start_with(settings);
    app.add_person("u1", "global_user");
    app.team("t1");
    let key = app.key("sat");
    (app, key)
}

/// Sends a body as it stands.
fn send(app: &TestApp, key: &Key, body: &str) -> Answer {
    app.reporting(key).json_text(body).send()
}

/// An event with a field spelled as `json`, which need not be a JSON value of any size.
fn spelled(field: &str, json: &str) -> String {
    let event = with(
        installations("u1", "t1", hours_ago(1), 0),
        &json!({"installation_count": null}),
    );
    let event = with(
        event,
        &Value::Object([(field.to_owned(), json!("HERE"))].into_iter().collect()),
    );
    format!(r#"{{"events": [{event}]}}"#).replace("\"HERE\"", json)
}

#[test]
fn a_field_that_is_not_of_its_kind_is_named() {
    let (app, key) = app_with_a_key(&[]);
    let long = format!("\"{}\"", "x".repeat(129));
    for (field, json, reason) in [
        ("installation_count", "-1", "negative"),
        ("installation_count", "-9223372036854775808", "negative"),
        ("installation_count", "1.5", "whole"),
        ("installation_count", "1e3", "whole"),
        ("installation_count", "9223372036854775808", "2^63-1"),
        ("installation_count", "18446744073709551616", "2^63-1"),
        ("installation_count", "1e300", "2^63-1"),
        ("installation_count", "\"many\"", "whole"),
        ("installation_count", "\"\"", "whole"),
        ("installation_count", "\"-1\"", "negative"),
        ("installation_count", "\"1.5\"", "whole"),
        ("installation_count", "\"9223372036854775808\"", "2^63-1"),
        ("installation_count", "null", "null"),
        ("installation_count", "true", "boolean"),
        ("installation_count", "[1]", "list"),
        ("installation_count", "{}", "object"),
        ("server_id", "5", "text"),
        ("server_id", "null", "null"),
        ("server_id", "false", "boolean"),
        ("server_id", "[\"s1\"]", "list"),
        ("server_id", &long, "128"),
        ("server_id", "\"a\\u0000b\"", "NUL"),
        ("colour", "1", "no field"),
    ] {
        let answer = send(&app, &key, &spelled(field, json));
        assert_eq!(answer.status, 200, "{json}: {}", answer.body);
        let body = answer.json();
        assert_eq!(
            (&body["processed"], &body["failed"]),
            (&json!(0), &json!(1)),
            "{field} {json}: {body}"
        );
        let failure = &body["failures"][0];
        assert_eq!(
            (&failure["type"], &failure["field"]),
            (&json!("server_installations"), &json!(field)),
            "{json}"
        );
        let sentence = failure["error"].as_str().expect("a sentence");
        assert!(
            sentence.contains(field) && sentence.contains(reason),
            "{field} {json}: {sentence}"
        );
    }
}

#[test]
fn an_event_that_lacks_a_part_or_has_one_too_many_is_refused() {
    let (app, key) = app_with_a_key(&[]);
    let good = installations("u1", "t1", hours_ago(1), 1);
    let (good_text, timestamp) = (good.to_string(), text(hours_ago(1)));
    let twice = good_text.replacen(
        "\"installation_count\"",
        "\"installation_count\":1,\"installation_count\"",
        1,
    );
    let dimension_twice =
        good_text.replacen("\"server_id\"", "\"server_id\":\"s2\",\"server_id\"", 1);
    let type_twice =
        good_text.replacen("\"type\"", "\"type\":\"server_installations\",\"type\"", 1);
    let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    for event in [
        "1".to_owned(),
        "null".to_owned(),
        "[]".to_owned(),
        "{}".to_owned(),
        format!(
            r#"["server_installations", "{timestamp}", {}]"#,
            good["data"]
        ),
        format!(r#"{{"type": "server_installations", "timestamp": "{timestamp}"}}"#),
        format!(r#"{{"type": "server_installations", "timestamp": "{timestamp}", "data": []}}"#),
        format!(r#"{{"type": "server_installations", "timestamp": "{timestamp}", "data": null}}"#),
        format!(r#"{{"type": 5, "timestamp": "{timestamp}", "data": {{}}}}"#),
        format!(
            r#"{{"type": "server_installations", "data": {}}}"#,
            good["data"]
        ),
        good_text.replacen("{", r#"{"id": 1, "#, 1),
        spelled("installation_count", &deep)
            .replacen(r#"{"events": ["#, "", 1)
            .trim_end_matches("]}")
            .to_owned(),
        deep.clone(),
        with(good.clone(), &json!({"server_id": null})).to_string(),
        with(good.clone(), &json!({"user_id": null})).to_string(),
        twice,
        dimension_twice,
        type_twice,
    ] {
        let answer = send(
            &app,
            &key,
            &format!(r#"{{"events": [{event}, {good_text}]}}"#),
        );
        let shown: String = event.chars().take(200).collect();
        assert_eq!(answer.status, 200, "{shown}: {}", answer.body);
        let body = answer.json();
        assert_eq!(
            (&body["processed"], &body["failures"][0]["index"]),
            (&json!(1), &json!(0)),
            "{shown}: {body}"
        );
    }
}

#[test]
fn a_refused_event_says_its_type_if_it_said_one() {
    let (app, key) = app_with_a_key(&[]);
    let no_timestamp = r#"{"type": "server_installations", "data": {}}"#;
    let answer = send(&app, &key, &format!(r#"{{"events": [{no_timestamp}]}}"#)).json();
    assert_eq!(answer["failures"][0]["type"], "server_installations");
}

#[test]
fn a_missing_dimension_is_named() {
    let (app, key) = app_with_a_key(&[]);
    for dimension in ["user_id", "team_id", "server_id"] {
        let fields = Value::Object([(dimension.to_owned(), Value::Null)].into_iter().collect());
        let event = with(installations("u1", "t1", hours_ago(1), 1), &fields);
        let failure = app.report(&key, &[event]).json()["failures"][0].clone();
        assert_eq!(failure["field"], dimension);
    }
}

#[test]
fn a_timestamp_is_refused_when_it_is_too_old_too_far_ahead_or_not_one() {
    let (app, key) = app_with_a_key(&[]);
    let now = Utc::now();
    let at = |timestamp: Value| {
        let mut event = installations("u1", "t1", now, 1);
        event["timestamp"] = timestamp;
        app.report(&key, &[event]).json()
    };
    for (timestamp, reason) in [
        (json!(text(now - TimeDelta::days(31))), "older"),
        (json!("1969-12-31T23:59:59Z"), "older"),
        (json!("0000-01-01T00:00:00Z"), "older"),
        (json!(text(now + TimeDelta::minutes(11))), "ahead"),
        (json!("9999-12-31T23:59:59Z"), "ahead"),
        (json!("yesterday"), "RFC 3339"),
        (json!(""), "RFC 3339"),
        (json!("2026-01-10"), "RFC 3339"),
        (json!("2026-01-10T10:30:45"), "RFC 3339"),
        (json!("2026-02-30T10:30:45Z"), "RFC 3339"),
        (json!("2026-01-10T25:00:00Z"), "RFC 3339"),
        (json!(1_768_041_045), "string"),
        (json!(null), "string"),
    ] {
        let answer = at(timestamp.clone());
        assert_eq!(answer["failed"], 1, "{timestamp}: {answer}");
        let sentence = answer["failures"][0]["error"].as_str().expect("a sentence");
        assert!(sentence.contains(reason), "{timestamp}: {sentence}");
    }
    for kept in [now - TimeDelta::days(29), now + TimeDelta::minutes(9)] {
        assert_eq!(at(json!(text(kept)))["processed"], 1, "{kept}");
    }
}

#[test]
fn a_body_that_is_not_a_batch_is_a_400() {
    let (app, key) = app_with_a_key(&[]);
    let good = installations("u1", "t1", hours_ago(1), 1);
    for body in [
        String::new(),
        "events".to_owned(),
        "[".to_owned(),
        "null".to_owned(),
        "{}".to_owned(),
        format!("[{good}]"),
        format!("[[{good}]]"),
        r#"{"events": null}"#.to_owned(),
        r#"{"events": {}}"#.to_owned(),
        format!(r#"{{"events": [{good}]}} and more"#),
        format!(r#"{{"events": [{good}"#),
        format!(r#"{{"events": [{good},]}}"#),
        format!(r#"{{"events": [{good}], "more": 1}}"#),
        format!(r#"{{"events": [], "events": [{good}]}}"#),
        "[".repeat(100_000),
        format!(r#"{{"events": {}"#, "[".repeat(100_000)),
    ] {
        let answer = send(&app, &key, &body);
        let shown: String = body.chars().take(100).collect();
        let (status, field, _) = answer.error();
        assert_eq!((status, field.as_deref()), (400, Some("events")), "{shown}");
    }
    assert_eq!(app.state("metrics_events_committed_total"), 0);
}

#[test]
fn a_body_that_is_not_json_by_its_header_is_a_415() {
    let (app, key) = app_with_a_key(&[]);
    let body = json!({"events": []}).to_string();
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/xml",
        "json",
    ] {
        let answer = app
            .reporting(&key)
            .header("Content-Type", content_type)
            .body(&body)
            .send();
        assert_eq!(answer.error().0, 415, "{content_type}");
    }
    for content_type in ["application/json", "Application/JSON; charset=utf-8"] {
        let answer = app
            .reporting(&key)
            .header("Content-Type", content_type)
            .body(&body)
            .send();
        assert_eq!(answer.status, 200, "{content_type}");
    }
}

#[test]
fn a_body_that_is_too_large_is_a_413() {
    let (app, key) = app_with_a_key(&[("MAX_BODY_BYTES", "2048")]);
    let batch = json!({"events": [installations("u1", "t1", hours_ago(1), 1)]}).to_string();
    let padded = |length: usize| format!("{batch}{}", " ".repeat(length - batch.len()));
    assert_eq!(send(&app, &key, &padded(2048)).json()["processed"], 1);
    let (status, _, sentence) = send(&app, &key, &padded(2049)).error();
    assert!(
        status == 413 && sentence.contains("2048"),
        "{status} {sentence}"
    );
    assert_eq!(app.state("metrics_events_committed_total"), 1);
}

#[test]
fn too_many_events_are_a_413_and_none_of_them_is_counted() {
    let (app, key) = app_with_a_key(&[("MAX_EVENTS", "3")]);
    let events = vec![installations("u1", "t1", hours_ago(1), 1); 4];
    app.record(&key, &events[..3]);
    let (status, field, sentence) = app.report(&key, &events).error();
    assert_eq!((status, field.as_deref()), (413, Some("events")));
    assert!(sentence.contains("at most 3"), "{sentence}");
    assert_eq!(app.state("metrics_events_committed_total"), 3);
}

#[test]
fn what_senders_wrote_is_not_echoed_without_end() {
    let (app, key) = app_with_a_key(&[]);
    let long = "x".repeat(10_000);
    let of_type = json!({"type": long, "timestamp": text(hours_ago(1)), "data": {}});
    let of_field = with(
        installations("u1", "t1", hours_ago(1), 1),
        &json!({(long.as_str()): 1}),
    );
    let mut at = installations("u1", "t1", hours_ago(1), 1);
    at["timestamp"] = json!(long);
    let answer = app.report(&key, &[of_type, of_field, at]);
    assert_eq!(answer.json()["failed"], 3);
    assert!(answer.body.len() < 2_000, "{}", answer.body);
}
