//! A server that does not do what it is asked: the answer says what is the matter, the process lives, and goes on by
//! itself once the fault has ended.

use diesel::PgConnection;
use diesel::connection::SimpleConnection;
use metrics_runtime::migrate::Backend;
use serde_json::{Value, json};

use super::event;
use crate::support::app::{Key, Person, TestApp, until};

const SERIES: &str = "/api/admin/metrics/server-installs?time_range=12h";

/// The application, an administrator, and a key; two installations have been counted.
fn start(settings: &[(&'static str, &str)]) -> (TestApp, Person, Key) {
    let app = TestApp::start_on_with(Backend::Postgres, settings);
    let boss = app.admin("u1");
    app.team("t1");
    let key = app.key("sat");
    app.record(&key, &[event()]);
    (app, boss, key)
}

fn total(app: &TestApp, boss: &Person) -> Value {
    app.ask(boss, SERIES).data()["summary"]["total_installation_count"].clone()
}

/// Keeps everybody from reading a table, until the connection is dropped.
fn hold(app: &TestApp, table: &str) -> PgConnection {
    let mut connection = app.connect();
    let lock = format!("BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE");
    connection
        .batch_execute(&lock)
        .expect("nobody holds it for long");
    connection
}

#[test]
fn a_statement_that_takes_too_long_is_ended_and_the_answer_says_so() {
    let (app, boss, key) = start(&[("STATEMENT_TIMEOUT", "1s")]);
    let held = hold(&app, "server_install_metrics");
    for answer in [app.ask(&boss, SERIES), app.report(&key, &[event()])] {
        let (status, _, sentence) = answer.error();
        assert_eq!(status, 503, "{sentence}");
        assert!(sentence.contains("took too long"), "{sentence}");
        assert_eq!(answer.header("retry-after"), Some("1"));
    }
    drop(held);
    app.record(&key, &[event()]);
    assert_eq!(
        total(&app, &boss),
        json!(4),
        "what was refused was not counted"
    );
}

#[test]
fn when_all_connections_are_in_use_the_answer_says_so_and_waits_no_longer_than_it_has_to() {
    let (app, boss, key) = start(&[("DATABASE_CONNECTIONS", "3"), ("STATEMENT_TIMEOUT", "1m")]);
    let held = hold(&app, "users");
    std::thread::scope(|scope| {
        // The writer keeps one connection, and these take the others.
        let waiting: [_; 2] =
            std::array::from_fn(|_| scope.spawn(|| app.ask(&boss, "/api/users/me")));
        let refused = until("somebody waits in vain", || {
            let answer = app.report(&key, &[]);
            (answer.status != 200).then_some(answer)
        });
        let (status, _, sentence) = refused.error();
        assert_eq!(status, 503);
        assert!(sentence.contains("no connection"), "{sentence}");
        drop(held);
        for waiting in waiting {
            assert_eq!(waiting.join().expect("an answer").status, 200);
        }
    });
    assert_eq!(total(&app, &boss), json!(2));
}

#[test]
fn a_server_that_turns_read_only_goes_on_answering_questions() {
    let (app, boss, key) = start(&[]);
    let turn = |read_only: &str| {
        // Connections keep what was said when they were made.
        let mut operator = app.connect();
        let may = operator.batch_execute("SET default_transaction_read_only = off");
        may.expect("everybody may");
        let turned = operator.batch_execute(&format!(
            "DO $$ BEGIN
                 EXECUTE 'ALTER DATABASE ' || current_database() || ' SET default_transaction_read_only = {read_only}';
             END $$"
        ));
        turned.expect("the superuser may");
    };
    turn("on");
    app.connect()
        .batch_execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        .expect("the superuser may");
    let refused = until("it is refused for that reason", || {
        let answer = app.report(&key, &[event()]);
        let is_reason = answer.error().2.contains("cannot be written to");
        is_reason.then_some(answer)
    });
    assert_eq!(refused.status, 503);
    let credentials = json!({"email": "u1@example.com", "password": crate::support::app::PASSWORD});
    let signing_in = app.post("/api/auth/login").json(&credentials).send();
    assert_eq!(signing_in.error().0, 503, "{}", signing_in.body);
    assert_eq!(
        total(&app, &boss),
        json!(2),
        "what was there before can be read"
    );
    turn("off");
    // Connections that were opened during the fault go one after the other.
    until("it is accepted again", || {
        (app.report(&key, &[event()]).status == 200).then_some(())
    });
    assert_eq!(
        total(&app, &boss),
        json!(4),
        "what was refused was not counted"
    );
    until("people can sign in again", || {
        let signing_in = app.post("/api/auth/login").json(&credentials).send();
        (signing_in.status == 200).then_some(())
    });
}

#[test]
fn a_connection_to_another_machine_without_tls_is_told_at_the_start() {
    let mut app = TestApp::start_on(Backend::Postgres);
    assert!(!app.log().contains("without TLS"), "{}", app.log());
    app.terminate();
    // The name of another machine, and an address that is this one's.
    let elsewhere = app.url().replace("127.0.0.1", "db.example.com");
    app.start_again_with("DATABASE_URL", &format!("{elsewhere}&hostaddr=127.0.0.1"));
    let log = app.log();
    assert!(log.contains("db.example.com"), "{log}");
    assert!(log.contains("without TLS"), "{log}");
}
