//! libSQL's own server, `sqld`: one for each test, since it has one database. `SQLD` says where the program is.

use std::io::Write as _;
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

use diesel::Connection;
use metrics_runtime::Store;
use metrics_runtime::libsql_connection::LibsqlConnection;

use super::app::until;
use super::postgres::free_port;

/// Starts a server, does as it is told, and ends it when standard input closes: when this process is gone, however it
/// went.
const SERVER: &str = r#"
set -eu
dir=$(mktemp -d /tmp/metrics-libsql.XXXXXX)
trap 'rm -rf "$dir"' EXIT
start() {
    "$SQLD" --db-path "$dir/data" --http-listen-addr "127.0.0.1:$PORT" --no-welcome $KEY >>"$dir/log" 2>&1 &
    server=$!
}
end() { kill -KILL "$server" 2>/dev/null && wait "$server" 2>/dev/null || true; }
start
while read -r order; do
    case "$order" in
        kill) end ;;
        start) start ;;
    esac
done
end
"#;

/// A server, which ends with the test.
pub(crate) struct Sqld {
    url: String,
    /// Its standard input keeps the server alive.
    shell: Child,
}

/// The program, which answers when it is asked for its version: who waits for one that is not there waits for long.
fn program() -> &'static str {
    static PROGRAM: LazyLock<String> = LazyLock::new(|| {
        let program = std::env::var("SQLD").unwrap_or_else(|_| "sqld".to_owned());
        let version = Command::new(&program).arg("--version").output();
        assert!(
            version.is_ok_and(|said| said.status.success()),
            "{program} does not run: install sqld, or let SQLD say where it is"
        );
        program
    });
    &PROGRAM
}

impl Sqld {
    /// One with an empty database.
    pub(crate) fn new() -> Self {
        let server = Self::of("");
        server.await_start();
        server
    }

    /// One that lets nobody in without a token that was signed for this key, a file.
    pub(crate) fn with_key(file: &str, token: &str) -> Self {
        let mut server = Self::of(&format!("--auth-jwt-key-file {file}"));
        let open = std::mem::take(&mut server.url);
        server.url = format!("{open}?authToken={token}");
        server.await_start();
        server.url = open;
        server
    }

    fn of(key: &str) -> Self {
        let port = free_port();
        let program = program();
        let shell = Command::new("sh")
            .args(["-c", SERVER])
            .env("SQLD", program)
            .env("PORT", port.to_string())
            .env("KEY", key)
            .stdin(Stdio::piped())
            .spawn()
            .expect("sh runs");
        Self {
            url: format!("http://127.0.0.1:{port}"),
            shell,
        }
    }

    /// Ends it at once, as a crash would. When this returns, it does not answer any more.
    pub(crate) fn kill(&mut self) {
        self.order("kill");
        until("the server is gone", || {
            LibsqlConnection::establish(&self.url)
                .is_err()
                .then_some(())
        });
    }

    /// Starts it again.
    pub(crate) fn start(&mut self) {
        self.order("start");
        self.await_start();
    }

    fn order(&mut self, order: &str) {
        let stdin = self.shell.stdin.as_mut().expect("it is piped");
        writeln!(stdin, "{order}").expect("the shell reads");
    }

    fn await_start(&self) {
        until("sqld starts", || {
            LibsqlConnection::establish(&self.url).ok()
        });
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        self.url.clone()
    }

    /// A connection to it.
    pub(crate) fn connect(&self) -> LibsqlConnection {
        LibsqlConnection::establish(&self.url).expect("libSQL answers")
    }

    /// A store in it.
    pub(crate) fn store(&self) -> Store {
        Store::libsql(&self.url).expect("libSQL answers")
    }
}

impl Drop for Sqld {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        drop(self.shell.wait());
    }
}
