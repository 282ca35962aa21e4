//! MCP servers that come and go.

use metrics_runtime::TimeSeriesMetric;

/// MCP servers installed and removed.
#[derive(Debug, Clone, TimeSeriesMetric)]
#[metric(
    name = "server_installations",
    table = "server_install_metrics",
    path = "server-installs",
    intervals("15m", "1h"),
    retention = "30d",
    cleanup = "0 3 * * *",
    view("global_user", "global_admin"),
    view_all("global_admin")
)]
pub struct ServerInstall {
    /// Who installed or removed it.
    #[dimension(user, references = "users(id)")]
    pub user_id: String,
    /// The team that it was for.
    #[dimension(team, references = "teams(id)")]
    pub team_id: String,
    /// The server.
    #[dimension(max_len = 128)]
    pub server_id: String,
    /// The satellite that it was installed on.
    #[dimension(max_len = 128)]
    pub satellite_id: String,
    /// Installations.
    #[counter]
    pub installation_count: u64,
    /// Removals.
    #[counter]
    pub uninstallation_count: u64,
}
