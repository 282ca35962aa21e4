//! The routes of a metric with dimensions of every kind, without a network in between.

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::body::to_bytes;
use actix_web::rt::System;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App, HttpRequest, web};
use chrono::Utc;
use metrics_runtime::migrate::{Backend, Project};
use metrics_runtime::web::{Api, ApiLimits, Caller, Host, HostError, Satellite, TeamRole};
use metrics_runtime::{
    DimensionValue, Limits, Recorder, Registry, Store, TimeSeriesMetric, register,
};
use serde_json::Value;
use tempfile::TempDir;

/// A word of few.
#[derive(Debug, Clone, Copy, PartialEq, Eq, DimensionValue)]
#[expect(dead_code, reason = "they are only ever written as text")]
enum Word {
    One,
    Another,
}

/// Anything that can be counted.
#[derive(Debug, Clone, TimeSeriesMetric)]
#[metric(
    intervals("15m", "1h", "1d"),
    retention("15m" = "3d", "1h" = "30d", "1d" = "2y"),
    view("member"),
    view_all("boss")
)]
struct Anything {
    /// Whose it is.
    #[dimension(user)]
    user_id: String,
    /// In which team.
    #[dimension(team)]
    team_id: String,
    /// Text.
    #[dimension(max_len = 16)]
    text: String,
    /// One of few words.
    #[dimension]
    word: Word,
    /// A number.
    #[dimension]
    number: i32,
    /// Yes or no.
    #[dimension]
    flag: bool,
    /// Counted.
    #[counter]
    count: u64,
    /// Counted, too.
    #[counter]
    other: u32,
}

/// Lets everybody do everything, in the team `t1`.
struct Everybody;

impl Host for Everybody {
    type Credentials = ();

    fn credentials(&self, _: &HttpRequest) -> Option<()> {
        Some(())
    }

    fn caller(&self, (): &()) -> Result<Option<Caller>, HostError> {
        let mut permissions = registry().permissions_of("member");
        permissions.extend(registry().permissions_of("boss"));
        Ok(Some(Caller {
            user_id: "u1".to_owned(),
            permissions,
            teams: [("t1".to_owned(), TeamRole::Admin)].into(),
        }))
    }

    fn satellites(&self, keys: &[&str]) -> Result<HashMap<String, Satellite>, HostError> {
        let satellite = Satellite {
            id: "sat".to_owned(),
            team_id: None,
        };
        let named = |key: &&str| (key.to_string(), satellite.clone());
        Ok(keys.iter().map(named).collect())
    }
}

/// What is answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

type Serve = Box<dyn Fn(TestRequest) -> Answer>;

/// What a thread asks, and the folder in which it finds the answers.
struct Served {
    /// Never dropped: actix keeps things in thread locals of its own, which may be gone before.
    serve: &'static Serve,
    #[expect(dead_code, reason = "it goes with the thread")]
    folder: TempDir,
}

thread_local! {
    static SERVED: Served = Served::new();
}

/// What is answered to a request, which is JSON whatever it is.
pub(crate) fn answer_to(request: TestRequest) -> Answer {
    SERVED.with(|served| (served.serve)(request))
}

impl Served {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let serve = serve(store(&folder));
        Self {
            serve: Box::leak(Box::new(serve)),
            folder,
        }
    }
}

fn serve(store: Store) -> Serve {
    let recorder = Recorder::start(&store, Arc::new(registry()), Limits::default());
    let limits = ApiLimits {
        // An answer that takes long would be looked at less often.
        max_buckets: 1_000,
        ..ApiLimits::default()
    };
    let api = Api::with_limits(Everybody, store, recorder, limits);
    let system = System::new();
    let routes = web::scope("/api").configure(|scope| api.configure(scope));
    let service = system.block_on(init_service(App::new().service(routes)));
    Box::new(move |request| {
        system.block_on(async {
            let response = call_service(&service, request.to_request()).await;
            let status = response.status().as_u16();
            let body = to_bytes(response.into_body()).await;
            let body = body.unwrap_or_else(|_| panic!("a {status} without an end"));
            let body = serde_json::from_slice(&body);
            let body = body.unwrap_or_else(|error| panic!("a {status} that is no JSON: {error}"));
            Answer { status, body }
        })
    })
}

fn registry() -> Registry {
    register![Anything].build().expect("there is only one")
}

/// A database with its tables.
fn store(folder: &TempDir) -> Store {
    let path = folder.path().join("fuzz.db");
    let store = Store::sqlite(path.to_str().expect("a path that is text")).expect("SQLite opens");
    let migrations = folder.path().join("migrations");
    let project =
        Project::new(migrations.join("metrics.lock")).folder(Backend::Sqlite, &migrations);
    let generated = project.generate(&registry(), None, Utc::now());
    generated.expect("migrations can be generated");
    let applied = store.apply_migrations(&migrations);
    applied.expect("generated migrations apply");
    store
}
