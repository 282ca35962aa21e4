//! More connections than anybody needs.

use std::process::Command;

use super::wire::Wire;
use super::{assert_unharmed, wire::head};
use crate::support::app::{TestApp, until};

/// How many connections are opened, if this machine lets anybody have so many.
const CROWD: usize = 10_000;

/// How many files the application and this process need besides.
const OTHERS: usize = 1_000;

/// How much memory all of them may take, in megabytes.
const ROOM: u64 = 256;

/// How many files a process may have open at most, whatever it has asked for; this process asks for all.
fn open_files() -> usize {
    let id = std::process::id().to_string();
    let prlimit = |arguments: &[&str]| {
        let done = Command::new("prlimit")
            .args(["--pid", &id])
            .args(arguments)
            .output();
        let done = done.expect("prlimit runs");
        assert!(done.status.success(), "{done:?}");
        String::from_utf8(done.stdout).expect("text")
    };
    let most = prlimit(&["--nofile", "--output=HARD", "--noheadings", "--raw"]);
    let most = most.trim().parse().unwrap_or(usize::MAX);
    let wanted = most.min(CROWD + 2 * OTHERS);
    prlimit(&[&format!("--nofile={wanted}:")]);
    wanted
}

#[test]
fn ten_thousand_connections_leave_room_for_one_more() {
    let app = TestApp::start_with(&[("HEADER_TIMEOUT", "300s"), ("WORKERS", "2")]);
    let files = open_files();
    app.permit_connections(files);
    let count = CROWD.min(files - OTHERS);
    if count < CROWD {
        eprintln!("{count} connections: the limit of open files allows no more");
    }
    let before = app.most_memory();
    let crowd: Vec<_> = (0..count)
        .map(|_| {
            let mut wire = Wire::to(&app);
            wire.say(head("GET /health/live"));
            wire
        })
        .collect();
    for _ in 0..10 {
        assert_eq!(app.get("/health/live").send().status, 200);
        assert_eq!(app.get("/health/ready").send().status, 200);
    }
    let taken = app.most_memory() - before;
    assert!(taken < ROOM, "{taken} MB for {count} connections");
    // All of them are there, and answered as soon as they have said what they want.
    for mut wire in crowd {
        wire.say("\r\n");
        let answers = wire.answers();
        assert_eq!(answers.len(), 1);
        assert_eq!(answers[0].status, 200, "{}", answers[0].body);
    }
    assert_unharmed(&app);
}

#[test]
fn when_no_connection_can_be_taken_any_more_it_goes_on_once_one_can() {
    let app = TestApp::start_with(&[("HEADER_TIMEOUT", "5s")]);
    // As many as it has open already, and a few.
    app.permit_connections(64);
    let crowd: Vec<_> = (0..200).map(|_| Wire::to(&app)).collect();
    until("there is a place again", || {
        let answer = app.get("/health/ready").try_send().ok()?;
        (answer.status == 200).then_some(())
    });
    drop(crowd);
    assert_unharmed(&app);
}
