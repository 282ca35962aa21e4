//! Reports: the body of a request, read and counted.

use actix_web::test::TestRequest;
use chrono::{SecondsFormat, Utc};
use serde_json::Value;

use crate::served::answer_to;

pub(crate) fn report(text: &str) {
    // Events are refused once they are old: an input that is kept says `NOW`.
    let now = Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true);
    let text = text.replace("NOW", &now);
    let request = TestRequest::post().uri("/api/metrics/events");
    let request = request.insert_header(("Authorization", "Bearer key"));
    let answer = answer_to(request.set_payload(text.clone()));
    match answer.status {
        200 => assert_all_answered(&text, &answer.body),
        400 | 413 => assert_eq!(answer.body["success"], false, "{text}"),
        status => panic!("{text} is a {status}: {}", answer.body),
    }
}

/// Each event was counted, or is among the failures once.
fn assert_all_answered(text: &str, answer: &Value) {
    let sent: Value = serde_json::from_str(text).unwrap_or_default();
    // A reader that takes numbers as what they are may refuse what this one reads as it is written.
    let Some(sent) = sent["events"].as_array() else {
        return;
    };
    let count = |name: &str| answer[name].as_u64().expect("a count");
    assert_eq!(
        count("processed") + count("failed"),
        sent.len() as u64,
        "{text}: {answer}"
    );
    let failures = answer["failures"].as_array().expect("failures");
    assert_eq!(count("failed"), failures.len() as u64, "{text}: {answer}");
    let mut indices: Vec<_> = failures
        .iter()
        .map(|failure| failure["index"].as_u64())
        .collect();
    indices.dedup();
    assert_eq!(indices.len(), failures.len(), "{text}: {answer}");
}
