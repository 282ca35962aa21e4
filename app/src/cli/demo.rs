//! `demo`: `serve` on a database of its own, with a world in it that goes on while you watch.

use std::path::{Path, PathBuf};

use actix_web::rt::System;
use actix_web::web;
use anyhow::Context as _;
use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use metrics_runtime::{TimeRange, TimeSeriesMetric};
use serde::Serialize;

use super::arguments::Usage;
use super::context::Context;
use super::import::Input;
use super::serve::Service;
use crate::config::{Config, Flags};
use crate::database;
use crate::demo::{self, Incident, NotADemo, PASSWORD, Satellite, Step, Timetable, Traffic, Work};
use crate::jobs::{Extent, collect_metric};
use crate::metrics::satellite_keys::SatelliteKeys;

/// The database when no other is named by flag. The environment and the settings file name the user's own.
const DATABASE: &str = "sqlite:demo.db";

#[derive(Args)]
pub(super) struct Demo {
    /// Replay the flights of this CSV file, also gzipped, as if they were of today; each airline can sign in
    #[arg(long, value_name = "FILE")]
    flights: Option<PathBuf>,
}

/// What `demo` answers once it listens.
#[derive(Serialize)]
struct Showing {
    address: String,
    database: String,
    people: Vec<SignIn>,
    look_at: Vec<Sight>,
}

/// Whom to sign in as.
#[derive(Serialize)]
struct SignIn {
    email: String,
    password: &'static str,
    sees: String,
}

/// What to look at.
#[derive(Serialize)]
struct Sight {
    what: String,
    url: String,
}

/// The settings of the demo: those that were given, except that its database is its own.
pub(super) fn settings(flags: Flags) -> Flags {
    let database_url = flags.database_url.or(Some(DATABASE.to_owned()));
    Flags {
        database_url,
        ..flags
    }
}

impl Demo {
    pub(super) fn run(self, context: Context) -> anyhow::Result<()> {
        check_address(&context.config)?;
        check_database(&context.config)?;
        let timetable = self.flights.as_deref().map(timetable).transpose()?;
        System::new().block_on(show(context, timetable))
    }
}

fn timetable(file: &Path) -> anyhow::Result<Timetable> {
    let read = Input::open(file).and_then(|input| Timetable::read(input.reader));
    read.with_context(|| format!("--flights: {} cannot be replayed", file.display()))
}

/// The password is in the sources, so that nobody else may reach it.
fn check_address(config: &Config) -> Result<(), Usage> {
    if config.bind.ip().is_loopback() {
        return Ok(());
    }
    Err(Usage(format!(
        "bind: {} is an address that others can reach, and everybody knows the demo's password: \
         serve it to this machine alone, with --bind 127.0.0.1:{}",
        config.bind,
        config.bind.port()
    )))
}

fn check_database(config: &Config) -> anyhow::Result<()> {
    if database::exists(config) {
        let pool = database::open(config)?;
        let foreign = demo::belongs_to_somebody_else(&mut pool.get()?);
        anyhow::ensure!(!foreign, NotADemo(config.database_url.to_string()));
    }
    Ok(())
}

async fn show(context: Context, timetable: Option<Timetable>) -> anyhow::Result<()> {
    let service = Service::start(&context)?;
    let airlines = timetable.as_ref().map_or(Vec::new(), Timetable::airlines);
    let satellites = demo::satellites(timetable);
    let now = Utc::now();
    demo::settle(&mut service.pool.get()?, &satellites, now.timestamp())?;
    let positions = catch_up(&service, satellites).await?;
    count_keys(&service, now).await?;
    let database = context.config.database_url.to_string();
    let showing = Showing::new(service.url(), database, &airlines);
    context.output.answer(&showing, || showing.in_words())?;
    let jobs = service.start_jobs()?;
    let registry = service.recorder.registry().clone();
    let traffic = Traffic::start(service.address, registry, positions)?;
    let ended = service.run(Some(jobs)).await;
    drop(traffic);
    ended
}

/// Writes what has happened since the demo was last there: the first time, a month.
async fn catch_up(
    service: &Service,
    satellites: Vec<&'static Satellite>,
) -> anyhow::Result<Vec<demo::Position>> {
    let (store, recorder) = (service.store.clone(), service.recorder.clone());
    let work = move || {
        let now = Utc::now();
        let mut positions = demo::positions(&satellites, &store, now)?;
        let progress = Progress::start();
        let show = |step| progress.show(step);
        let written = demo::write_history(&recorder, &mut positions, now.timestamp(), show)?;
        progress.finish(written);
        Ok(positions)
    };
    web::block(work).await?
}

/// Counts the keys now and not when it is their collector's turn, those too that were due while the demo was away.
async fn count_keys(service: &Service, now: DateTime<Utc>) -> anyhow::Result<()> {
    let count = |extent| {
        let keys = SatelliteKeys::SCHEMA;
        collect_metric(&service.recorder, &service.pool, keys, extent, now)
    };
    let counted = count(Extent::New).await?;
    let month = TimeRange::new(
        now - TimeDelta::seconds(demo::MONTH_OF_KEYS),
        counted.collected_until,
    )?;
    count(Extent::Again(month)).await?;
    Ok(())
}

