//! The process is killed at random moments, fifty times, and once between each two steps of a write, while clients
//! report: in the end every counter equals what the clients meant.

use metrics_runtime::migrate::Backend;

use crate::support::app::{TestApp, until};
use crate::support::load::{Load, every_counter_is_exact_after, random};
use crate::support::place::backend;

const KILLS: u64 = 50;
const CLIENTS: u64 = 4;

/// The steps of a commit. `./test` builds the program with the feature `fault-points`.
const OF_A_COMMIT: [&str; 6] = [
    "begun",
    "claimed",
    "resolved",
    "recorded",
    "kept",
    "committed",
];

/// The steps of a fold, where there is a journal.
const OF_A_FOLD: [&str; 4] = ["merged", "added", "left", "folded"];

/// Kills the process after a few more answers, in the middle of whatever it does then, and starts it again.
fn kill_again_and_again(app: &mut TestApp, load: &Load) {
    for _ in 0..KILLS {
        load.goes_on_for(1 + random(25));
        for _ in 0..random(200) {
            std::thread::yield_now();
        }
        app.kill();
        app.start_again();
        load.send_to(app);
    }
}

/// Kills the process at every step of a commit and of a fold, and starts it again.
fn kill_between_the_steps(app: &mut TestApp, load: &Load) {
    let of_a_fold = OF_A_FOLD
        .into_iter()
        .filter(|_| backend() == Backend::Sqlite);
    for point in OF_A_COMMIT.into_iter().chain(of_a_fold) {
        app.kill();
        app.start_again_with("METRICS_FAULT_POINT", point);
        load.send_to(app);
        until(&format!("the process stops when it has {point}"), || {
            app.log()
                .contains("stopped at the fault point")
                .then_some(())
        });
        app.kill();
        app.start_again();
        load.send_to(app);
    }
    load.goes_on_for(CLIENTS);
}

/// Asked to begin anew, in turns with an end and a start: clients find nobody for a while, and go on.
fn restart_again_and_again(app: &mut TestApp, load: &Load) {
    for turn in 0..20 {
        load.goes_on_for(CLIENTS);
        if turn % 2 == 0 {
            app.restart();
        } else {
            assert!(app.terminate().success(), "all was finished in time");
            app.start_again();
        }
        load.send_to(app);
    }
    load.goes_on_for(CLIENTS);
}

#[test]
fn every_counter_is_exact_after_twenty_restarts() {
    every_counter_is_exact_after(TestApp::start(), CLIENTS, restart_again_and_again);
}

#[test]
fn every_counter_is_exact_after_fifty_kills() {
    every_counter_is_exact_after(TestApp::start(), CLIENTS, kill_again_and_again);
}

#[test]
fn every_counter_is_exact_after_a_kill_between_each_two_steps() {
    every_counter_is_exact_after(TestApp::start(), CLIENTS, kill_between_the_steps);
}
