//! Nine of ten rows are deleted while a producer writes: its longest wait, and how long it takes altogether.

use std::cell::Cell;
use std::time::{Duration, Instant};

use metrics_runtime::chrono::Utc;

use crate::by_hand::journal::Journal;
use crate::by_hand::writer::{self, Producers};
use crate::files::Files;
use crate::load::Load;
use crate::ours::Ours;
use crate::producers::{Door, runtime};
use crate::rounds::in_turns;
use crate::settings::Settings;
use crate::synchronous::Synchronous;
use crate::table::{self, Target};

/// What is kept of the rows that `fill` makes, one of ten: 20 buckets of an hour and 80 of a quarter of one.
const KEPT_SECONDS: i64 = 20 * 3_600;

/// Events before the cleanup begins.
const WARM_UP: usize = 100;

/// A row for the stall, and one for the whole.
pub(crate) fn print(settings: &Settings) {
    let rows = settings.rows_in_words();
    let [stall, total] =
        ["longest stall", "total time"].map(|what| format!("retention: 9 of 10 of {rows}, {what}"));
    if !settings.wants(&stall) && !settings.wants(&total) {
        return;
    }
    let files = Files::filled(settings.rows);
    let [stalls, totals] = in_turns(settings.rounds, || ours(&files), || by_hand(&files));
    table::print(&stall, "ms", stalls, Target::AtMost(1.25));
    table::print(&total, "ms", totals, Target::AtMost(1.25));
}

fn ours(files: &Files) -> [f64; 2] {
    let (_folder, file) = Files::copy_of(&files.ours());
    let ours = Ours::start(&file, Synchronous::Normal);
    let times = measure(&ours, async |kept_from| {
        assert!(ours.clean_up(kept_from).await > 0);
    });
    ours.stop();
    times
}

fn by_hand(files: &Files) -> [f64; 2] {
    let (_folder, file) = Files::copy_of(&files.by_hand());
    let (by_hand, writer) = writer::start::<Journal>(&file, Synchronous::Normal);
    let times = measure(&by_hand, async |kept_from| {
        assert!(Producers::clean_up(&by_hand, kept_from).await > 0);
    });
    drop(by_hand);
    writer.join();
    times
}

/// The longest stall and the whole, in ms.
fn measure<D: Door>(door: &D, clean_up: impl AsyncFn(i64)) -> [f64; 2] {
    let (load, done) = (Load::zipf(), Cell::new(false));
    let kept_from = Utc::now().timestamp() - KEPT_SECONDS;
    let times = runtime().block_on(async {
        for install in load.of_producer(0).take(WARM_UP) {
            door.one(install).await;
        }
        let cleaning = async {
            let started = Instant::now();
            clean_up(kept_from).await;
            done.set(true);
            started.elapsed()
        };
        let (stall, total) = tokio::join!(produce_until(door, &load, &done), cleaning);
        [stall, total]
    });
    times.map(|time| time.as_secs_f64() * 1e3)
}

async fn produce_until<D: Door>(door: &D, load: &Load, done: &Cell<bool>) -> Duration {
    let mut longest = Duration::ZERO;
    for install in load.of_producer(1) {
        if done.get() {
            break;
        }
        let handed_over = Instant::now();
        door.one(install).await;
        longest = longest.max(handed_over.elapsed());
    }
    longest
}
