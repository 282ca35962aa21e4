//! How long the overview of twelve metrics takes in a browser, over a large database on SQLite:
//! `ROWS=10000000 cargo bench -p tests --bench first_paint`.

#[allow(dead_code, reason = "the tests use all of it")]
mod support;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

use actix_web::rt;
use actix_web::web::Data;
use app::config::{Config, Flags, Sources};
use app::database::{self, Pool};
use app::host::AppHost;
use app::models::users::NewUser;
use app::state::State;
use app::values::{Email, GlobalRole, Id};
use app::{credentials::Password, server};
use chrono::Utc;
use metrics_runtime::migrate::{Backend, Project};
use metrics_runtime::web::Api;
use metrics_runtime::{Limits, Recorder, Registry, TimeSeriesMetric, register};

use support::browser::Browser;
use support::place::Place;

const PASSWORD: &str = "correct horse battery";

/// Rows of a series: 30 days of hours, and the latest quarters of an hour.
const HOURS: u32 = 720;
const QUARTERS: u32 = 280;

/// Series of an owner.
const LABELS: u32 = 10;

macro_rules! declare {
    ($($name:ident),+) => {
        $(
            /// Something that is counted.
            #[derive(Debug, Clone, TimeSeriesMetric)]
            #[metric(intervals("15m", "1h"), retention = "90d", view_all("global_admin"))]
            struct $name {
                /// Whose.
                #[dimension(user)]
                person: String,
                /// Of what kind.
                #[dimension]
                kind: String,
                /// How often.
                #[counter]
                times: u64,
                /// How often it failed.
                #[counter]
                failures: u64,
            }
        )+

        fn registry() -> Registry {
            register![$($name),+].build().expect("twelve metrics")
        }
    };
}

declare!(
    Apple, Birch, Cedar, Damson, Elm, Fir, Gum, Hazel, Ivy, Juniper, Kapok, Larch
);

fn main() {
    let number = |name: &str, otherwise: u32| {
        let given = std::env::var(name).ok();
        given.map_or(otherwise, |text| text.parse().expect("a number"))
    };
    let (rows, rounds) = (number("ROWS", 1_000_000), number("ROUNDS", 5));
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let pool = prepare(folder.path(), rows);
    let (ready, started) = channel();
    let serving = std::thread::spawn(move || serve(pool, &ready));
    let address = started.recv().expect("the server starts");
    println!("{rows} rows of 12 metrics; medians of {rounds} visits with an empty cache, in ms");
    println!(
        "{:>6} {:>14} {:>10} {:>12} {:>9}",
        "range", "first paint", "all drawn", "slowest card", "KB sent"
    );
    let browser = Browser::open(1200, 900);
    sign_in(&browser, &address);
    for range in ["24h", "7d", "30d"] {
        let url = format!("{address}/?rows=everyone&range={range}");
        let visits: Vec<_> = (0..rounds).map(|_| visit(&browser, &url)).collect();
        let [paint, drawn, slowest, sent] = [0, 1, 2, 3].map(|figure| median(&visits, figure));
        println!("{range:>6} {paint:>14.0} {drawn:>10.0} {slowest:>12.0} {sent:>9.1}");
    }
    drop(browser);
    // The server ends with the process.
    drop(serving);
}

/// First paint, all cards drawn, the slowest series, and what was sent.
type Figures = [f64; 4];

