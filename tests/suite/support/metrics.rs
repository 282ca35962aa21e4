//! Metrics of several shapes.

use metrics_runtime::{DimensionValue, Registry, TimeSeriesMetric, register};

/// How a server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, DimensionValue)]
pub(crate) enum Transport {
    /// Standard input and output.
    Stdio,
    /// HTTP.
    Http,
}

/// Calls of tools, with a user, a team and labels of every kind.
#[derive(Debug, Clone, TimeSeriesMetric)]
#[metric(
    intervals("15m", "1h", "1d"),
    retention("15m" = "3d", "1h" = "30d", "1d" = "2y"),
    view("member"),
    view_all("boss")
)]
pub(crate) struct ToolCall {
    /// Who called.
    #[dimension(user)]
    pub(crate) user_id: String,
    /// In which team.
    #[dimension(team)]
    pub(crate) team_id: String,
    /// Which tool.
    #[dimension(max_len = 16)]
    pub(crate) tool: String,
    /// Over what.
    #[dimension]
    pub(crate) transport: Transport,
    /// How often it was tried.
    #[dimension]
    pub(crate) attempt: i32,
    /// Calls.
    #[counter]
    pub(crate) calls: u64,
    /// Bytes sent.
    #[counter(unit = "bytes", rename = "bytes")]
    pub(crate) sent: u64,
}

/// Logins, which belong to nobody.
#[derive(Debug, Clone, TimeSeriesMetric)]
#[metric(intervals("1h"), retention = "30d", view_all("boss"))]
pub(crate) struct Login {
    /// Logins.
    #[counter]
    pub(crate) count: u32,
}

/// Builds of a team.
#[derive(Debug, Clone, TimeSeriesMetric)]
#[metric(intervals("5m", "1h"), retention = "30d", view("member"))]
pub(crate) struct Build {
    /// The team.
    #[dimension(team)]
    pub(crate) team: String,
    /// Whether it passed.
    #[dimension]
    pub(crate) passed: bool,
    /// Builds.
    #[counter]
    pub(crate) builds: u64,
}

/// All of them.
pub(crate) fn registry() -> Registry {
    register![ToolCall, Login, Build]
        .build()
        .expect("the metrics of the tests do not conflict")
}
