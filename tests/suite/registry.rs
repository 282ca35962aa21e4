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

/// Where the recorder has its own.
#[derive(TimeSeriesMetric)]
#[metric(name = "batches", table = "metrics_batches")]
struct OwnTable {
    #[counter]
    n: u64,
}

/// What another is called while it is made anew.
#[derive(TimeSeriesMetric)]
#[metric(table = "login_metrics_new")]
struct Rebuilt {
    #[counter]
    n: u64,
}

/// Renamed from what is another's.
#[derive(TimeSeriesMetric)]
#[metric(renamed_from = "login_metrics")]
struct TakesOver {
    #[counter]
    n: u64,
}

/// Renamed.
#[derive(TimeSeriesMetric)]
#[metric(renamed_from = "former")]
struct First {
    #[counter]
    n: u64,
}

/// Renamed from the same.
#[derive(TimeSeriesMetric)]
#[metric(renamed_from = "former")]
struct Second {
    #[counter]
    n: u64,
}

#[test]
fn tables_that_are_others_or_were_anothers_are_refused() {
    let own = conflict::<OwnTable>();
    assert!(
        own.contains("the recorder's own") && own.contains("batches in"),
        "{own}"
    );
    let rebuilt = conflict::<Rebuilt>();
    assert!(
        rebuilt.contains("the table \"login_metrics_new\""),
        "{rebuilt}"
    );
    let over = conflict::<TakesOver>();
    assert!(
        over.contains("\"login_metrics\" is still a table, that of login in")
            && over.contains("takes_over in"),
        "{over}"
    );
    let both = register![First, Second]
        .build()
        .expect_err("one of them")
        .to_string();
    assert!(
        both.contains("renamed from the table \"former\"")
            && both.contains("first in")
            && both.contains("second in"),
        "{both}"
    );
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
