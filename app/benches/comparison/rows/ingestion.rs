//! `POST` of batches of 100 events over 32 connections: events a second, beside a server that parses and does nothing.

use std::sync::Arc;

use metrics_runtime::chrono::{SecondsFormat, Utc};
use serde_json::json;

use crate::accounts;
use crate::http::{ask, requests_per_second};
use crate::load::{Install, Load, SERIES, SERIES_PER_OWNER};
use crate::process::{Server, app_server, by_hand, run_app};
use crate::rounds::in_turns;
use crate::settings::Settings;
use crate::table::{self, Pair, Target};

/// Events in a batch.
const BATCH: u32 = 100;

/// Bodies that are sent again and again.
const BODIES: usize = 64;

const CONNECTIONS: usize = 32;

/// A key speaks for one satellite.
const SATELLITE: &str = "satellite-0";

/// The one row.
pub(crate) fn print(settings: &Settings) {
    let name = format!("POST: batches of {BATCH}, {CONNECTIONS} connections");
    if settings.wants(&name) {
        let pair = measure(settings.rounds);
        table::print(&name, "events/s", pair, Target::AtLeast(0.5));
    }
}

fn measure(rounds: usize) -> Pair {
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("app.db");
    run_app(&database, &["migrations", "apply"]);
    accounts::add(&database, SERIES / SERIES_PER_OWNER, Utc::now().timestamp());
    let key = run_app(&database, &["keys", "add", "--satellite", SATELLITE]);
    let key = key["key"].as_str().expect("it is shown once");
    let (ours, by_hand) = (app_server(&database), Server::start(by_hand("parse")));
    let to_ours = requests("/api/metrics/events", key);
    let to_by_hand = requests("/events", key);
    for (server, requests) in [(&ours, &to_ours), (&by_hand, &to_by_hand)] {
        let answer = ask(&server.address, &requests[0]);
        let expected = br#"{"success":true,"processed":100,"failed":0,"failures":[]}"#;
        assert_eq!(answer, expected, "all of the batch is taken");
    }
    let events = |requests| requests * f64::from(BATCH);
    let [pair] = in_turns(
        rounds,
        || {
            [events(requests_per_second(
                &ours.address,
                &to_ours,
                CONNECTIONS,
            ))]
        },
        || {
            [events(requests_per_second(
                &by_hand.address,
                &to_by_hand,
                CONNECTIONS,
            ))]
        },
    );
    pair
}

fn requests(path: &str, key: &str) -> Arc<Vec<Vec<u8>>> {
    let load = Load::zipf();
    let mut installs = load.of_producer(0);
    let request = |_| {
        let events: Vec<_> = installs.by_ref().take(100).map(event).collect();
        let body = json!({"events": events}).to_string();
        let length = body.len();
        format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .into_bytes()
    };
    Arc::new((0..BODIES).map(request).collect())
}

fn event(install: Install) -> serde_json::Value {
    let timestamp = Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true);
    json!({"type": "server_installations", "timestamp": timestamp, "data": {
        "user_id": install.user_id, "team_id": install.team_id, "server_id": install.server_id,
        "satellite_id": SATELLITE, "installation_count": install.installation_count,
        "uninstallation_count": install.uninstallation_count,
    }})
}
