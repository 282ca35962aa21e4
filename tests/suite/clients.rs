//! Clients that are generated from the description of the API: they compile, and read what is answered.

use std::path::Path;

use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};

use crate::support::app::{PASSWORD, TestApp};
use crate::support::node;

const CLIENT: &str = include_str!("../node/client.ts");

/// Strict, and for what Node.js runs.
const COMPILE: [&str; 9] = [
    "--strict",
    "--module",
    "nodenext",
    "--target",
    "es2022",
    "--types",
    "node",
    "--skipLibCheck",
    "client.ts",
];

/// Writes a client for the description, and compiles it. Answers the folder that it is in.
fn generate(description: &str) -> &'static Path {
    let folder = node::packages();
    std::fs::write(folder.join("openapi.json"), description).expect("it can be written");
    std::fs::write(folder.join("client.ts"), CLIENT).expect("it can be written");
    let tool = |name: &str| folder.join("node_modules/.bin").join(name);
    let run = |name: &str, arguments: &[&str]| {
        node::run(
            tool(name).to_str().expect("a path is text"),
            arguments,
            folder,
        )
    };
    run(
        "openapi-typescript",
        &["openapi.json", "--output", "schema.ts"],
    );
    run("tsc", &COMPILE);
    folder
}

#[test]
fn a_client_for_typescript_signs_in_and_reads_typed_buckets() {
    let app = TestApp::start();
    let ann = app.user("ann");
    app.team("north");
    app.join("north", &ann);
    let key = app.key("satellite");
    let at = (Utc::now() - TimeDelta::hours(2)).to_rfc3339();
    let data =
        json!({"user_id": "ann", "team_id": "north", "server_id": "s1", "installation_count": 7});
    let event = json!({"type": "server_installations", "timestamp": at, "data": data});
    app.record(&key, &[event]);
    let folder = generate(&app.get("/api/openapi.json").send().body);
    let address = format!("http://{}", app.address());
    let arguments = ["client.js", &address, "ann@example.com", PASSWORD, "north"];
    let printed = node::run("node", &arguments, folder).stdout;
    let read: Value = serde_json::from_slice(&printed).expect("it prints JSON");
    assert_eq!((&read["sum"], &read["total"]), (&json!(7), &json!(7)));
    assert!(
        read["final"].as_u64().is_some_and(|count| count > 20),
        "{read}"
    );
}
