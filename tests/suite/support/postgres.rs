//! One PostgreSQL cluster for a run of the tests, and a database of it for each test.
//!
//! `DATABASE_URL` names a server to use instead.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::r2d2::{ConnectionManager, Pool};
use diesel::{Connection, PgConnection, RunQueryDsl};
use metrics_runtime::Store;

use super::app::until;
use super::load::random;

/// Starts a cluster, does as it is told, and ends it when standard input closes: when this process is gone, however it
/// went. The server refuses to run as root, so that root lends it the user that the packages made.
const CLUSTER: &str = r#"
set -eu
if [ "$(id -u)" = 0 ]; then as="setpriv --reuid=postgres --regid=postgres --clear-groups"; else as=""; fi
dir=$(mktemp -d /tmp/metrics-postgres.XXXXXX)
trap 'rm -rf "$dir"' EXIT
if [ -n "$as" ]; then chown postgres "$dir"; fi
cd "$dir"
start() {
    $as "$BIN/postgres" -D data -p "$PORT" -k "$dir" -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200 >>log 2>&1 &
    server=$!
}
end() { kill "-$1" "$server" 2>/dev/null && wait "$server" || true; }
make() {
    if [ -n "$PRIMARY" ]; then
        $as "$BIN/pg_basebackup" --pgdata=data --dbname="$PRIMARY" --write-recovery-conf --checkpoint=fast --no-sync
    else
        $as "$BIN/initdb" --pgdata=data --auth=trust --username=postgres --no-sync --encoding=UTF8 --locale=C --locale-provider=icu --icu-locale=en
    fi
}
make >log 2>&1 || { cat log >&2; exit 1; }
start
while read -r order; do
    case "$order" in
        kill) end QUIT ;;
        start) start ;;
        promote) $as "$BIN/pg_ctl" promote -D data >>log 2>&1 ;;
    esac
done
end INT
"#;

static SERVER: LazyLock<Cluster> = LazyLock::new(Cluster::of_the_run);
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// A server.
pub(crate) struct Cluster {
    /// Without the database's name.
    url: String,
    /// Its standard input keeps the server alive.
    shell: Option<Child>,
}

impl Cluster {
    /// The one that tests share.
    fn of_the_run() -> Self {
        let named = std::env::var("DATABASE_URL").ok();
        let Some(url) = named.filter(|url| url.starts_with("postgres")) else {
            return Self::new();
        };
        let (server, _) = url.rsplit_once('/').expect("DATABASE_URL names a database");
        Self {
            url: server.to_owned(),
            shell: None,
        }
    }

    /// One of a test's own.
    pub(crate) fn new() -> Self {
        Self::made_of("")
    }

    /// A standby, which follows this one, and can be read from.
    pub(crate) fn standby(&self) -> Self {
        Self::made_of(&self.url)
    }

    /// Lets a standby follow nobody any more, and be written to.
    pub(crate) fn promote(&mut self) {
        self.order("promote");
    }

    /// One with the databases of another, or with none of a test's.
    fn made_of(primary: &str) -> Self {
        let port = free_port();
        let shell = Command::new("sh")
            .args(["-c", CLUSTER])
            .env("BIN", binaries())
            .env("PORT", port.to_string())
            .env("PRIMARY", primary)
            .stdin(Stdio::piped())
            .spawn()
            .expect("sh runs");
        let mut cluster = Self {
            url: format!("postgres://postgres@127.0.0.1:{port}"),
            shell: Some(shell),
        };
        cluster.await_start();
        cluster
    }

    /// Ends every process of the server at once, as a crash would. When this returns, it does not answer any more.
    pub(crate) fn kill(&mut self) {
        self.order("kill");
        until("the server is gone", || {
            self.connect("postgres").is_err().then_some(())
        });
    }

    /// Starts it again.
    pub(crate) fn start(&mut self) {
        self.order("start");
        self.await_start();
    }

    fn order(&mut self, order: &str) {
        let shell = self
            .shell
            .as_mut()
            .expect("it is a cluster of the test's own");
        let stdin = shell.stdin.as_mut().expect("it is piped");
        writeln!(stdin, "{order}").expect("the shell reads");
    }

    fn await_start(&mut self) {
        until("PostgreSQL starts", || {
            let ended = self
                .shell
                .as_mut()
                .map(|shell| shell.try_wait().expect("the shell can be asked"));
            assert!(
                matches!(ended, None | Some(None)),
                "PostgreSQL does not start"
            );
            self.connect("postgres").ok()
        });
    }

    fn connect(&self, database: &str) -> diesel::ConnectionResult<PgConnection> {
        PgConnection::establish(&format!("{}/{database}", self.url))
    }

    fn execute(&self, statement: &str) {
        let mut conn = self.connect("postgres").expect("PostgreSQL answers");
        diesel::sql_query(statement)
            .execute(&mut conn)
            .expect("the superuser may");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(mut shell) = self.shell.take() {
            drop(shell.stdin.take());
            drop(shell.wait());
        }
    }
}

/// A port that nobody listens on, and none of those that the system gives to whoever asks for any: a server that is
/// killed finds its port free when it starts again.
pub(crate) fn free_port() -> u16 {
    std::iter::repeat_with(|| 10_000 + u16::try_from(random(20_000)).expect("few"))
        .find(|port| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("there is a free port")
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
    /// The server, where it is not the one that tests share.
    own: Option<Cluster>,
}

impl Throwaway {
    /// An empty database.
    pub(crate) fn new() -> Self {
        let name = format!(
            "test_{}_{}",
            std::process::id(),
            DATABASES.fetch_add(1, Ordering::Relaxed)
        );
        SERVER.execute(&format!("CREATE DATABASE {name}"));
        Self { name, own: None }
    }

    /// An empty database on a server that nobody else uses.
    pub(crate) fn on_its_own() -> Self {
        Self {
            name: "postgres".to_owned(),
            own: Some(Cluster::new()),
        }
    }

    /// The same database on a standby of the server that nobody else uses.
    pub(crate) fn standby(&self) -> Self {
        let own = self.own.as_ref().expect("it has a server of its own");
        Self {
            name: self.name.clone(),
            own: Some(own.standby()),
        }
    }

    /// The server that nobody else uses.
    pub(crate) fn cluster(&mut self) -> &mut Cluster {
        self.own.as_mut().expect("it has a server of its own")
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        let server = self.own.as_ref().unwrap_or(&SERVER);
        format!("{}/{}", server.url, self.name)
    }

    /// The same for a program: on a server that tests share it may be a while until somebody's turn comes.
    pub(crate) fn patient_url(&self) -> String {
        match self.own {
            Some(_) => self.url(),
            None => format!("{}?connect_timeout=60", self.url()),
        }
    }

    /// A connection to it.
    pub(crate) fn connect(&self) -> PgConnection {
        PgConnection::establish(&self.url()).expect("PostgreSQL answers")
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
        if self.own.is_none() {
            SERVER.execute(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
        }
    }
}
