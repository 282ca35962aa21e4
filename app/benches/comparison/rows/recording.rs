//! 64 producers: events a second, beside group commit and beside a journal.

use std::sync::Arc;

use crate::by_hand::journal::Journal;
use crate::by_hand::upserts::Upserts;
use crate::by_hand::writer::{self, Commit};
use crate::files::Files;
use crate::load::Load;
use crate::ours::Ours;
use crate::producers::events_per_second;
use crate::rounds::in_turns;
use crate::settings::Settings;
use crate::synchronous::Synchronous;
use crate::table::{self, Pair, Target};

/// What the rows differ in beside the baseline.
struct Setting<'a> {
    name: String,
    files: &'a Files,
    synchronous: Synchronous,
}

/// The three rows on an empty table, on a large one, and with `synchronous = FULL`.
pub(crate) fn print(settings: &Settings) {
    let (empty, large) = (Files::empty(), settings.rows_in_words());
    let setting = |name: &str, files, synchronous| Setting {
        name: name.to_owned(),
        files,
        synchronous,
    };
    print_three(settings, &setting("", &empty, Synchronous::Normal));
    print_three(settings, &setting(", FULL", &empty, Synchronous::Full));
    let name = format!(", {large}");
    let rows = [
        singly_beside("upserts", &name),
        singly_beside("journal", &name),
        in_hundreds(&name),
    ];
    if rows.iter().any(|name| settings.wants(name)) {
        let filled = Files::filled(settings.rows);
        print_three(settings, &setting(&name, &filled, Synchronous::Normal));
    }
}

fn singly_beside(baseline: &str, setting: &str) -> String {
    format!("record: 64 producers, 1 event a call, {baseline}{setting}")
}

fn in_hundreds(setting: &str) -> String {
    format!("record: 64 producers, 100 events a call, journal{setting}")
}

fn print_three(settings: &Settings, setting: &Setting<'_>) {
    let name = &setting.name;
    print_one::<Upserts>(settings, setting, &singly_beside("upserts", name), (1, 5.0));
    print_one::<Journal>(settings, setting, &singly_beside("journal", name), (1, 0.8));
    print_one::<Journal>(settings, setting, &in_hundreds(name), (100, 0.8));
}

fn print_one<C: Commit>(
    settings: &Settings,
    setting: &Setting<'_>,
    name: &str,
    (per_call, target): (usize, f64),
) {
    if settings.wants(name) {
        let pair = measure::<C>(settings.rounds, setting, per_call);
        table::print(name, "events/s", pair, Target::AtLeast(target));
    }
}

fn measure<C: Commit>(rounds: usize, setting: &Setting<'_>, per_call: usize) -> Pair {
    let (files, load) = (setting.files.copy(), Arc::new(Load::zipf()));
    let ours = Ours::start(&files.ours(), setting.synchronous);
    let (by_hand, writer) = writer::start::<C>(&files.by_hand(), setting.synchronous);
    // Before time is taken either side meets every series once.
    events_per_second(&ours, &load, per_call);
    events_per_second(&by_hand, &load, per_call);
    let [pair] = in_turns(
        rounds,
        || [events_per_second(&ours, &load, per_call)],
        || [events_per_second(&by_hand, &load, per_call)],
    );
    ours.stop();
    drop(by_hand);
    writer.join();
    pair
}
