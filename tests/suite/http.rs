//! The HTTP interface as its users meet it: the application's own process with a database file of each test's own and,
//! where hundreds of cases are asked, the routes mounted into an application of the tests.

mod in_process;

mod accounts;
mod attacks;
mod authorization;
mod comparisons;
mod connections;
mod counters;
mod deletion;
mod ending;
mod faults;
mod flights;
mod idempotency;
mod ingestion;
mod isolation;
mod jobs;
mod lifetime;
mod limits;
mod manners;
mod operations;
mod own_numbers;
mod queries;
mod refusals;
mod request_ids;
mod response;
mod roles;
mod spans;
mod streams;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

thread_local! {
    /// The hour in which a test began to speak of hours: the next may begin before it ends.
    static HOUR: DateTime<Utc> = {
        let now = Utc::now().timestamp();
        DateTime::from_timestamp(now - now.rem_euclid(3600), 0).expect("a time")
    };
}

/// The start of the hour of a test, `hours` ago.
fn hours_ago(hours: i64) -> DateTime<Utc> {
    HOUR.with(|hour| *hour) - TimeDelta::hours(hours)
}

/// A moment as answers write it.
fn text(moment: DateTime<Utc>) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Installations of a server by a user in a team.
fn installations(user: &str, team: &str, at: DateTime<Utc>, count: impl Into<Value>) -> Value {
    json!({
        "type": "server_installations",
        "timestamp": text(at),
        "data": {"user_id": user, "team_id": team, "server_id": "s1", "installation_count": count.into()},
    })
}

/// The event with some fields of its `data` set, or taken away by `null`.
fn with(mut event: Value, fields: &Value) -> Value {
    let data = event["data"].as_object_mut().expect("an event has data");
    for (name, value) in fields.as_object().expect("fields by name") {
        if value.is_null() {
            data.remove(name);
        } else {
            data.insert(name.clone(), value.clone());
        }
    }
    event
}
