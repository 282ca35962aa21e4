//! What MCP clients do.

use metrics_runtime::TimeSeriesMetric;

/// Requests and tool calls of MCP clients.
#[derive(Debug, Clone, TimeSeriesMetric)]
#[metric(
    path = "mcp/client-activity",
    intervals("15m", "1h"),
    retention = "3d",
    cleanup = "*/30 * * * *",
    view("global_user", "global_admin"),
    view_all("global_admin")
)]
pub struct McpClientActivity {
    /// Whose client it is.
    #[dimension(user, references = "users(id)")]
    pub user_id: String,
    /// The team that it works for.
    #[dimension(team, references = "teams(id)")]
    pub team_id: String,
    /// The satellite that it is connected to.
    #[dimension(max_len = 128)]
    pub satellite_id: String,
    /// What it authenticated with.
    #[dimension]
    pub auth_identifier: String,
    /// Requests of any kind.
    #[counter]
    pub request_count: u64,
    /// Requests that called a tool.
    #[counter]
    pub tool_call_count: u64,
}
