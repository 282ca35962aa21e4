//! The explicit list of metrics, and what it refuses.

use metrics_runtime::{TimeSeriesMetric, register};

use crate::support::metrics::{Build, Login, ToolCall, registry};

/// Named as another.
#[derive(TimeSeriesMetric)]
#[metric(name = "login", table = "signins", path = "sign-ins")]
struct SameName {
    #[counter]
    n: u64,
}

/// In the dictionary of another.
#[derive(TimeSeriesMetric)]
#[metric(table = "tool_call_metrics_owners")]
struct SameTable {
    #[counter]
    n: u64,
}

/// Where another is.
#[derive(TimeSeriesMetric)]
#[metric(path = "build")]
struct SameRoute {
    #[counter]
    n: u64,
}

fn conflict<M: TimeSeriesMetric>() -> String {
    register![ToolCall, Login, Build, M]
        .build()
        .expect_err("they are in each other's way")
        .to_string()
}

#[test]
fn metrics_that_are_in_each_others_way_are_refused_with_both_places() {
    for (message, what, other) in [
        (conflict::<SameName>(), "the name \"login\"", "login in"),
        (
            conflict::<SameTable>(),
            "the table \"tool_call_metrics_owners\"",
            "tool_call in",
        ),
        (conflict::<SameRoute>(), "the route \"build\"", "build in"),
        (
            conflict::<Login>(),
            "the permission \"metrics.login_metrics.view\"",
            "login in",
        ),
    ] {
        assert!(
            message.contains(what) && message.contains(other),
            "{message}"
        );
        assert!(
            message.contains("registry.rs:") || message.matches("metrics.rs:").count() >= 2,
            "{message}"
        );
    }
}

#[test]
fn a_role_holds_what_the_declarations_give_it_and_nothing_else() {
    let registry = registry();
    let held = |role: &str| {
        registry
            .permissions_of(role)
            .into_iter()
            .collect::<Vec<_>>()
    };
    assert_eq!(
        held("member"),
        [
            "metrics.build_metrics.view",
            "metrics.tool_call_metrics.view"
        ]
    );
    assert_eq!(
        held("boss"),
        [
            "metrics.login_metrics.view_all",
            "metrics.tool_call_metrics.view_all"
        ]
    );
    assert_eq!(held(""), [""; 0]);
    assert_eq!(held("stranger"), [""; 0]);
}

#[test]
fn every_metric_has_its_permission_by_its_table() {
    assert_eq!(ToolCall::PERMISSION, ToolCall::SCHEMA.view_permission());
    assert_eq!(Login::PERMISSION, "metrics.login_metrics.view");
}

#[test]
fn cleanups_without_a_schedule_run_hourly_at_a_minute_of_their_own() {
    let schedules: Vec<_> = registry()
        .metrics()
        .map(|layout| layout.schema.cleanup_schedule())
        .collect();
    assert!(
        schedules
            .iter()
            .all(|schedule| schedule.ends_with(" * * * *")),
        "{schedules:?}"
    );
    assert!(
        schedules[0] != schedules[1] && schedules[1] != schedules[2],
        "{schedules:?}"
    );
}
