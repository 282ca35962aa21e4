//! An event on its way to the writer.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::load::Install;

/// Seconds of the intervals that are kept, the finest first.
pub(super) const INTERVALS: [i64; 2] = [900, 3_600];

/// One event.
pub(crate) struct Event {
    /// Team, user, server, satellite: together in one place, so that the interner finds them with one look.
    pub(super) dimensions: [String; 4],
    /// When it happened, in epoch seconds.
    pub(super) at: i64,
    pub(super) counts: [i64; 2],
}

impl Event {
    pub(super) fn new(install: Install, at: i64) -> Self {
        let count = |count: u64| i64::try_from(count).expect("nobody installs as many");
        Self {
            dimensions: [
                install.team_id,
                install.user_id,
                install.server_id,
                install.satellite_id,
            ],
            at,
            counts: [
                count(install.installation_count),
                count(install.uninstallation_count),
            ],
        }
    }
}

/// Epoch seconds.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = since.map_or(0, |since| since.as_secs());
    i64::try_from(seconds).expect("the year is below a billion")
}
