//! Processes beside this one: the application, and this program itself in the part of a baseline.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::synchronous::Synchronous;

/// A process that answers requests. It ends when it is dropped.
pub(crate) struct Server {
    process: Child,
    /// `127.0.0.1:PORT`.
    pub(crate) address: String,
}

impl Server {
    /// Starts one that prints `{"address": "http://…"}` as soon as it listens.
    pub(crate) fn start(mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("the program runs");
        let stdout = process.stdout.take().expect("standard output is piped");
        let mut line = String::new();
        let read = BufReader::new(stdout).read_line(&mut line);
        read.expect("it prints where it listens");
        let announced: Value = serde_json::from_str(&line).expect("it prints JSON");
        let address = announced["address"].as_str().expect("it has an address");
        let address = address.trim_start_matches("http://").to_owned();
        Self { process, address }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// The application on a database file, with nothing of this process's environment that could be a setting.
pub(crate) fn app(database: &Path, synchronous: Synchronous) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_app"));
    command
        .current_dir(database.parent().expect("it is in a folder"))
        .env_clear()
        .env("DATABASE_URL", format!("sqlite:{}", database.display()))
        .env("SYNCHRONOUS", synchronous.as_str())
        .env("LOG", "warn");
    command
}

/// The application, serving.
pub(crate) fn app_server(database: &Path) -> Server {
    let mut command = app(database, Synchronous::Normal);
    command.args(["serve", "--bind", "127.0.0.1:0", "--json", "--no-scheduler"]);
    Server::start(command)
}

/// Runs a command of the application to its end. Answers its JSON document.
pub(crate) fn run_app(database: &Path, arguments: &[&str]) -> Value {
    let mut command = app(database, Synchronous::Normal);
    let output = command.args(arguments).arg("--json").output();
    let output = output.expect("the application runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    serde_json::from_slice(&output.stdout).expect("--json prints a document")
}

/// The argument after which this program plays the part of a baseline.
pub(crate) const BY_HAND: &str = "by-hand";

/// This program in the part of a baseline.
pub(crate) fn by_hand(part: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this process has a file"));
    command.args([BY_HAND, part]);
    command
}
