//! Who may ask for what, written down a second time and independently of the program.

/// Who may ask for a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    Anybody,
    Satellite,
    SignedIn,
    /// Whoever holds a permission.
    Holder(&'static str),
    /// The same, of somebody else's account.
    HolderOf(&'static str),
    /// Whoever holds a permission, in a team of theirs.
    Member(&'static str),
    TeamAdmin,
    /// Whoever administers the team, or holds a permission.
    TeamAdminOr(&'static str),
    /// Whoever administers the team, or holds a permission and is not the member.
    TeamAdminOrOther(&'static str),
}

pub(super) const VIEW: &str = "metrics.server_install_metrics.view";
pub(super) const VIEW_ALL: &str = "metrics.server_install_metrics.view_all";

/// Who may ask for a route. A new one has to be added here.
pub(super) fn who(method: &str, path: &str) -> Who {
    match (method, path) {
        ("GET", "/" | "/assets/{name}" | "/health/live" | "/health/ready" | "/metrics")
        | ("GET", "/api/openapi.json" | "/api/docs")
        | ("POST", "/api/auth/login" | "/api/auth/logout") => Who::Anybody,
        ("POST", "/api/metrics/events") => Who::Satellite,
        (
            "GET",
            "/api/users/me" | "/api/metrics" | "/api/metrics/stream" | "/api/users/me/sessions",
        )
        | ("POST", "/api/users/me/password")
        | ("DELETE", "/api/users/me/sessions" | "/api/users/me/sessions/{id}") => Who::SignedIn,
        ("GET", "/api/admin/users" | "/api/admin/users/{id}" | "/api/admin/teams")
        | ("POST", "/api/admin/users" | "/api/admin/teams") => Who::Holder("users.manage"),
        (
            "POST",
            "/api/admin/users/{id}/disable"
            | "/api/admin/users/{id}/enable"
            | "/api/admin/users/{id}/password",
        ) => Who::Holder("users.manage"),
        ("GET", "/api/teams/{team_id}/members")
        | ("DELETE", "/api/teams/{team_id}/members/{user_id}") => Who::TeamAdminOr("users.manage"),
        ("PUT", "/api/teams/{team_id}/members/{user_id}") => Who::TeamAdminOrOther("users.manage"),
        ("GET" | "POST", "/api/admin/keys")
        | ("DELETE", "/api/admin/keys/{id}")
        | ("POST", "/api/admin/keys/{id}/rotate") => Who::Holder("keys.manage"),
        ("GET", "/api/admin/audit") => Who::Holder("audit.view"),
        ("GET", "/api/roles" | "/api/roles/{id}" | "/api/permissions")
        | ("POST", "/api/roles")
        | ("PUT" | "DELETE", "/api/roles/{id}") => Who::Holder("roles.manage"),
        ("PUT", "/api/users/{id}/role") => Who::HolderOf("roles.manage"),
        ("GET", "/api/admin/jobs" | "/api/admin/jobs/{id}")
        | ("POST", "/api/admin/jobs" | "/api/admin/jobs/{id}/retry") => Who::Holder("jobs.manage"),
        ("GET", "/api/users/me/metrics/{path:.+}" | "/api/users/me/metrics/{path:.+}/stream") => {
            Who::Member(VIEW)
        }
        (
            "GET",
            "/api/teams/{team_id}/metrics/{path:.+}"
            | "/api/teams/{team_id}/metrics/{path:.+}/stream",
        ) => Who::TeamAdmin,
        ("GET", "/api/admin/metrics/{path:.+}" | "/api/admin/metrics/{path:.+}/stream") => {
            Who::Holder(VIEW_ALL)
        }
        other => panic!("say here who may ask for {other:?}"),
    }
}
