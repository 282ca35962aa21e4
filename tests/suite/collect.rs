//! Collectors, on every backend: a window is counted once, a recount replaces it, and what fails changes nothing.

mod finality;
mod full;
mod model;
mod recounts;
mod refusals;
mod source;
mod windows;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use metrics_runtime::{Limits, Recorder, Registry, Scope, TimeRange, TimeSeriesMetric, register};

use crate::support::database::{Database, backends};
use crate::support::metrics::Login;
use source::{Signup, midnight};

fn registry() -> Registry {
    register![Signup, Login].build().expect("two metrics")
}

fn start(database: &Database) -> Recorder {
    Recorder::start(&database.store, Arc::new(registry()), Limits::default())
}

/// Runs a test on every backend.
fn on_every_backend(test: impl Fn(&Database, &Recorder)) {
    for backend in backends() {
        let database = Database::new(backend, &registry());
        let recorder = start(&database);
        test(&database, &recorder);
        recorder.shutdown();
    }
}

/// What is counted in a range, by stored interval: each must say the same of whole days.
fn counted(database: &Database, range: TimeRange) -> [u64; 3] {
    ["15m", "1h", "1d"].map(|interval| {
        let buckets = Signup::query(Scope::everyone())
            .range(range)
            .interval(interval.parse().expect("an interval"))
            .load(&database.store)
            .expect("an answer");
        buckets.iter().map(|bucket| bucket.signups).sum()
    })
}

fn range(start: DateTime<Utc>, end: DateTime<Utc>) -> TimeRange {
    TimeRange::new(start, end).expect("it starts before it ends")
}

/// The last three days.
fn days() -> TimeRange {
    range(
        midnight() - TimeDelta::days(2),
        midnight() + TimeDelta::days(1),
    )
}
