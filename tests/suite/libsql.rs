//! What only a server of libSQL's can do to the application: lock it out, go away, end a transaction by itself. And
//! what it costs to ask it.

mod counter;
mod tls;

use std::sync::Arc;

use chrono::Utc;
use diesel::connection::SimpleConnection;
use diesel::{Connection, QueryResult, RunQueryDsl, sql_query};
use metrics_runtime::libsql_connection::LibsqlConnection;
use metrics_runtime::migrate::Backend;
use metrics_runtime::{Limits, Recorder, Registry, Store, TimeSeriesMetric, register};
use serde_json::{Value, json};

use crate::support::app::{TestApp, until};
use crate::support::database::generate;
use crate::support::libsql::Sqld;
use crate::support::metrics::{ToolCall, Transport, registry};
use counter::Counter;

const KEY: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAP3Z0HfAl1lvTBLArNat6+Z3/1EBPDKwU+Q3aq8+tExE=
-----END PUBLIC KEY-----
";

/// Signed for that key; it does not expire.
const TOKEN: &str = "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.eyJhIjoicncifQ.\
    u6_unHa48J0hU7Zg266AedQ9ptfge3P9fE1vIF67MzSzrOT4ggCqRPxeInukUyih2mN12aEVvBXl0BNjzAQzCg";

fn installation() -> Value {
    json!({
        "type": "server_installations",
        "timestamp": Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
        "data": {"user_id": "u1", "team_id": "t1", "server_id": "s1", "installation_count": 2},
    })
}

#[test]
fn the_token_lets_the_application_in_and_nobody_is_let_in_without_it() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let key = folder.path().join("key.pem");
    std::fs::write(&key, KEY).expect("the folder can be written to");
    let server = Sqld::with_key(key.to_str().expect("the path is text"), TOKEN);
    let without = LibsqlConnection::establish(&server.url());
    let message = without.err().expect("it needs a token").to_string();
    assert!(message.contains("check the token"), "{message}");

    let app = TestApp::start_on_libsql(server, &[("DATABASE_AUTH_TOKEN", TOKEN)]);
    app.admin("u1");
    app.team("t1");
    let key = app.key("sat");
    app.record(&key, &[installation()]);
    assert!(!app.log().contains(TOKEN));
}

#[test]
fn while_the_server_is_gone_reports_are_told_to_come_again_and_what_was_acknowledged_is_there_afterwards()
 {
    let mut app = TestApp::start_on_libsql(Sqld::new(), &[]);
    let boss = app.admin("u1");
    app.team("t1");
    let key = app.key("sat");
    app.record(&key, &[installation()]);
    app.libsql().kill();
    let (status, _, sentence) = app.report(&key, &[installation()]).error();
    assert_eq!(status, 503, "{sentence}");
    app.libsql().start();
    until("it is accepted again", || {
        (app.report(&key, &[installation()]).status == 200).then_some(())
    });
    let path = "/api/admin/metrics/server-installs?time_range=12h";
    let total = app.ask(&boss, path).data()["summary"]["total_installation_count"].clone();
    assert_eq!(total, json!(4), "what was refused was not counted");
}

/// Servers give a transaction five seconds when others wait.
#[test]
fn a_transaction_that_the_server_has_ended_is_not_gone_on_with() {
    let server = Sqld::new();
    let (mut slow, mut other) = (server.connect(), server.connect());
    other
        .batch_execute("CREATE TABLE kept (n INTEGER NOT NULL)")
        .expect("is SQL");
    let insert = |conn: &mut LibsqlConnection, n: i64| {
        sql_query(format!("INSERT INTO kept VALUES ({n})")).execute(conn)
    };
    let outcome: QueryResult<()> = slow.immediate_transaction(|slow| {
        insert(slow, 1)?;
        other.immediate_transaction(|other| insert(other, 2))?;
        let refused = insert(slow, 3);
        assert!(refused.is_err(), "the server has rolled it back");
        assert!(insert(slow, 4).is_err(), "nothing runs outside of it");
        slow.batch_execute("INSERT INTO kept VALUES (5); INSERT INTO kept VALUES (6)")
    });
    assert!(outcome.is_err());
    let kept = insert(&mut other, 7).and_then(|_| {
        let doubled = "UPDATE kept SET n = n * 2";
        sql_query(doubled).execute(&mut other)
    });
    assert_eq!(kept, Ok(2), "those of the other transaction alone");
}

/// A metric that one series fills.
#[derive(Debug, Clone, TimeSeriesMetric)]
#[metric(max_series = 1)]
struct Full {
    #[dimension(team)]
    team: String,
    #[dimension]
    attempt: i32,
    #[counter]
    calls: u64,
}

fn full_registry() -> Registry {
    register![Full].build().expect("one metric")
}

/// How often the server is asked to record a batch of so many series, all of them new.
fn questions_for<M: TimeSeriesMetric>(
    registry: fn() -> Registry,
    one: fn(i32) -> M,
    series: i32,
) -> usize {
    let server = Sqld::new();
    let counter = Counter::before(&server.url());
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    generate(folder.path(), Backend::Sqlite, &registry());
    let store = Store::libsql(counter.url()).expect("libSQL answers");
    store
        .apply_migrations(folder.path())
        .expect("generated migrations apply");
    let registry = Arc::new(registry());
    let recorder = Recorder::start(&store, Arc::clone(&registry), Limits::default());
    // The first batch finds out what there is.
    record(&recorder, "first", (0..1).map(one));
    let before = counter.questions();
    record(&recorder, "second", (1..=series).map(one));
    let questions = counter.questions() - before;
    recorder.shutdown();
    questions
}

fn call(attempt: i32) -> ToolCall {
    ToolCall {
        user_id: format!("user {attempt}"),
        team_id: "t".into(),
        tool: "search".into(),
        transport: Transport::Stdio,
        attempt,
        calls: 1,
        sent: 10,
    }
}

fn record<M: TimeSeriesMetric>(recorder: &Recorder, id: &str, events: impl Iterator<Item = M>) {
    let calls: Vec<_> = events.map(|event| (Utc::now(), event)).collect();
    let id = id.to_owned().into();
    let recorded = pollster::block_on(recorder.record_once(id, &calls));
    let receipt = recorded.expect("the server takes it");
    assert_eq!(receipt.processed, calls.len());
}

#[test]
fn a_batch_takes_as_many_questions_however_many_rows_and_new_series_it_has() {
    let few = questions_for(registry, call, 1);
    assert_eq!(questions_for(registry, call, 1_000), few);
    assert!(few <= 6, "{few} questions");
}

#[test]
fn series_that_there_is_no_place_for_are_looked_for_at_once() {
    let one = |attempt| Full {
        team: "t".into(),
        attempt,
        calls: 1,
    };
    let few = questions_for(full_registry, one, 1);
    assert_eq!(questions_for(full_registry, one, 1_000), few);
    assert!(few <= 6, "{few} questions");
}
