//! One PostgreSQL cluster for a run of the tests, and a database of it for each test.
//!
//! `DATABASE_URL` names a server to use instead.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use diesel::r2d2::{ConnectionManager, Pool};
use diesel::{Connection, PgConnection, RunQueryDsl};
use metrics_runtime::Store;

/// Starts a cluster, and ends it when standard input closes: when this process is gone, however it went.
/// The server refuses to run as root, so that root lends it the user that the packages made.
const CLUSTER: &str = r#"
set -eu
if [ "$(id -u)" = 0 ]; then as="setpriv --reuid=postgres --regid=postgres --clear-groups"; else as=""; fi
dir=$(mktemp -d /tmp/metrics-postgres.XXXXXX)
trap 'rm -rf "$dir"' EXIT
if [ -n "$as" ]; then chown postgres "$dir"; fi
cd "$dir"
$as "$BIN/initdb" --pgdata=data --auth=trust --username=postgres --no-sync --encoding=UTF8 --locale=C >log 2>&1 || { cat log >&2; exit 1; }
$as "$BIN/postgres" -D data -p "$PORT" -k "$dir" -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200 >>log 2>&1 &
server=$!
cat >/dev/null
kill -INT "$server"
wait "$server" || true
"#;

static SERVER: LazyLock<Server> = LazyLock::new(Server::start);
static DATABASES: AtomicU32 = AtomicU32::new(0);

struct Server {
    /// Without the database's name.
    url: String,
    /// Its standard input keeps the cluster alive.
    _cluster: Option<Child>,
}

impl Server {
    fn start() -> Self {
        if let Some(url) = std::env::var("DATABASE_URL")
            .ok()
            .filter(|url| url.starts_with("postgres"))
        {
            let (server, _) = url.rsplit_once('/').expect("DATABASE_URL names a database");
            return Self {
                url: server.to_owned(),
                _cluster: None,
            };
        }
        let port = free_port();
        let mut cluster = Command::new("sh")
            .args(["-c", CLUSTER])
            .env("BIN", binaries())
            .env("PORT", port.to_string())
            .stdin(Stdio::piped())
            .spawn()
            .expect("sh runs");
        cluster
            .stdin
            .as_mut()
            .expect("it is piped")
            .flush()
            .expect("the shell reads");
        let url = format!("postgres://postgres@127.0.0.1:{port}");
        let started = Instant::now();
        while PgConnection::establish(&format!("{url}/postgres")).is_err() {
            let ended = cluster.try_wait().expect("the shell can be asked");
            assert!(
                ended.is_none() && started.elapsed() < Duration::from_secs(60),
                "PostgreSQL does not start"
            );
            std::thread::yield_now();
        }
        Self {
            url,
            _cluster: Some(cluster),
        }
    }
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    listener.local_addr().expect("it is bound").port()
}

/// The newest server there is: Debian keeps them out of the path.
fn binaries() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let newest = versions
        .map(|version| version.path().join("bin"))
        .filter(|bin| bin.join("postgres").exists())
        .max();
    newest.unwrap_or_else(|| {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let found = std::env::split_paths(&path).find(|bin| bin.join("postgres").exists());
        found.expect("PostgreSQL's server is not installed: apt-get install postgresql")
    })
}

/// A database that is dropped after the test.
pub(crate) struct Throwaway {
    name: String,
}

impl Throwaway {
    /// An empty database.
    pub(crate) fn new() -> Self {
        let name = format!(
            "test_{}_{}",
            std::process::id(),
            DATABASES.fetch_add(1, Ordering::Relaxed)
        );
        admin(&format!("CREATE DATABASE {name}"));
        Self { name }
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        format!("{}/{}", SERVER.url, self.name)
    }

    /// A store in it.
    pub(crate) fn store(&self) -> Store {
        let manager = ConnectionManager::<PgConnection>::new(self.url());
        Store::from(
            Pool::builder()
                .max_size(4)
                .min_idle(Some(0))
                .build(manager)
                .expect("PostgreSQL answers"),
        )
    }
}

impl Drop for Throwaway {
    fn drop(&mut self) {
        admin(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

fn admin(statement: &str) {
    let mut conn =
        PgConnection::establish(&format!("{}/postgres", SERVER.url)).expect("PostgreSQL answers");
    diesel::sql_query(statement)
        .execute(&mut conn)
        .expect("the superuser may");
}
