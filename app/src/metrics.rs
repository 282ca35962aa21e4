//! The declared metrics: a file for each, and this list.

pub mod flight_departures;
pub mod mcp_client_activity;
pub mod satellite_keys;
pub mod server_installations;

use metrics_runtime::{Registry, register};

/// All metrics of the application.
///
/// # Panics
///
/// When two of them have one table, route or permission; the message names both places.
#[must_use]
pub fn registry() -> Registry {
    register![
        flight_departures::FlightDepartures,
        mcp_client_activity::McpClientActivity,
        satellite_keys::SatelliteKeys,
        server_installations::ServerInstall,
    ]
    .build()
    .unwrap_or_else(|conflict| panic!("{conflict}"))
}
