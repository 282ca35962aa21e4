//! The connections to the database, how large it is, and the jobs in it.

use crate::database::{Pool, Size};
use crate::values::JobState;

use super::text::Text;

pub(super) fn write_pool(text: &mut Text, pool: &Pool) {
    let state = pool.state();
    let name = "metrics_pool_connections";
    text.family(
        "gauge",
        name,
        "Connections to the database, by what they do.",
    );
    text.sample(name, &[("state", "idle")], state.idle);
    text.sample(name, &[("state", "used")], state.open - state.idle);
    text.gauge(
        "metrics_pool_connections_max",
        "The most connections to the database.",
        state.max,
    );
    text.counter(
        "metrics_pool_timeouts_total",
        "Waits for a connection that were given up.",
        state.timeouts,
    );
    let name = "metrics_pool_wait_seconds";
    text.family("histogram", name, "How long a connection was waited for.");
    text.histogram(name, &[], state.waits.buckets(), state.waits.sum());
}

pub(super) fn write_size(text: &mut Text, size: &Size) {
    let name = "metrics_database_bytes";
    text.family("gauge", name, "The size of the database, by part.");
    for (part, bytes) in size.parts() {
        text.sample(name, &[("part", part)], bytes);
    }
}

pub(super) fn write_jobs(text: &mut Text, counts: &[(JobState, i64)]) {
    let name = "metrics_jobs";
    text.family("gauge", name, "Jobs that are remembered, by state.");
    for state in JobState::ALL {
        let count = counts.iter().find(|(known, _)| known == state);
        let count = count.map_or(0, |(_, count)| *count);
        text.sample(name, &[("state", &state.to_string())], count);
    }
}
