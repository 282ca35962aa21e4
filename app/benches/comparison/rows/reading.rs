//! `GET` of a day of quarters of an hour, and of 30 days of hours: requests a second, over one and many connections.

use std::sync::Arc;

use metrics_runtime::chrono::Utc;
use serde_json::Value;

use crate::accounts::{self, session_of, team_of};
use crate::fill::{self, fill};
use crate::http::{ask, requests_per_second};
use crate::process::{Server, app_server, by_hand, run_app};
use crate::rounds::in_turns;
use crate::settings::Settings;
use crate::table::{self, Target};

/// What is asked, in words and as parameters.
const QUESTIONS: [(&str, &str); 2] = [
    ("24 h by 15 min", "time_range=24h&interval=15m"),
    ("30 days by hour", "time_range=30d&interval=1h"),
];

/// A row for each question, over one connection and over many.
pub(crate) fn print(settings: &Settings) {
    let rows = settings.rows_in_words();
    let rows = QUESTIONS.iter().flat_map(|(words, parameters)| {
        [1, 32].map(|connections| {
            let name = format!("GET: {words}, {rows}, {connections} connections");
            (name, *parameters, connections)
        })
    });
    let wanted: Vec<_> = rows.filter(|(name, ..)| settings.wants(name)).collect();
    if wanted.is_empty() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let (ours, by_hand) = serve(&folder.path().join("app.db"), settings.rows);
    for (name, parameters, connections) in wanted {
        let sides = Sides::new(&ours, &by_hand, parameters);
        sides.check();
        let [pair] = in_turns(
            settings.rounds,
            || {
                [requests_per_second(
                    &ours.address,
                    &sides.ours.1,
                    connections,
                )]
            },
            || {
                [requests_per_second(
                    &by_hand.address,
                    &sides.by_hand.1,
                    connections,
                )]
            },
        );
        table::print(&name, "requests/s", pair, Target::AtLeast(0.9));
    }
}

/// Both servers, on one and the same database.
fn serve(database: &std::path::Path, rows: u32) -> (Server, Server) {
    run_app(database, &["migrations", "apply"]);
    let now = Utc::now().timestamp();
    let people = rows.div_ceil(10_000).max(accounts::SIGNED_IN);
    accounts::add(database, people, now);
    fill(database, &fill::OURS, rows, now);
    let mut read = by_hand("read");
    read.arg(database);
    (app_server(database), Server::start(read))
}

/// Where either side listens, and the same requests for both.
struct Sides<'a> {
    ours: (&'a str, Arc<Vec<Vec<u8>>>),
    by_hand: (&'a str, Arc<Vec<Vec<u8>>>),
}

impl<'a> Sides<'a> {
    fn new(ours: &'a Server, by_hand: &'a Server, parameters: &str) -> Self {
        let own = "/api/users/me/metrics/server-installs";
        Self {
            ours: (&ours.address, requests(own, parameters)),
            by_hand: (&by_hand.address, requests("/series", parameters)),
        }
    }

    /// Whether both answer the same. A bucket may end in between: then they do the next time.
    fn check(&self) {
        let answer = |(address, requests): &(&str, Arc<Vec<Vec<u8>>>)| {
            let answer: Value = serde_json::from_slice(&ask(address, &requests[1])).expect("JSON");
            (
                answer["data"]["buckets"].clone(),
                answer["data"]["summary"].clone(),
            )
        };
        let agreed = (0..2).any(|_| answer(&self.ours) == answer(&self.by_hand));
        assert!(agreed, "both read the same rows");
    }
}

/// A request of each person who is signed in.
fn requests(path: &str, parameters: &str) -> Arc<Vec<Vec<u8>>> {
    let request = |person| {
        let (team, session) = (team_of(person), session_of(person));
        format!(
            "GET {path}?team_id={team}&{parameters} HTTP/1.1\r\nHost: localhost\r\nCookie: session={session}\r\n\r\n"
        )
        .into_bytes()
    };
    Arc::new((0..accounts::SIGNED_IN).map(request).collect())
}
