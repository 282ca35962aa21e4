//! A year of departures from New York, reported through ingestion and asked for over HTTP, against answers that
//! another engine has computed from the same lines.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use chrono::DateTime;
use flate2::read::GzDecoder;
use serde_json::{Value, json};

use super::text;
use crate::support::app::{Key, Person, TestApp};

const BATCH: usize = 10_000;

fn data(file: &str) -> BufReader<File> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("data/flights")
        .join(file);
    let opened = File::open(&path);
    BufReader::new(opened.unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

/// A line of the file as an event, without taking the numbers apart.
fn event(header: &[String], line: &str) -> String {
    let mut timestamp = "";
    let mut fields = Vec::new();
    for (name, value) in header.iter().zip(line.split(',')) {
        match name.as_str() {
            "scheduled_at" => timestamp = value,
            "carrier" | "origin" | "dest" => fields.push(format!("\"{name}\":\"{value}\"")),
            _ => fields.push(format!("\"{name}\":{value}")),
        }
    }
    format!(
        "{{\"type\":\"flight_departures\",\"timestamp\":\"{timestamp}\",\"data\":{{{}}}}}",
        fields.join(",")
    )
}

fn report_all(app: &TestApp, key: &Key) -> usize {
    let mut lines = BufReader::new(GzDecoder::new(data("departures.csv.gz"))).lines();
    let mut next = || lines.next().map(|line| line.expect("the file is text"));
    let header: Vec<String> = next()
        .expect("a header")
        .split(',')
        .map(str::to_owned)
        .collect();
    let mut reported = 0;
    loop {
        let events: Vec<_> = std::iter::from_fn(&mut next)
            .take(BATCH)
            .map(|line| event(&header, &line))
            .collect();
        if events.is_empty() {
            return reported;
        }
        let answer = app
            .reporting(key)
            .json_text(&format!("{{\"events\":[{}]}}", events.join(",")))
            .send();
        assert_eq!(
            answer.json()["processed"],
            json!(events.len()),
            "{}",
            answer.body
        );
        reported += events.len();
    }
}

/// The query of an expected answer, as parameters.
fn parameters(expected: &Value) -> String {
    let moment = |name: &str| {
        let seconds = expected[name].as_i64().expect("epoch seconds");
        text(DateTime::from_timestamp(seconds, 0).expect("a time"))
    };
    let interval = expected["interval"].as_str().expect("an interval");
    let mut parameters = format!(
        "start={}&end={}&interval={interval}",
        moment("start"),
        moment("end")
    );
    for (name, values) in expected["filters"].as_object().expect("filters") {
        let values = values
            .as_array()
            .cloned()
            .unwrap_or_else(|| vec![values.clone()]);
        for value in values {
            parameters.push_str(&format!("&{name}={}", value.as_str().expect("text")));
        }
    }
    parameters
}

/// Whether somebody is answered, to the last digit, what was expected.
fn compare(app: &TestApp, person: &Person, path: &str, expected: &Value) {
    let answered = app
        .ask(person, &format!("{path}{}", parameters(expected)))
        .data();
    let measures: Vec<_> = expected["measures"]
        .as_array()
        .expect("measures")
        .iter()
        .map(|name| name.as_str().expect("text"))
        .collect();
    let buckets = expected["buckets"].as_array().expect("buckets");
    let row = |bucket: &Value| -> Value {
        let at: DateTime<chrono::Utc> = bucket["timestamp"]
            .as_str()
            .expect("text")
            .parse()
            .expect("RFC 3339");
        let values = measures.iter().map(|name| bucket[*name].clone());
        std::iter::once(json!(at.timestamp()))
            .chain(values)
            .collect()
    };
    let got: Vec<_> = answered["buckets"]
        .as_array()
        .expect("buckets")
        .iter()
        .map(row)
        .collect();
    assert_eq!(&got, buckets, "{path}");
    assert_eq!(answered["summary"]["total_buckets"], json!(buckets.len()));
    for (index, name) in measures.iter().enumerate() {
        let values = buckets
            .iter()
            .map(|bucket| bucket[index + 1].as_u64().expect("a count"));
        assert_eq!(
            answered["summary"][format!("total_{name}")],
            json!(values.sum::<u64>()),
            "{path} {name}"
        );
    }
}

#[test]
fn a_year_of_flights_is_answered_to_the_last_digit_to_everybody_who_may_ask() {
    let app = TestApp::start_with(&[("MAX_BODY_BYTES", "8388608")]);
    let (boss, member) = (app.admin("boss"), app.user("member"));
    assert_eq!(report_all(&app, &app.key("sat")), 336_776);
    let expected: Value = serde_json::from_reader(data("departures-expected.json")).expect("JSON");
    let expected = expected.as_array().expect("answers");
    assert_eq!(expected.len(), 12);
    let path = "/api/admin/metrics/flight-departures?start=2013-01-01T00:00:00Z&end=2014-01-02T00:00:00Z&interval=1d";
    let summary = app.ask(&boss, path).data()["summary"].clone();
    let total = |name: &str| summary[format!("total_{name}")].as_u64().expect("a count");
    assert_eq!(
        total("departures") + total("cancellations"),
        336_776,
        "every flight once"
    );
    let mut teams = Vec::new();
    for answer in expected {
        let carrier = answer["carrier"].as_str().expect("an airline");
        compare(
            &app,
            &boss,
            &format!("/api/admin/metrics/flight-departures?carrier={carrier}&"),
            answer,
        );
        // Each airline is a team: its members see its flights, and those of no other.
        let own = format!("/api/users/me/metrics/flight-departures?team_id={carrier}&");
        if !teams.contains(&carrier) {
            app.team(carrier);
            assert_eq!(app.ask(&member, &own).error().0, 403);
            app.administrate(carrier, &member);
            teams.push(carrier);
        }
        compare(&app, &member, &own, answer);
        compare(
            &app,
            &member,
            &format!("/api/teams/{carrier}/metrics/flight-departures?"),
            answer,
        );
    }
}
