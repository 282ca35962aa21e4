//! The process: its memory and its processor time as Linux tells them, when it began, and what it was built from.

use std::fs;
use std::time::UNIX_EPOCH;

use metrics_runtime::migrate::Backend;

use crate::state::State;

use super::text::{Text, seconds};

/// The names are those that Prometheus' own libraries use.
pub(super) fn write(text: &mut Text, state: &State) {
    let began = state.started.duration_since(UNIX_EPOCH);
    text.gauge(
        "process_start_time_seconds",
        "When the process began, in seconds since 1970.",
        began.map_or(0, |began| began.as_secs()),
    );
    let name = "metrics_build_info";
    text.family("gauge", name, "What runs, and on which database.");
    let database = match state.pool().backend() {
        Backend::Sqlite => "sqlite",
        Backend::Postgres => "postgres",
    };
    let labels = [
        ("version", env!("CARGO_PKG_VERSION")),
        ("database", database),
    ];
    text.sample(name, &labels, 1);
    write_linux(text);
}

/// Elsewhere these files do not exist, and the numbers are left out.
fn write_linux(text: &mut Text) {
    if let Some(kibibytes) = field_of("/proc/self/status", "VmRSS:") {
        let name = "process_resident_memory_bytes";
        text.gauge(name, "Memory in use.", kibibytes * 1024);
    }
    if let Some(threads) = field_of("/proc/self/status", "Threads:") {
        text.gauge("process_threads", "Threads that run.", threads);
    }
    if let Some(micros) = processor_micros() {
        let name = "process_cpu_seconds_total";
        text.counter(name, "Processor time that was used.", seconds(micros));
    }
    if let Ok(files) = fs::read_dir("/proc/self/fd") {
        text.gauge(
            "process_open_fds",
            "Files and sockets that are open.",
            files.count(),
        );
    }
    if let Some(most) = field_of("/proc/self/limits", "Max open files") {
        text.gauge("process_max_fds", "The most files and sockets.", most);
    }
}

/// The first number of a line.
fn field_of(file: &str, name: &str) -> Option<u64> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// In user mode and in the kernel, which Linux counts in hundredths of a second.
fn processor_micros() -> Option<u64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the process stands in parentheses, and may have blanks.
    let (_, rest) = stat.rsplit_once(')')?;
    let ticks = rest.split_whitespace().skip(11).take(2);
    let ticks: Result<Vec<u64>, _> = ticks.map(str::parse).collect();
    Some(ticks.ok()?.iter().sum::<u64>() * 10_000)
}
