//! Clients that report until a test has done its worst, and what they meant compared with what is counted.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use chrono::{SecondsFormat, Utc};
use serde_json::{Value, json};

use super::app::http::Client;
use super::app::{Key, Person, TestApp, until};

const SERVERS: u64 = 5;

/// A number below `limit` that nobody can foresee.
pub(crate) fn random(limit: u64) -> u64 {
    RandomState::new().build_hasher().finish() % limit
}

/// What the clients and the one who does his worst share.
pub(crate) struct Load {
    addresses: Mutex<Vec<String>>,
    key: Key,
    acknowledged: AtomicU64,
    refused: AtomicU64,
    over: AtomicBool,
    /// Whether clients need not even finish what they have begun.
    abandoned: AtomicBool,
}

impl Load {
    /// Sends clients to this process, and nowhere else.
    pub(crate) fn send_to(&self, app: &TestApp) {
        *self.addresses.lock().expect("nobody panics with it") = vec![url_of(app)];
    }

    /// Sends some of them there, too.
    pub(crate) fn send_some_to(&self, address: &str) {
        let mut addresses = self.addresses.lock().expect("nobody panics with it");
        addresses.push(format!("http://{address}"));
    }

    /// Batches that were answered.
    pub(crate) fn acknowledged(&self) -> u64 {
        self.acknowledged.load(Ordering::Relaxed)
    }

    /// Answers that told a client to come again.
    pub(crate) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    /// Waits until so many more batches are answered.
    pub(crate) fn goes_on_for(&self, batches: u64) {
        let enough = self.acknowledged() + batches;
        until("clients go on", || {
            (self.acknowledged() >= enough).then_some(())
        });
    }

    /// Reports batches, each under an id of its own and again until it is answered. Answers what it meant, by server.
    fn client(&self, number: u64) -> Vec<u64> {
        let client = Client::new();
        let mut meant = vec![0; usize::try_from(SERVERS).expect("few")];
        let mut batch = 0_u64;
        while !self.over.load(Ordering::Relaxed) {
            let events: Vec<Value> = (0..1 + random(20)).map(|_| event(&mut meant)).collect();
            let id = format!("client-{number}-batch-{batch}");
            let body = json!({"events": events});
            while !self.acknowledges(&client, &id, &body, events.len()) {
                if self.abandoned.load(Ordering::Relaxed) {
                    return meant;
                }
                std::thread::yield_now();
            }
            self.acknowledged.fetch_add(1, Ordering::Relaxed);
            batch += 1;
        }
        meant
    }

    /// Whether a batch is answered. A refused connection and one that breaks off tell nothing: it may be recorded.
    fn acknowledges(&self, client: &Client, id: &str, body: &Value, events: usize) -> bool {
        let url = self.any_address() + "/api/metrics/events";
        let request = client
            .request(ureq::http::Method::POST, &url)
            .bearer(&self.key.text);
        match request.header("Idempotency-Key", id).json(body).try_send() {
            Ok(answer) if answer.status == 200 => {
                assert_eq!(answer.json()["processed"], json!(events), "{}", answer.body);
                true
            }
            Ok(answer) => {
                let (status, body) = (answer.status, &answer.body);
                assert!(matches!(status, 429 | 503), "{status}: {body}");
                self.refused.fetch_add(1, Ordering::Relaxed);
                false
            }
            Err(_) => false,
        }
    }

    fn any_address(&self) -> String {
        let addresses = self.addresses.lock().expect("nobody panics with it");
        let count = u64::try_from(addresses.len()).expect("few");
        addresses[usize::try_from(random(count)).expect("few")].clone()
    }
}

/// Lets `clients` report while `fate` does what it does, and compares what they meant with what the process says.
pub(crate) fn every_counter_is_exact_after(
    mut app: TestApp,
    clients: u64,
    fate: impl FnOnce(&mut TestApp, &Load),
) {
    let ann = app.admin("ann");
    app.team("t");
    let load = Load {
        addresses: Mutex::new(vec![url_of(&app)]),
        key: app.key("sat"),
        acknowledged: AtomicU64::new(0),
        refused: AtomicU64::new(0),
        over: AtomicBool::new(false),
        abandoned: AtomicBool::new(false),
    };
    let meant: Vec<Vec<u64>> = std::thread::scope(|scope| {
        let load = &load;
        let clients: Vec<_> = (0..clients)
            .map(|number| scope.spawn(move || load.client(number)))
            .collect();
        // Clients end in any case: a fate that panics would otherwise wait for them for ever.
        let fated = catch_unwind(AssertUnwindSafe(|| fate(&mut app, load)));
        load.over.store(true, Ordering::Relaxed);
        load.abandoned.store(fated.is_err(), Ordering::Relaxed);
        let meant = clients.into_iter().map(|client| client.join());
        let meant: Result<_, _> = meant.collect();
        fated.unwrap_or_else(|panic| resume_unwind(panic));
        meant.expect("no client panics")
    });
    for server in 0..SERVERS {
        let meant = meant
            .iter()
            .map(|meant| meant[usize::try_from(server).expect("few")]);
        assert_counted(&app, &ann, server, meant.sum());
    }
}

fn url_of(app: &TestApp) -> String {
    format!("http://{}", app.address())
}

fn event(meant: &mut [u64]) -> Value {
    let (server, count) = (random(SERVERS), random(4));
    meant[usize::try_from(server).expect("few")] += count;
    json!({
        "type": "server_installations",
        "timestamp": Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true),
        "data": {"user_id": "ann", "team_id": "t", "server_id": format!("s{server}"), "installation_count": count},
    })
}

fn assert_counted(app: &TestApp, ann: &Person, server: u64, meant: u64) {
    for interval in ["15m", "1h"] {
        let path = format!(
            "/api/admin/metrics/server-installs?time_range=3h&interval={interval}&server_id=s{server}"
        );
        let summary = app.ask(ann, &path).data()["summary"].clone();
        assert_eq!(
            summary["total_installation_count"],
            json!(meant),
            "s{server} in buckets of {interval}"
        );
    }
}
