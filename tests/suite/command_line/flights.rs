//! A year of real departures from an empty folder, against answers that another engine computed.

use std::path::Path;

use chrono::{DateTime, SecondsFormat};
use serde_json::{Value, json};

use super::Folder;

/// The data and the answers, with where they come from.
const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/flights");

#[test]
fn a_year_of_flights_imported_twice_gives_the_answers_of_another_engine() {
    let folder = Folder::new();
    let file = Path::new(DATA).join("departures.csv.gz");
    let import = format!(
        "import flight_departures {} --time-column scheduled_at --batch-id 2013",
        file.display()
    );
    let first = folder.json(&import);
    assert_eq!(
        (&first["imported"], &first["rejected"]),
        (&json!(336_776), &json!(0))
    );
    let all = |folder: &Folder| {
        let mut answer = folder.json(
            "query flight_departures --start 2013-01-01T00:00:00Z --end 2014-01-02T00:00:00Z --interval 1d",
        );
        // It is the clock's.
        answer["completeness"]["final_until"].take();
        answer
    };
    let before = all(&folder);
    let second = folder.json(&import);
    assert_eq!(
        (&second["imported"], &second["recorded_before"]),
        (&json!(0), &json!(336_776))
    );
    assert_eq!(all(&folder), before);
    let text = std::fs::read_to_string(Path::new(DATA).join("departures-expected.json"));
    let expected: Vec<Value> =
        serde_json::from_str(&text.expect("the answers are there")).expect("they are JSON");
    assert_eq!(expected.len(), 12);
    for expected in &expected {
        let answer = folder.json(&question(expected));
        assert_eq!(
            answer["buckets"],
            buckets(expected),
            "{}",
            question(expected)
        );
    }
}

fn question(expected: &Value) -> String {
    let time = |name: &str| {
        time(
            expected[name].as_i64().expect("epoch seconds"),
            SecondsFormat::Secs,
        )
    };
    let interval = expected["interval"].as_str().expect("text");
    let mut question = format!(
        "query flight_departures --start {} --end {} --interval {interval}",
        time("start"),
        time("end")
    );
    let filters = expected["filters"].as_object().expect("an object");
    let mut filters: Vec<_> = filters
        .iter()
        .map(|(name, value)| (name.as_str(), value))
        .collect();
    // No carrier means everybody's flights.
    if !expected["carrier"].is_null() {
        filters.push(("carrier", &expected["carrier"]));
    }
    for (dimension, value) in filters {
        let value = value.as_str().expect("text");
        question.push_str(&format!(" --filter {dimension}={value}"));
    }
    question
}

/// The buckets as an answer writes them.
fn buckets(expected: &Value) -> Value {
    let measures = expected["measures"].as_array().expect("a list");
    let bucket = |row: &Value| {
        let start = row[0].as_i64().expect("epoch seconds");
        let mut bucket = json!({"timestamp": time(start, SecondsFormat::Millis)});
        for (index, measure) in measures.iter().enumerate() {
            bucket[measure.as_str().expect("text")] = row[index + 1].clone();
        }
        bucket
    };
    expected["buckets"]
        .as_array()
        .expect("a list")
        .iter()
        .map(bucket)
        .collect()
}

fn time(epoch_seconds: i64, format: SecondsFormat) -> String {
    DateTime::from_timestamp(epoch_seconds, 0)
        .expect("the moment exists")
        .to_rfc3339_opts(format, true)
}
