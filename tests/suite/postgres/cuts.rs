//! Connections that end in the middle of whatever they do: nothing that was acknowledged is lost, and what was not is
//! counted once when it comes again.

use diesel::connection::SimpleConnection;
use metrics_runtime::migrate::Backend;

use crate::support::app::{TestApp, until};
use crate::support::load::{every_counter_is_exact_after, random};

const CLIENTS: u64 = 4;

#[test]
fn every_counter_is_exact_after_the_server_was_killed_and_started_again() {
    every_counter_is_exact_after(
        TestApp::start_on_a_server_of_its_own(&["serve"]),
        CLIENTS,
        |app, load| {
            for _ in 0..5 {
                load.goes_on_for(10 + random(50));
                app.cluster().kill();
                let before = load.refused();
                until("clients are told to come again", || {
                    (load.refused() > before).then_some(())
                });
                assert_eq!(app.get("/health/live").send().status, 200);
                app.cluster().start();
            }
            load.goes_on_for(CLIENTS);
        },
    );
}

#[test]
fn every_counter_is_exact_after_connections_were_cut_in_the_middle_of_commits() {
    every_counter_is_exact_after(
        TestApp::start_on(Backend::Postgres),
        CLIENTS,
        |app, load| {
            let mut operator = app.connect();
            for _ in 0..50 {
                load.goes_on_for(1 + random(10));
                operator
                    .batch_execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                     WHERE datname = current_database() AND pid <> pg_backend_pid()",
                    )
                    .expect("the superuser may");
            }
            load.goes_on_for(CLIENTS);
        },
    );
}

#[test]
fn connections_that_the_server_has_ended_are_not_used_again() {
    let app = TestApp::start_on(Backend::Postgres);
    let boss = app.admin("u1");
    let answers = || std::array::from_fn(|_| app.ask(&boss, "/api/users/me").status);
    let well: [u16; 8] = answers();
    // It waits until they have ended.
    let ended = app.connect().batch_execute(
        "SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    ended.expect("the superuser may");
    assert_eq!((well, answers()), ([200; 8], [200; 8]));
}
