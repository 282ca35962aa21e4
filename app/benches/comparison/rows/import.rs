//! A year of flights from a packed CSV file, each time by a process of its own into an empty table.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::by_hand::import;
use crate::process::{app, by_hand, run_app};
use crate::rounds::in_turns;
use crate::settings::Settings;
use crate::synchronous::Synchronous;
use crate::table::{self, Target};

/// Lines of the file, without its head.
const EVENTS: f64 = 336_776.0;

/// The one row.
pub(crate) fn print(settings: &Settings) {
    let name = "import: flights, upserts in batches of 1,000";
    if settings.wants(name) {
        let [pair] = in_turns(settings.rounds, || [ours()], || [baseline()]);
        table::print(name, "events/s", pair, Target::AtLeast(2.0));
    }
}

fn ours() -> f64 {
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("app.db");
    run_app(&database, &["migrations", "apply"]);
    let mut import = app(&database, Synchronous::Normal);
    let columns = ["--time-column", "scheduled_at"];
    import
        .args(["import", "flight_departures"])
        .arg(file())
        .args(columns);
    events_per_second(import)
}

fn baseline() -> f64 {
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("by_hand.db");
    import::create(&database);
    let mut import = by_hand("import");
    import.arg(file()).arg(&database);
    events_per_second(import)
}

/// The whole process counts, from its start to its end.
fn events_per_second(mut command: Command) -> f64 {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let started = Instant::now();
    let status = command.status().expect("the program runs");
    assert!(status.success(), "every line is imported");
    EVENTS / started.elapsed().as_secs_f64()
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/flights/departures.csv.gz")
}
