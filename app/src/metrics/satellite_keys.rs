//! The keys of satellites, from the table that they are kept in.

use actix_web::web;
use chrono::{DateTime, Utc};
use metrics_runtime::{Collected, Collector, CollectorError, TimeSeriesMetric, Window};

use crate::database::Pool;
use crate::models::satellite_keys::{self, TeamKey};

/// Keys that teams were given for their satellites, and keys that were revoked.
#[derive(Debug, Clone, TimeSeriesMetric)]
#[metric(
    intervals("15m", "1h", "1d"),
    retention("15m" = "30d", "1h" = "30d", "1d" = "2y"),
    collect = "1-59/15 * * * *",
    view("global_user", "global_admin"),
    view_all("global_admin")
)]
pub struct SatelliteKeys {
    /// The team that the key writes to.
    #[dimension(team, references = "teams(id)")]
    pub team_id: String,
    /// The satellite that it was given to.
    #[dimension(max_len = 128)]
    pub satellite_id: String,
    /// Keys given.
    #[counter]
    pub given_count: u64,
    /// Keys revoked.
    #[counter]
    pub revoked_count: u64,
}

/// Counts the keys of teams. Those that write to any team belong to nobody's figures, and are left out.
///
/// A revoked key stays in its table, so that a window can be counted again at any time. Both the keys and what was
/// counted of them go with their team.
#[derive(Clone)]
pub struct KeyCollector {
    pool: Pool,
}

impl KeyCollector {
    /// A collector of the keys in this database.
    #[must_use]
    pub fn new(pool: Pool) -> Self {
        Self { pool }
    }
}

impl Collector for KeyCollector {
    type Metric = SatelliteKeys;

    async fn collect(&self, window: Window) -> Collected<SatelliteKeys> {
        let pool = self.pool.clone();
        let (start, end) = (window.start().timestamp(), window.end().timestamp());
        let keys = web::block(move || -> Result<_, CollectorError> {
            let mut connection = pool.get()?;
            Ok(satellite_keys::changed_between(
                &mut connection,
                start,
                end,
            )?)
        });
        let keys = keys.await??;
        let events = keys.iter().flat_map(events);
        Ok(events.filter(|(at, _)| window.contains(*at)).collect())
    }
}

/// What happened to a key, whenever that was.
fn events(key: &TeamKey) -> impl Iterator<Item = (DateTime<Utc>, SatelliteKeys)> {
    let at = |seconds: i64, given_count: u64, revoked_count: u64| {
        let event = SatelliteKeys {
            team_id: key.team_id.clone(),
            satellite_id: key.satellite_id.clone(),
            given_count,
            revoked_count,
        };
        Some((DateTime::from_timestamp(seconds, 0)?, event))
    };
    let revoked = key.revoked_at.and_then(|seconds| at(seconds, 0, 1));
    at(key.created_at, 1, 0).into_iter().chain(revoked)
}
