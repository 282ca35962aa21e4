//! The binary as people and scripts run it: exit codes, messages, and one JSON document on standard output.

mod accounts;
mod backup;
mod cleanup;
mod collect;
mod flights;
mod import;
mod jobs;
mod manual;
mod migrations;
mod query;
mod roles;
mod settings;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use metrics_runtime::migrate::Backend;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::place::{Place, backend};

/// A folder of a test's own, in which commands run.
pub(crate) struct Folder {
    place: Place,
    folder: TempDir,
}

/// What a command did.
pub(crate) struct Done {
    code: i32,
    pub(crate) stdout: String,
    stderr: String,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self::on(backend())
    }

    /// One whose database is on a backend of the test's choice.
    fn on(backend: Backend) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let place = Place::new(backend, folder.path(), "metrics.db");
        Self { place, folder }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// What `DATABASE_URL` says of its database.
    pub(crate) fn url(&self) -> String {
        self.place.url()
    }

    /// Changes the database past the program.
    pub(crate) fn sql(&self, statements: &str) {
        let changed = self.place.execute(statements);
        changed.expect("the statements are valid");
    }

    /// Writes a file, for commands to read.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path().join(name), content).expect("the folder can be written to");
    }

    /// Runs a command, whose arguments are separated by blanks.
    pub(crate) fn run(&self, arguments: &str) -> Done {
        self.run_with(&arguments.split_whitespace().collect::<Vec<_>>(), "")
    }

    /// Runs a command with something on its standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], input: &str) -> Done {
        let mut child = Command::new(binary())
            .args(arguments)
            .current_dir(self.path())
            // The settings of whoever runs the tests are not part of them.
            .env_clear()
            .env("DATABASE_URL", self.url())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut stdin = child.stdin.take().expect("standard input is piped");
        // A command that does not read its standard input may have ended before.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        Done::of(child.wait_with_output().expect("the command ends"))
    }

    /// Runs a command with `--json` that must succeed.
    pub(crate) fn json(&self, arguments: &str) -> Value {
        self.run(&format!("{arguments} --json")).ok().document()
    }
}

impl Done {
    fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("output is text");
        Self {
            code: output.status.code().expect("the command was not killed"),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// It went well.
    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        assert_eq!(self.code, 0, "{}", self.stderr);
        self
    }

    /// It failed with a code and a message that has all of `parts` in it.
    #[track_caller]
    pub(crate) fn failed(self, code: i32, parts: &[&str]) -> Self {
        assert_eq!(self.code, code, "{}", self.stderr);
        self.said(parts)
    }

    /// Standard error has all of `parts` in it.
    #[track_caller]
    pub(crate) fn said(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(
                self.stderr.contains(part),
                "{part:?} is not in {}",
                self.stderr
            );
        }
        self
    }

    /// Nothing that it wrote has `secret` in it.
    #[track_caller]
    pub(crate) fn keeps_quiet_about(&self, secret: &str) {
        for written in [&self.stdout, &self.stderr] {
            assert!(!written.contains(secret), "{written}");
        }
    }

    /// The one document on standard output.
    #[track_caller]
    pub(crate) fn document(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {:?}", self.stdout))
    }
}

/// The binary that was built with these tests.
pub(crate) fn binary() -> PathBuf {
    let tests = std::env::current_exe().expect("a process knows its executable");
    let folder = tests.parent().and_then(Path::parent);
    let folder = folder.expect("test executables are two folders below the target's");
    let binary = folder.join(format!("app{}", std::env::consts::EXE_SUFFIX));
    assert!(
        binary.exists(),
        "{} is missing: run `cargo build -p app` first",
        binary.display()
    );
    binary
}

/// Events of flights in 2023, as CSV with a header.
fn csv(lines: &[&str]) -> String {
    let header = "timestamp,carrier,origin,dest,departures,miles";
    let lines = lines.iter().map(|line| format!("{line}\n"));
    format!("{header}\n{}", lines.collect::<String>())
}

/// What a query of the hour of those flights says of a measure.
fn total(folder: &Folder, measure: &str, filter: &str) -> i64 {
    let hour = "--start 2023-11-14T22:00:00Z --end 2023-11-14T23:00:00Z";
    let series = folder.json(&format!("query flight_departures {hour} {filter}"));
    series["summary"][format!("total_{measure}")]
        .as_i64()
        .expect("the total is a number")
}