/// How far the history has been written, on standard error.
struct Progress(ProgressBar);

impl Progress {
    fn start() -> Self {
        let style = ProgressStyle::with_template("{bar:32} {percent:>3}%  writing the history")
            .expect("the template is one")
            .progress_chars("█▌ ");
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        bar.set_style(style);
        Self(bar)
    }

    fn show(&self, step: Step) {
        self.0.set_length(step.all.unsigned_abs());
        self.0.set_position(step.done.unsigned_abs());
    }

    fn finish(&self, written: Step) {
        let took = self.0.elapsed();
        self.0.finish_and_clear();
        tracing::info!(
            events = written.events,
            ?took,
            "wrote what has happened so far"
        );
    }
}

impl Showing {
    fn new(address: String, database: String, airlines: &[&str]) -> Self {
        let sign_in = |(email, sees)| SignIn {
            email,
            password: PASSWORD,
            sees,
        };
        let people = [
            ("ada", "administrator: everybody's numbers"),
            (
                "tess",
                "administers Atlas Research: her own numbers, and her team's",
            ),
            (
                "max",
                "member of Atlas Research and of Harbor Payments: his own numbers",
            ),
            ("zoe", "administers Zephyr Air: its departures"),
        ];
        let people = people.map(|(name, sees)| (format!("{name}@example.com"), sees.to_owned()));
        let crews = airlines.iter().map(|code| {
            let name = demo::airline_name(code);
            let email = format!("{}@example.com", code.to_lowercase());
            (email, format!("administers {name}: its departures"))
        });
        Self {
            look_at: sights(&address, Utc::now()),
            people: people.into_iter().chain(crews).map(sign_in).collect(),
            address,
            database,
        }
    }

    fn in_words(&self) -> String {
        let Self {
            address, database, ..
        } = self;
        let people = self.people.iter();
        let people = people.map(|SignIn { email, sees, .. }| format!("  {email:<18}{sees}\n"));
        let sights = self.look_at.iter();
        let sights = sights.map(|Sight { what, url }| format!("  {what}\n    {url}\n"));
        format!(
            "Serving {address} from {database}. Ctrl-C ends it, and the next start goes on from there.\n\n\
             Sign in with the password {PASSWORD} as\n{}\n\
             Look at\n{}\n\
             Everything in it is made up. The password is no secret: only this machine is served.",
            people.collect::<String>(),
            sights.collect::<String>()
        )
    }
}

fn sights(address: &str, now: DateTime<Utc>) -> Vec<Sight> {
    let at = |query: &str| format!("{address}/?{query}");
    let incident = |is_meant: fn(&Work) -> bool| {
        demo::last_incident(now.timestamp(), |satellite| is_meant(&satellite.work))
    };
    let outage = incident(|work| matches!(work, Work::People(_)));
    let storm = incident(|work| matches!(work, Work::Airlines(_)));
    let mut sights = vec![
        Sight {
            what: "requests that grow while you watch".to_owned(),
            url: at("metric=mcp%2Fclient-activity&range=1h"),
        },
        Sight {
            what: "a month of working days and weekends".to_owned(),
            url: at("metric=server-installs&range=30d&interval=1h"),
        },
        Sight {
            what: "keys that teams renew every morning".to_owned(),
            url: at("metric=satellite-keys&range=7d&interval=1h&group=team_id&top=10"),
        },
    ];
    sights.extend(outage.map(|outage| Sight {
        what: format!(
            "the registry of {} that did not answer {}: removals afterwards",
            outage.satellite.id,
            when(&outage)
        ),
        url: at(&format!(
            "metric=server-installs&range={}&interval=1h&filter.satellite_id={}",
            reaching(&outage, now),
            outage.satellite.id
        )),
    }));
    sights.extend(storm.map(|storm| Sight {
        what: format!(
            "the storm over New York {}: delays and cancellations",
            when(&storm)
        ),
        url: at(&format!(
            "metric=flight-departures&range={}",
            reaching(&storm, now)
        )),
    }));
    sights
}

/// `on Friday, 20 November, from 14:05 to 15:50 UTC`
fn when(incident: &Incident) -> String {
    let [start, end] = [incident.start, incident.end]
        .map(|moment| DateTime::from_timestamp(moment, 0).unwrap_or_default());
    let (day, start, end) = (
        start.format("%A, %-d %B"),
        start.format("%H:%M"),
        end.format("%H:%M"),
    );
    format!("on {day}, from {start} to {end} UTC")
}

/// The shortest of the dashboard's ranges that has an incident in it.
fn reaching(incident: &Incident, now: DateTime<Utc>) -> &'static str {
    let ago = now.timestamp() - incident.start;
    if ago < TimeDelta::hours(23).num_seconds() {
        "24h"
    } else if ago < TimeDelta::hours(167).num_seconds() {
        "7d"
    } else {
        "30d"
    }
}
