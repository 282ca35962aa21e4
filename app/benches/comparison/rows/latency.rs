//! One producer that waits for each commit.

use crate::by_hand::journal::Journal;
use crate::by_hand::writer;
use crate::files::Files;
use crate::load::Load;
use crate::ours::Ours;
use crate::producers::latency;
use crate::rounds::in_turns;
use crate::settings::Settings;
use crate::synchronous::Synchronous;
use crate::table::{self, Pair, Target};

/// A row for each percentile and each value of `synchronous`.
pub(crate) fn print(settings: &Settings) {
    for synchronous in [Synchronous::Normal, Synchronous::Full] {
        let spelt = synchronous.as_str().to_uppercase();
        let names = ["p50", "p99"]
            .map(|share| format!("latency: 1 producer, 1 event a call, {share}, {spelt}"));
        if names.iter().any(|name| settings.wants(name)) {
            for (name, pair) in names.iter().zip(measure(settings.rounds, synchronous)) {
                table::print(name, "µs", pair, Target::AtMost(1.1));
            }
        }
    }
}

fn measure(rounds: usize, synchronous: Synchronous) -> [Pair; 2] {
    let (files, load) = (Files::empty(), Load::zipf());
    let ours = Ours::start(&files.ours(), synchronous);
    let (by_hand, writer) = writer::start::<Journal>(&files.by_hand(), synchronous);
    // Before time is taken either side meets the busiest series.
    latency(&ours, &load);
    latency(&by_hand, &load);
    let pairs = in_turns(
        rounds,
        || latency(&ours, &load),
        || latency(&by_hand, &load),
    );
    ours.stop();
    drop(by_hand);
    writer.join();
    pairs
}
