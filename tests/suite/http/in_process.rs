//! The metric routes mounted into an application of the tests: who is asking is what a header says, and what they may
//! is what the test says.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpRequest, HttpServer, rt, web};
use metrics_runtime::migrate::Backend;
use metrics_runtime::web::{Api, ApiLimits, Caller, Host, HostError, Satellite};
use metrics_runtime::{Limits, Recorder};
use serde_json::Value;
use ureq::http::Method;

use crate::support::app::events::Events;
use crate::support::app::http::{Answer, Client, Request};
use crate::support::database::Database;
use crate::support::metrics::registry;
use crate::support::place::backend;

/// The header that names the caller.
const CALLER: &str = "X-Caller";

/// An application with the metrics of the tests, served until it is dropped.
pub(super) struct Mounted {
    pub(super) people: People,
    pub(super) recorder: Recorder,
    pub(super) database: Database,
    address: SocketAddr,
    client: Client,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

/// Everybody there is, and every key: what the host answers from.
#[derive(Clone, Default)]
pub(super) struct People(Arc<Mutex<Known>>);

#[derive(Default)]
pub(super) struct Known {
    pub(super) callers: BTreeMap<String, Caller>,
    pub(super) satellites: BTreeMap<String, Satellite>,
}

impl People {
    pub(super) fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Host for People {
    type Credentials = String;

    fn credentials(&self, request: &HttpRequest) -> Option<String> {
        Some(request.headers().get(CALLER)?.to_str().ok()?.to_owned())
    }

    fn caller(&self, name: &String) -> Result<Option<Caller>, HostError> {
        Ok(self.known().callers.get(name).cloned())
    }

    fn satellites(&self, keys: &[&str]) -> Result<HashMap<String, Satellite>, HostError> {
        let known = self.known();
        let named = |key: &&str| Some((key.to_string(), known.satellites.get(*key)?.clone()));
        Ok(keys.iter().filter_map(named).collect())
    }
}

impl Mounted {
    pub(super) fn start() -> Self {
        Self::with_limits(Limits::default(), ApiLimits::default())
    }

    pub(super) fn with_limits(limits: Limits, api_limits: ApiLimits) -> Self {
        Self::new(Database::new(backend(), &registry()), limits, api_limits)
    }

    /// Starts it on a backend, whichever the run is on.
    pub(super) fn on(backend: Backend) -> Self {
        Self::over(Database::new(backend, &registry()))
    }

    /// Starts it on a database that has the metrics of the tests.
    pub(super) fn over(database: Database) -> Self {
        Self::new(database, Limits::default(), ApiLimits::default())
    }

    fn new(database: Database, limits: Limits, api_limits: ApiLimits) -> Self {
        let recorder = Recorder::start(&database.store, Arc::new(registry()), limits);
        let people = People::default();
        let api = Api::with_limits(
            people.clone(),
            database.store.clone(),
            recorder.clone(),
            api_limits,
        );
        let (ready, started) = channel();
        let thread = std::thread::spawn(move || serve(&api, &ready));
        let (address, handle) = started.recv().expect("the server starts");
        Self {
            people,
            recorder,
            database,
            address,
            client: Client::new(),
            handle,
            thread: Some(thread),
        }
    }

    pub(super) fn request(&self, method: Method, path: &str) -> Request<'_> {
        self.client
            .request(method, &format!("http://{}/api{path}", self.address))
    }

    /// What `caller` is answered; nobody in particular when there is none.
    pub(super) fn ask(&self, caller: Option<&str>, path: &str) -> Answer {
        let request = self.request(Method::GET, path);
        match caller {
            Some(caller) => request.header(CALLER, caller).send(),
            None => request.send(),
        }
    }

    /// A request of somebody.
    pub(super) fn as_caller(&self, caller: &str, method: Method, path: &str) -> Request<'_> {
        self.request(method, path).header(CALLER, caller)
    }

    /// Opens a stream for somebody.
    pub(super) fn watch(&self, caller: &str, path: &str) -> Events {
        let opened = self.try_watch(caller, path);
        opened.unwrap_or_else(|answer| panic!("{path}: {}", answer.body))
    }

    /// Opens a stream for somebody, or answers what is answered instead.
    pub(super) fn try_watch(&self, caller: &str, path: &str) -> Result<Events, Box<Answer>> {
        self.as_caller(caller, Method::GET, path).stream()
    }

    /// A report that has no body yet.
    pub(super) fn reporting(&self, key: &str) -> Request<'_> {
        self.request(Method::POST, "/metrics/events").bearer(key)
    }

    /// Reports events with a key.
    pub(super) fn report(&self, key: &str, events: &[Value]) -> Answer {
        self.reporting(key)
            .json(&serde_json::json!({"events": events}))
            .send()
    }

    /// Adds a key of a satellite.
    pub(super) fn add_key(&self, key: &str, satellite: &str, team: Option<&str>) {
        let satellite = Satellite {
            id: satellite.to_owned(),
            team_id: team.map(str::to_owned),
        };
        self.people
            .known()
            .satellites
            .insert(key.to_owned(), satellite);
    }

    /// Adds somebody, or changes what is known of them.
    pub(super) fn add_caller(&self, name: &str, caller: Caller) {
        self.people.known().callers.insert(name.to_owned(), caller);
    }
}

fn serve(api: &Api<People>, ready: &Sender<(SocketAddr, ServerHandle)>) {
    let api = api.clone();
    let app =
        move || App::new().service(web::scope("/api").configure(|scope| api.configure(scope)));
    rt::System::new().block_on(async move {
        let server = HttpServer::new(app)
            .workers(1)
            .disable_signals()
            .bind("127.0.0.1:0")
            .expect("a port is free");
        let address = server.addrs()[0];
        let server = server.run();
        ready
            .send((address, server.handle()))
            .expect("the test waits for it");
        server.await.expect("the server ends when it is asked to");
    });
}

impl Drop for Mounted {
    fn drop(&mut self) {
        pollster::block_on(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
        self.recorder.shutdown();
    }
}