fn median(visits: &[Figures], figure: usize) -> f64 {
    let mut figures: Vec<_> = visits.iter().map(|visit| visit[figure]).collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn sign_in(browser: &Browser, address: &str) {
    browser.go_to(address);
    browser.wait_until("document.querySelector('#password')");
    browser.fill("#email", "ada@example.com");
    browser.fill("#password", PASSWORD);
    browser.click("button[type=submit]");
    browser.wait_until("document.querySelector('#who')");
}

fn visit(browser: &Browser, url: &str) -> Figures {
    browser.clear_cache();
    browser.go_to(url);
    browser.wait_until("performance.getEntriesByName('drawn').length > 0");
    assert_eq!(
        browser.texts(".card .total").len(),
        12,
        "every card is filled"
    );
    let figures = browser.run(
        "const loaded = performance.getEntriesByType('resource');
         const series = loaded.filter(({ name }) => name.includes('/api/admin/metrics/'));
         const page = performance.getEntriesByType('navigation');
         const sent = [...page, ...loaded].reduce((sum, { transferSize }) => sum + transferSize, 0);
         return [
           performance.getEntriesByName('first-contentful-paint')[0].startTime,
           performance.getEntriesByName('drawn')[0].startTime,
           Math.max(...series.map(({ duration }) => duration)),
           sent / 1000,
         ]",
    );
    serde_json::from_value(figures).expect("four numbers")
}

/// A database with an administrator and all the rows.
fn prepare(folder: &Path, rows: u32) -> Pool {
    let place = Place::new(Backend::Sqlite, folder, "large.db");
    let flags = Flags {
        database_url: Some(place.url()),
        ..Flags::default()
    };
    let config = config(&flags);
    let pool = database::open(&config).expect("the file can be made");
    let migrations = folder.join("migrations");
    let project = Project::new(folder.join("metrics.lock")).folder(Backend::Sqlite, &migrations);
    project
        .generate(&registry(), None, Utc::now())
        .expect("migrations can be generated");
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations/sqlite");
    // The application's own tables, and not those of its metrics.
    let folders = std::fs::read_dir(committed).expect("they are committed");
    let folders = folders.map(|folder| folder.expect("a folder").path());
    let name = |folder: &Path| folder.file_name().expect("a name").to_owned();
    for own in folders.filter(|folder| name(folder).as_encoded_bytes().starts_with(b"0000")) {
        let to = migrations.join(name(&own));
        std::fs::create_dir_all(&to).expect("a folder can be made");
        for file in ["up.sql", "down.sql"] {
            std::fs::copy(own.join(file), to.join(file)).expect("it is there");
        }
    }
    pool.store()
        .apply_migrations(&migrations)
        .expect("they apply");
    add_administrator(&pool);
    place.execute(&filling(rows)).expect("the rows fit");
    pool
}

fn config(flags: &Flags) -> Config {
    let nothing = |_: &str| None;
    let sources = Sources::open(flags, &nothing, None).expect("there is no file");
    Config::read(&sources).expect("the settings are valid").0
}

fn add_administrator(pool: &Pool) {
    let id = Id::parse("id", "ada").expect("an id");
    let email = Email::parse("ada@example.com").expect("an address");
    let password = Password::parse(PASSWORD).expect("a password");
    let hash = password.hash().expect("it can be hashed");
    let ada = NewUser::new(&id, &email, &hash, GlobalRole::Admin.as_str());
    ada.insert(&mut pool.get().expect("a connection"))
        .expect("nobody else is there");
}

/// Rows in the order of their keys, as many for each metric.
fn filling(rows: u32) -> String {
    let registry = registry();
    let metrics = u32::try_from(registry.metrics().count()).expect("twelve");
    let owners = (rows / metrics / LABELS / (HOURS + QUARTERS)).max(1);
    let now = Utc::now().timestamp();
    let up_to = |end: u32| {
        format!(
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {end}) SELECT i FROM n"
        )
    };
    let mut sql = format!(
        "PRAGMA synchronous = OFF; PRAGMA cache_size = -65536; BEGIN;
         CREATE TEMP TABLE o AS {}; CREATE TEMP TABLE l AS {};
         CREATE TEMP TABLE b AS SELECT 900 AS width, ({now} / 900 - i) * 900 AS at FROM ({}) ORDER BY at;
         INSERT INTO b SELECT 3600, ({now} / 3600 - i) * 3600 FROM ({}) ORDER BY 2;",
        up_to(owners), up_to(LABELS), up_to(QUARTERS), up_to(HOURS)
    );
    for layout in registry.metrics() {
        let table = layout.schema.table;
        write!(
            sql,
            "INSERT INTO {table}_owners (id, person, last_used_at) SELECT i + 1, printf('user-%06d', i), {now} FROM o;
             INSERT INTO {table}_labels (id, kind, last_used_at) SELECT i + 1, printf('kind-%d', i), {now} FROM l;
             INSERT INTO {table} (owner_id, bucket_interval, bucket_timestamp, labels_id, created_at, times, failures)
                 SELECT o.i + 1, width, at, l.i + 1, {now}, (at / 900 + l.i) % 7, l.i % 2
                 FROM o CROSS JOIN b CROSS JOIN l ORDER BY o.rowid, b.rowid, l.rowid;"
        )
        .expect("writing to a string does not fail");
    }
    sql + "COMMIT; PRAGMA wal_checkpoint(TRUNCATE);"
}

fn serve(pool: Pool, ready: &Sender<String>) {
    let flags = Flags {
        bind: Some("127.0.0.1:0".to_owned()),
        ..Flags::default()
    };
    let registry = Arc::new(registry());
    let store = pool.store();
    let recorder = Recorder::start(&store, Arc::clone(&registry), Limits::default());
    let state = Data::new(State::new(config(&flags), pool, registry));
    let api = Api::new(AppHost::new(state.clone()), store, recorder.clone());
    rt::System::new().block_on(async move {
        let (server, address) = server::bind(state, recorder, api).expect("a port is free");
        ready
            .send(format!("http://{address}"))
            .expect("it is waited for");
        server.await.expect("the server runs");
    });
}
