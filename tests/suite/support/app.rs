//! The application as its users meet it: the built binary, over HTTP and on the command line, with a database of
//! a test's own.

pub(crate) mod events;
pub(crate) mod http;
mod process;

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

#[cfg(feature = "postgres")]
use diesel::PgConnection;
use metrics_runtime::migrate::Backend;
use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::http::Method;

use http::{Answer, Client, Request};
use process::{Server, command};

#[cfg(feature = "libsql")]
use super::libsql::Sqld;
use super::place::{Lock, Place, backend};
#[cfg(feature = "postgres")]
use super::postgres::{Cluster, Throwaway};

/// The password of everybody.
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// How long anything may take that is awaited.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// How long to leave the processor to what is awaited before asking again.
const PAUSE: Duration = Duration::from_millis(2);

/// A running application with a database of its own. It ends with the test.
pub(crate) struct TestApp {
    // In this order: the process ends before its database goes.
    server: Server,
    /// The command that serves, and its arguments.
    serve: Vec<String>,
    settings: Vec<(&'static str, String)>,
    place: Place,
    folder: TempDir,
    client: Client,
}

/// Another process on the database of a [`TestApp`]. It ends with the test.
pub(crate) struct Second {
    server: Server,
    folder: TempDir,
}

impl Second {
    /// Where it listens, as `127.0.0.1:PORT`.
    pub(crate) fn address(&self) -> &str {
        self.server.authority()
    }

    /// What it has logged.
    pub(crate) fn log(&self) -> String {
        log_in(self.folder.path())
    }

    /// Ends it as a power cut would, without a word.
    pub(crate) fn kill(&mut self) {
        self.server.process.kill().expect("it was running");
        self.server.process.wait().expect("it ends");
    }

    /// Asks it to end, and waits until it has.
    pub(crate) fn terminate(&mut self) -> ExitStatus {
        self.signal("TERM");
        self.server.ended()
    }

    /// Sends it a signal, such as `STOP`.
    pub(crate) fn signal(&self, name: &str) {
        signal(&self.server, name);
    }
}

/// Somebody who has signed in.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: String,
    /// `session=…`, as browsers send it.
    pub(crate) cookie: String,
}

/// What a satellite reports with.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) text: String,
}

impl TestApp {
    /// Starts it.
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts it on a backend, whichever the run is on.
    pub(crate) fn start_on(backend: Backend) -> Self {
        Self::start_on_with(backend, &[])
    }

