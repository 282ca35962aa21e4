//! A server of PostgreSQL that goes away with the run, set up as it comes: a commit survives the power.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use app::config::{Config, Flags, Sources};
use app::database;
use metrics_runtime::Store;
use postgres::{Client, NoTls};

/// How long it may take to start.
const PATIENCE: Duration = Duration::from_secs(30);

/// Starts a server, and ends it when standard input closes. It refuses to run as root, who lends it the user that the
/// packages made.
const SCRIPT: &str = r#"
set -eu
if [ "$(id -u)" = 0 ]; then as="setpriv --reuid=postgres --regid=postgres --clear-groups"; else as=""; fi
dir=$(mktemp -d /tmp/metrics-postgres.XXXXXX)
trap 'rm -rf "$dir"' EXIT
if [ -n "$as" ]; then chown postgres "$dir"; fi
cd "$dir"
$as "$BIN/initdb" --pgdata=data --auth=trust --username=postgres --encoding=UTF8 --locale=C >log 2>&1 || { cat log >&2; exit 1; }
$as "$BIN/postgres" -D data -p "$PORT" -k "$dir" -c listen_addresses=127.0.0.1 -c shared_buffers=256MB >>log 2>&1 &
server=$!
read -r _ || true
kill -INT "$server" && wait "$server" || true
"#;

/// A server.
pub(crate) struct Cluster {
    shell: Child,
    port: u16,
}

impl Cluster {
    /// Starts one.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let port = listener.local_addr().expect("it is bound").port();
        drop(listener);
        let shell = Command::new("sh")
            .args(["-c", SCRIPT])
            .env("BIN", binaries())
            .env("PORT", port.to_string())
            .stdin(Stdio::piped())
            .spawn()
            .expect("sh runs");
        let cluster = Self { shell, port };
        let deadline = Instant::now() + PATIENCE;
        while let Err(error) = Client::connect(&cluster.url("postgres"), NoTls) {
            assert!(
                Instant::now() < deadline,
                "PostgreSQL does not start: {error}"
            );
            sleep(Duration::from_millis(50));
        }
        cluster
    }

    /// Makes an empty database.
    pub(crate) fn create(&self, database: &str) {
        let created = self
            .connect("postgres")
            .batch_execute(&format!("CREATE DATABASE {database}"));
        created.expect("the superuser may");
    }

    /// A connection of the baseline's.
    pub(crate) fn connect(&self, database: &str) -> Client {
        Client::connect(&self.url(database), NoTls).expect("PostgreSQL answers")
    }

    /// A database as the application opens it, with as many connections.
    pub(crate) fn store(&self, database: &str, connections: usize) -> Store {
        let environment = |name: &str| match name {
            "DATABASE_URL" => Some(self.url(database)),
            "DATABASE_CONNECTIONS" => Some(connections.to_string()),
            _ => None,
        };
        let flags = Flags::default();
        let sources = Sources::open(&flags, &environment, None).expect("there is no file");
        let (config, _) = Config::read(&sources).expect("the settings are valid");
        let pool = database::open(&config).expect("PostgreSQL answers");
        pool.store()
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        drop(self.shell.wait());
    }
}

/// The newest server there is: Debian keeps them out of the path.
fn binaries() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter();
    let versions = versions.flatten().flatten();
    let newest = versions
        .map(|version| version.path().join("bin"))
        .filter(|bin| bin.join("postgres").exists())
        .max();
    let path = std::env::var_os("PATH").unwrap_or_default();
    newest
        .or_else(|| std::env::split_paths(&path).find(|bin| bin.join("postgres").exists()))
        .expect("PostgreSQL's server is not installed: apt-get install postgresql")
}
