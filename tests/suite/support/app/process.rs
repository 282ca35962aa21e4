//! The built binary as a process.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

use serde_json::Value;

use super::until;

/// A process that serves. It ends when it is dropped.
pub(super) struct Server {
    pub(super) process: Child,
    /// Where it listens, as a URL.
    pub(super) address: String,
    /// All that it said once it listened.
    pub(super) announced: Value,
    stdout: BufReader<ChildStdout>,
}

impl Server {
    /// Runs `serve`, or another command that serves, with its arguments.
    pub(super) fn start(
        folder: &Path,
        settings: &[(&'static str, String)],
        serve: &[String],
    ) -> Self {
        let log = File::create(folder.join("server.log")).expect("the folder can be written to");
        let mut command = as_anybody(&command(folder, settings));
        command
            .args(serve)
            .args(["--bind", "127.0.0.1:0", "--json"])
            .stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(log);
        let mut process = command.spawn().expect("the binary runs");
        let stdout = process.stdout.take().expect("standard output is piped");
        let mut server = Self {
            process,
            address: String::new(),
            announced: Value::Null,
            stdout: BufReader::new(stdout),
        };
        if server.listens().is_none() {
            let log = std::fs::read_to_string(folder.join("server.log")).unwrap_or_default();
            panic!("the server did not start: {log}");
        }
        server
    }

    /// Waits until it says where it listens.
    pub(super) fn listens(&mut self) -> Option<()> {
        let mut line = String::new();
        let read = self.stdout.read_line(&mut line);
        read.expect("the server prints where it listens");
        self.announced = serde_json::from_str(&line).unwrap_or_default();
        self.address = self.announced["address"].as_str()?.to_owned();
        Some(())
    }

    /// Where it listens, as `127.0.0.1:PORT`.
    pub(super) fn authority(&self) -> &str {
        let authority = self.address.strip_prefix("http://");
        authority.expect("the address is a URL")
    }

    pub(super) fn ended(&mut self) -> ExitStatus {
        until("the server has ended", || {
            self.process.try_wait().expect("the process can be awaited")
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// The binary, with nothing of this process's environment that could be a setting.
pub(super) fn command(folder: &Path, settings: &[(&'static str, String)]) -> Command {
    let mut command = Command::new(binary());
    command.current_dir(folder).env_clear();
    // What a power cut would leave is not what these tests are about.
    command.env("SYNCHRONOUS", "normal").env("LOG", "warn");
    // A machine that does much else may take longer than the defaults to read what has arrived, to put together the
    // next statement of a transaction, or to run it.
    command.env("HEADER_TIMEOUT", "60s");
    command.env("STATEMENT_TIMEOUT", "120s");
    command.envs(settings.iter().map(|(name, value)| (*name, value)));
    command
}

/// The same as a process that a limit on the size of files does not end, and that may not write where the permissions
/// of a file forbid it, even if root runs the tests.
fn as_anybody(command: &Command) -> Command {
    let script = r#"trap "" XFSZ
        if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
            exec setpriv --bounding-set=-dac_override --inh-caps=-dac_override -- "$0" "$@"
        fi
        exec "$0" "$@""#;
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", script]).arg(command.get_program());
    shell.current_dir(command.get_current_dir().expect("it has a folder"));
    let settings = command.get_envs();
    shell
        .env_clear()
        .env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin");
    shell.envs(settings.filter_map(|(name, value)| Some((name, value?))));
    shell
}

/// The binary beside this one.
fn binary() -> PathBuf {
    let tests = std::env::current_exe().expect("this process has a file");
    let built = tests
        .parent()
        .and_then(Path::parent)
        .expect("it is in target/PROFILE/deps");
    let binary = built.join(format!("app{}", std::env::consts::EXE_SUFFIX));
    assert!(
        binary.exists(),
        "{} is missing: run `cargo build -p app` first",
        binary.display()
    );
    binary
}