    /// Starts it with settings of a test's own, as environment variables.
    pub(crate) fn start_with(settings: &[(&'static str, &str)]) -> Self {
        Self::start_on_with(backend(), settings)
    }

    /// Starts the demo, with arguments.
    pub(crate) fn demo(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let place = Place::new(Backend::Sqlite, folder.path(), "demo.db");
        Self::start_command(&[&["demo"], arguments].concat(), place, folder, &[])
    }

    /// Starts it on a backend with settings of a test's own.
    pub(crate) fn start_on_with(backend: Backend, settings: &[(&'static str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let place = Place::new(backend, folder.path(), "app.db");
        Self::start_command(&["serve"], place, folder, settings)
    }

    /// Starts it on a server that nobody else uses.
    #[cfg(feature = "postgres")]
    pub(crate) fn start_on_a_server_of_its_own(serve: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let place = Place::Server(Throwaway::on_its_own());
        Self::start_command(serve, place, folder, &[])
    }

    /// Starts another one on a standby of the server of its own.
    #[cfg(feature = "postgres")]
    pub(crate) fn start_on_a_standby(&self) -> Self {
        let Place::Server(primary) = &self.place else {
            panic!("it is not on PostgreSQL")
        };
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let place = Place::Server(primary.standby());
        Self::start_command(&["serve"], place, folder, &[])
    }

    /// Starts it on a server of libSQL's.
    #[cfg(feature = "libsql")]
    pub(crate) fn start_on_libsql(server: Sqld, settings: &[(&'static str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        Self::start_command(&["serve"], Place::Libsql(server), folder, settings)
    }

    /// Starts it without jobs, which are left to others on the same database.
    pub(crate) fn start_without_jobs_with(settings: &[(&'static str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let place = Place::new(backend(), folder.path(), "app.db");
        Self::start_command(&["serve", "--no-scheduler"], place, folder, settings)
    }

    fn start_command(
        serve: &[&str],
        place: Place,
        folder: TempDir,
        settings: &[(&'static str, &str)],
    ) -> Self {
        let serve: Vec<_> = serve.iter().map(|&argument| argument.to_owned()).collect();
        let settings = settings
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()));
        let settings: Vec<_> = [("DATABASE_URL", place.patient_url())]
            .into_iter()
            .chain(settings)
            .collect();
        let server = Server::start(folder.path(), &settings, &serve);
        Self {
            server,
            serve,
            settings,
            place,
            folder,
            client: Client::new(),
        }
    }

    /// A user, without teams, signed in.
    pub(crate) fn user(&self, id: &str) -> Person {
        self.person(id, "global_user")
    }

    /// An administrator of everything, signed in.
    pub(crate) fn admin(&self, id: &str) -> Person {
        self.person(id, "global_admin")
    }

    fn person(&self, id: &str, role: &str) -> Person {
        self.add_person(id, role);
        self.sign_in(id)
    }

    /// Adds somebody who has not signed in.
    pub(crate) fn add_person(&self, id: &str, role: &str) {
        let email = email_of(id);
        let add = [
            "users",
            "add",
            "--email",
            &email,
            "--id",
            id,
            "--role",
            role,
            "--password-stdin",
        ];
        self.run_with_input(&add, PASSWORD);
    }

    /// Signs in somebody who was added before.
    pub(crate) fn sign_in(&self, id: &str) -> Person {
        self.sign_in_with(id, &email_of(id), PASSWORD)
    }

    /// Signs in somebody with an address and a password of their own.
    pub(crate) fn sign_in_with(&self, id: &str, email: &str, password: &str) -> Person {
        let credentials = json!({"email": email, "password": password});
        let answer = self.post("/api/auth/login").json(&credentials).send();
        assert_eq!(answer.status, 200, "{id} signs in: {}", answer.body);
        let cookie = answer
            .header("set-cookie")
            .expect("signing in sets a cookie");
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        Person {
            id: id.to_owned(),
            cookie,
        }
    }

    /// A team without members.
    pub(crate) fn team(&self, id: &str) {
        self.run(&["teams", "add", "--name", id, "--id", id]);
    }

    /// Puts somebody into a team.
    pub(crate) fn join(&self, team: &str, person: &Person) {
        self.run(&["members", "add", "--team", team, "--user", &person.id]);
    }

    /// Makes somebody an administrator of a team.
    pub(crate) fn administrate(&self, team: &str, person: &Person) {
        self.run(&[
            "members",
            "add",
            "--team",
            team,
            "--user",
            &person.id,
            "--role",
            "team_admin",
        ]);
    }

    /// Takes somebody out of a team.
    pub(crate) fn leave(&self, team: &str, person: &Person) {
        self.run(&["members", "remove", "--team", team, "--user", &person.id]);
    }

    /// A key of a satellite, for any team.
    pub(crate) fn key(&self, satellite: &str) -> Key {
        Key::of(&self.run(&["keys", "add", "--satellite", satellite]))
    }

    /// A key of a satellite, for one team.
    pub(crate) fn key_of_team(&self, satellite: &str, team: &str) -> Key {
        Key::of(&self.run(&["keys", "add", "--satellite", satellite, "--team", team]))
    }

    /// Ends a key.
    pub(crate) fn revoke(&self, key: &Key) {
        self.run(&["keys", "revoke", &key.id]);
    }

    /// Runs a command that must succeed. Answers its JSON document.
    pub(crate) fn run(&self, arguments: &[&str]) -> Value {
        self.run_with_input(arguments, "")
    }

    /// Runs a command that must fail. Answers what it says.
    pub(crate) fn fail(&self, arguments: &[&str]) -> String {
        let mut command = command(self.folder.path(), &self.settings);
        let output = command.args(arguments).output().expect("the binary runs");
        assert!(!output.status.success(), "{arguments:?} must fail");
        text(&output.stderr)
    }

    /// A command that is to be run.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command(self.folder.path(), &self.settings);
        command.args(arguments);
        command
    }

    /// Runs a command that must succeed, with something on its standard input.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> Value {
        let mut command = self.command(arguments);
        command.arg("--json").stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().expect("the binary runs");
        let mut stdin = process.stdin.take().expect("standard input is piped");
        stdin
            .write_all(input.as_bytes())
            .expect("the command reads its input");
        drop(stdin);
        let output = process.wait_with_output().expect("the command ends");
        assert!(
            output.status.success(),
            "{arguments:?} failed: {}",
            text(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).expect("--json prints one JSON document")
    }

    /// Runs a command that must fail. Answers what it says.
    pub(crate) fn refused(&self, arguments: &[&str]) -> String {
        let mut command = command(self.folder.path(), &self.settings);
        let output = command.args(arguments).output().expect("the binary runs");
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        text(&output.stderr)
    }

    /// Runs `serve` a second time, where it cannot listen.
    pub(crate) fn serve_on(&self, address: &str) -> Output {
        let mut command = command(self.folder.path(), &self.settings);
        command.args(["serve", "--json", "--bind", address]);
        command.output().expect("the binary runs")
    }

    /// What it said once it listened.
    pub(crate) fn announced(&self) -> &Value {
        &self.server.announced
    }

    /// The folder that it runs in.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where it listens, as `127.0.0.1:PORT`.
    pub(crate) fn address(&self) -> &str {
        self.server.authority()
    }

    pub(crate) fn get(&self, path: &str) -> Request<'_> {
        self.request(Method::GET, path)
    }

    pub(crate) fn post(&self, path: &str) -> Request<'_> {
        self.request(Method::POST, path)
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> Request<'_> {
        self.client
            .request(method, &format!("{}{path}", self.server.address))
    }

    /// What somebody is answered.
    pub(crate) fn ask(&self, person: &Person, path: &str) -> Answer {
        self.get(path).cookie(&person.cookie).send()
    }

    /// What somebody is answered by another process.
    pub(crate) fn ask_other(&self, other: &Second, person: &Person, path: &str) -> Answer {
        let request = self.request_of(other, Method::GET, path);
        request.cookie(&person.cookie).send()
    }

    /// A request to another process.
    pub(crate) fn request_of(&self, other: &Second, method: Method, path: &str) -> Request<'_> {
        let url = format!("http://{}{path}", other.address());
        self.client.request(method, &url)
    }

    /// What two requests are answered that are let go on at the same moment, when each has come as far as it can
    /// without writing.
    pub(crate) fn at_once<T: Send>(&self, requests: [impl FnOnce() -> T + Send; 2]) -> [T; 2] {
        let lock = self.lock();
        std::thread::scope(|scope| {
            let asked = requests.map(|request| scope.spawn(request));
            until("both are being answered", || {
                let in_flight = self.state("metrics_http_requests_in_flight");
                (in_flight == 1 + 2).then_some(())
            });
            drop(lock);
            asked.map(|asked| asked.join().expect("it is answered"))
        })
    }

    /// Reports events with a key.
    pub(crate) fn report(&self, key: &Key, events: &[Value]) -> Answer {
        self.reporting(key).json(&json!({"events": events})).send()
    }

    /// A report that has no body yet.
    pub(crate) fn reporting(&self, key: &Key) -> Request<'_> {
        self.post("/api/metrics/events").bearer(&key.text)
    }

    /// Reports events of which none may fail.
    pub(crate) fn record(&self, key: &Key, events: &[Value]) {
        let answer = self.report(key, events);
        let all = json!({"success": true, "processed": events.len(), "failed": 0, "failures": []});
        assert_eq!((answer.status, answer.json()), (200, all));
    }

    /// The state of the service, by the name and labels of a number.
    pub(crate) fn state(&self, name: &str) -> u64 {
        let [number] = self.states([name]);
        number
    }

    /// Several such numbers of one moment.
    pub(crate) fn states<const N: usize>(&self, names: [&str; N]) -> [u64; N] {
        let text = self.get("/metrics").send().body;
        names.map(|name| {
            let mut lines = text.lines();
            let number = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
            let number = number.unwrap_or_else(|| panic!("/metrics has {name}: {text}"));
            number.parse().expect("a whole number")
        })
    }

    /// Changes the database beside the server, as an operator would.
    pub(crate) fn sql(&self, statements: &str) {
        let changed = self.place.execute(statements);
        changed.expect("the statements are valid");
    }

    /// The server of its own.
    #[cfg(feature = "postgres")]
    pub(crate) fn cluster(&mut self) -> &mut Cluster {
        match &mut self.place {
            Place::Server(database) => database.cluster(),
            _ => panic!("it is not on PostgreSQL"),
        }
    }

    /// The server of libSQL's that it is on.
    #[cfg(feature = "libsql")]
    pub(crate) fn libsql(&mut self) -> &mut Sqld {
        match &mut self.place {
            Place::Libsql(server) => server,
            _ => panic!("it is not on libSQL"),
        }
    }

    /// What `DATABASE_URL` says of its database.
    #[cfg(feature = "postgres")]
    pub(crate) fn url(&self) -> String {
        self.place.patient_url()
    }

    /// A connection to its database on a server.
    #[cfg(feature = "postgres")]
    pub(crate) fn connect(&self) -> PgConnection {
        match &self.place {
            Place::Server(database) => database.connect(),
            _ => panic!("it is not on PostgreSQL"),
        }
    }

    /// Starts a second process on the same database.
    pub(crate) fn second(&self) -> Second {
        self.second_with(&[])
    }

    /// Starts a second process on the same database, with jobs, and with settings of its own.
    pub(crate) fn second_with(&self, settings: &[(&'static str, &str)]) -> Second {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let mut all = self.settings.clone();
        all.extend(
            settings
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned())),
        );
        let server = Server::start(folder.path(), &all, &["serve".to_owned()]);
        Second { server, folder }
    }

    /// Keeps everybody else from writing, as another process would, until it is dropped.
    pub(crate) fn lock(&self) -> Lock {
        self.place.lock()
    }

    /// What the server has logged.
    pub(crate) fn log(&self) -> String {
        log_in(self.folder.path())
    }

    /// Asks the process to end, and waits until it has.
    pub(crate) fn terminate(&mut self) -> ExitStatus {
        signal(&self.server, "TERM");
        self.server.ended()
    }

    /// Sends the process a signal, such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        signal(&self.server, name);
    }

    /// Waits until the process has ended.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        self.server.ended()
    }

    /// Asks the process to begin anew, and waits until it has.
    pub(crate) fn restart(&mut self) {
        self.signal("HUP");
        let listens = self.server.listens();
        listens.expect("it listens again");
    }

    /// Limits the size of the files that the process may write: `1` is a disk that is full, `unlimited` one that is not.
    pub(crate) fn limit_files(&self, size: &str) {
        self.limit(&format!("--fsize={size}:unlimited"));
    }

    /// Lets the process have so many connections open, and files.
    pub(crate) fn permit_connections(&self, count: usize) {
        self.limit(&format!("--nofile={count}:"));
    }

    fn limit(&self, limit: &str) {
        let id = self.server.process.id().to_string();
        let limited = Command::new("prlimit")
            .args(["--pid", &id, limit])
            .status()
            .expect("prlimit runs");
        assert!(limited.success(), "the limit can be set");
    }

    /// The most memory that the process has taken so far, in megabytes.
    pub(crate) fn most_memory(&self) -> u64 {
        let status = format!("/proc/{}/status", self.server.process.id());
        let status = std::fs::read_to_string(status).expect("the process runs");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak = peak.and_then(|peak| peak.trim().strip_suffix(" kB"));
        let kilobytes: u64 = peak.expect("a peak").parse().expect("a number");
        kilobytes / 1024
    }

    /// Sets the permissions of the database file, and of the files beside it, which SQLite makes with the same.
    pub(crate) fn permit(&self, mode: u32) {
        let files = std::fs::read_dir(self.folder.path()).expect("a folder");
        let files = files.map(|file| file.expect("can be listed").path());
        let is_of_database = |file: &PathBuf| file.file_stem().is_some_and(|name| name == "app");
        for file in files.filter(is_of_database) {
            let permissions = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(file, permissions).expect("the file is ours");
        }
    }

    /// Ends the process as a power cut would, without a word.
    pub(crate) fn kill(&mut self) {
        self.server.process.kill().expect("it was running");
        self.server.process.wait().expect("it ends");
    }

    /// Starts it again after it has ended.
    pub(crate) fn start_again(&mut self) {
        self.server = Server::start(self.folder.path(), &self.settings, &self.serve);
    }

    /// Starts it again after it has ended, on another database from now on.
    pub(crate) fn start_again_on(&mut self, url: &str) {
        self.settings.push(("DATABASE_URL", url.to_owned()));
        self.start_again();
    }

    /// Starts it again after it has ended, with one setting more, for this once.
    pub(crate) fn start_again_with(&mut self, name: &'static str, value: &str) {
        let mut settings = self.settings.clone();
        settings.push((name, value.to_owned()));
        self.server = Server::start(self.folder.path(), &settings, &self.serve);
    }
}

impl Key {
    fn of(answer: &Value) -> Self {
        let text = |field: &str| {
            answer[field]
                .as_str()
                .expect("the answer has it")
                .to_owned()
        };
        Self {
            id: text("id"),
            text: text("key"),
        }
    }
}

/// Asks again until there is an answer.
pub(crate) fn until<T>(what: &str, mut answer: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = answer() {
            return answer;
        }
        assert!(Instant::now() < deadline, "it did not happen that {what}");
        std::thread::park_timeout(PAUSE);
    }
}

fn log_in(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("server.log")).expect("the server logs")
}

fn signal(server: &Server, name: &str) {
    let id = server.process.id().to_string();
    let sent = Command::new("kill")
        .args([&format!("-{name}"), &id])
        .status()
        .expect("kill runs");
    assert!(sent.success(), "the process takes {name}");
}

fn email_of(id: &str) -> String {
    format!("{}@example.com", id.to_ascii_lowercase())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
