//! The process is killed at random moments, fifty times, and once between each two steps of a write, while clients
//! report: in the end every counter equals what the clients meant.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use chrono::{SecondsFormat, Utc};
use serde_json::{Value, json};

use crate::support::app::http::Client;
use crate::support::app::{Key, Person, TestApp, until};

const KILLS: u64 = 50;
const CLIENTS: u64 = 4;
const SERVERS: u64 = 5;

/// The steps of a commit, then those of a fold. `./test` builds the program with the feature `fault-points`.
const POINTS: [&str; 10] = [
    "begun",
    "claimed",
    "resolved",
    "recorded",
    "kept",
    "committed",
    "merged",
    "added",
    "left",
    "folded",
];

/// A number below `limit` that nobody can foresee.
fn random(limit: u64) -> u64 {
    RandomState::new().build_hasher().finish() % limit
}

/// What the clients and the one who kills share.
struct Shared {
    address: Mutex<String>,
    key: Key,
    acknowledged: AtomicU64,
    over: AtomicBool,
}

/// Reports batches, each under an id of its own and again until it is answered. Answers what it meant, by server.
fn client(shared: &Shared, number: u64) -> Vec<u64> {
    let client = Client::new();
    let mut meant = vec![0; usize::try_from(SERVERS).expect("few")];
    let mut batch = 0_u64;
    while !shared.over.load(Ordering::Relaxed) {
        let events: Vec<Value> = (0..1 + random(20)).map(|_| event(&mut meant)).collect();
        let id = format!("client-{number}-batch-{batch}");
        let body = json!({"events": events});
        while !acknowledged(&client, shared, &id, &body, events.len()) {
            std::thread::yield_now();
        }
        shared.acknowledged.fetch_add(1, Ordering::Relaxed);
        batch += 1;
    }
    meant
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

/// Whether the batch was answered. A refused connection and one that breaks off tell nothing: it may be recorded.
fn acknowledged(client: &Client, shared: &Shared, id: &str, body: &Value, events: usize) -> bool {
    let url = shared
        .address
        .lock()
        .expect("nobody panics with it")
        .clone()
        + "/api/metrics/events";
    let request = client
        .request(ureq::http::Method::POST, &url)
        .bearer(&shared.key.text);
    match request.header("Idempotency-Key", id).json(body).try_send() {
        Ok(answer) if answer.status == 200 => {
            assert_eq!(answer.json()["processed"], json!(events), "{}", answer.body);
            true
        }
        Ok(answer) => {
            assert!(
                matches!(answer.status, 429 | 503),
                "{}: {}",
                answer.status,
                answer.body
            );
            false
        }
        Err(_) => false,
    }
}

/// Kills the process after a few more answers, in the middle of whatever it does then, and starts it again.
fn kill_again_and_again(app: &mut TestApp, shared: &Shared) {
    for _ in 0..KILLS {
        let enough = shared.acknowledged.load(Ordering::Relaxed) + 1 + random(25);
        while shared.acknowledged.load(Ordering::Relaxed) < enough {
            std::thread::yield_now();
        }
        for _ in 0..random(200) {
            std::thread::yield_now();
        }
        app.kill();
        app.start_again();
        listen_to(app, shared);
    }
}

/// Kills the process at every step of a commit and of a fold, and starts it again.
fn kill_between_the_steps(app: &mut TestApp, shared: &Shared) {
    for point in POINTS {
        app.kill();
        app.start_again_with("METRICS_FAULT_POINT", point);
        listen_to(app, shared);
        until(&format!("the process stops when it has {point}"), || {
            app.log()
                .contains("stopped at the fault point")
                .then_some(())
        });
        app.kill();
        app.start_again();
        listen_to(app, shared);
    }
    let enough = shared.acknowledged.load(Ordering::Relaxed) + CLIENTS;
    until("clients go on", || {
        (shared.acknowledged.load(Ordering::Relaxed) > enough).then_some(())
    });
}

fn listen_to(app: &TestApp, shared: &Shared) {
    let address = format!("http://{}", app.address());
    *shared.address.lock().expect("nobody panics with it") = address;
}

/// Lets clients report while `fate` does what it does to the process, and compares what they meant with what it says.
fn every_counter_is_exact_after(fate: fn(&mut TestApp, &Shared)) {
    let mut app = TestApp::start();
    let ann = app.admin("ann");
    app.team("t");
    let shared = Shared {
        address: Mutex::new(format!("http://{}", app.address())),
        key: app.key("sat"),
        acknowledged: AtomicU64::new(0),
        over: AtomicBool::new(false),
    };
    let meant: Vec<Vec<u64>> = std::thread::scope(|scope| {
        let shared = &shared;
        let clients: Vec<_> = (0..CLIENTS)
            .map(|number| scope.spawn(move || client(shared, number)))
            .collect();
        // Clients end in any case: a fate that panics would otherwise wait for them for ever.
        let fated = catch_unwind(AssertUnwindSafe(|| fate(&mut app, shared)));
        shared.over.store(true, Ordering::Relaxed);
        if let Err(panic) = fated {
            app.kill();
            app.start_again();
            listen_to(&app, shared);
            resume_unwind(panic);
        }
        clients
            .into_iter()
            .map(|client| client.join().expect("no panic"))
            .collect()
    });
    for server in 0..SERVERS {
        let meant = meant
            .iter()
            .map(|meant| meant[usize::try_from(server).expect("few")]);
        assert_counted(&app, &ann, server, meant.sum());
    }
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

#[test]
fn every_counter_is_exact_after_fifty_kills() {
    every_counter_is_exact_after(kill_again_and_again);
}

#[test]
fn every_counter_is_exact_after_a_kill_between_each_two_steps() {
    every_counter_is_exact_after(kill_between_the_steps);
}
