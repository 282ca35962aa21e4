//! The declared metrics: a file for each, and this list.

mod flight_departures;
mod mcp_client_activity;
mod server_installations;

use metrics_runtime::{Registry, register};

pub use flight_departures::FlightDepartures;
pub use mcp_client_activity::McpClientActivity;
pub use server_installations::ServerInstall;

/// All metrics of the application.
///
/// # Panics
///
/// When two of them have one table, route or permission; the message names both places.
#[must_use]
pub fn registry() -> Registry {
    register![McpClientActivity, ServerInstall, FlightDepartures]
        .build()
        .unwrap_or_else(|conflict| panic!("{conflict}"))
}
