//! The schema, field by field.

use metrics_runtime::{
    Dimension, DimensionKind, DimensionRole, DimensionValue, Interval, Level, Measure, MeasureKind,
    MetricSchema, Reference, TimeSeriesMetric,
};

const MINUTE: u32 = 60;
const DAY: i64 = 86_400;

#[allow(dead_code)]
#[derive(DimensionValue)]
enum Transport {
    Stdio,
    StreamableHttp,
}

struct TraceId;

/// MCP servers installed
///   and removed.
///
/// Through the catalogue.
#[derive(TimeSeriesMetric)]
#[metric(
    name = "server_installations",
    table = "server_install_metrics",
    path = "servers/installs",
    intervals("1d", "15m", "1h"),
    retention("15m" = "3d", "1d" = "2y"),
    cleanup = "0 3 * * *",
    collect = "*/15 * * * *",
    view("global_user", "global_admin")
)]
#[metric(view_all("global_admin"), max_series = 5_000, renamed_from = "installs", crate = ::metrics_runtime)]
struct ServerInstall {
    /// Who installed it.
    #[dimension(user, references = "users(id)")]
    user_id: String,
    #[dimension(team, references = "teams(id)")]
    team_id: String,
    #[dimension(max_len = 128, default = "unknown")]
    server_id: String,
    #[dimension(rename = "satellite", renamed_from = "node_id")]
    satellite_id: i64,
    #[dimension(default = "stdio")]
    transport: Transport,
    /// Installations,
    /// repeated ones included.
    #[counter]
    installation_count: u64,
    #[counter(unit = "bytes", rename = "bytes", renamed_from = "downloads")]
    downloaded: u32,
    #[metric(skip)]
    #[allow(dead_code)]
    trace: TraceId,
}

#[test]
fn every_key_arrives_in_the_schema() {
    let schema: &MetricSchema = ServerInstall::SCHEMA;
    assert_eq!(schema.name, "server_installations");
    assert_eq!(schema.table, "server_install_metrics");
    assert_eq!(schema.path, "servers/installs");
    assert_eq!(schema.renamed_from, Some("installs"));
    assert_eq!(
        schema.description,
        "MCP servers installed and removed.\n\nThrough the catalogue."
    );
    assert_eq!(schema.cleanup, Some("0 3 * * *"));
    assert_eq!(schema.collect, Some("*/15 * * * *"));
    assert_eq!(schema.view, ["global_user", "global_admin"]);
    assert_eq!(schema.view_all, ["global_admin"]);
    assert_eq!(schema.max_series, 5_000);
    assert_eq!(
        ServerInstall::PERMISSION,
        "metrics.server_install_metrics.view"
    );
}

#[test]
fn levels_are_sorted_finest_first_and_kept_a_month_unless_said_otherwise() {
    let level = |minutes: u32, days: i64| Level {
        interval: Interval::from_seconds(minutes * MINUTE),
        retention_seconds: days * DAY,
    };
    assert_eq!(
        ServerInstall::SCHEMA.levels,
        [level(15, 3), level(60, 30), level(24 * 60, 730)]
    );
}

#[test]
fn dimensions_keep_the_order_of_the_fields() {
    let text = Dimension {
        name: "user_id",
        description: "Who installed it.",
        kind: DimensionKind::Text,
        role: DimensionRole::User,
        max_len: 255,
        default: None,
        references: Some(Reference {
            table: "users",
            column: "id",
        }),
        renamed_from: None,
        former_words: &[],
    };
    let team = Dimension {
        name: "team_id",
        description: "",
        role: DimensionRole::Team,
        references: Some(Reference {
            table: "teams",
            column: "id",
        }),
        ..text
    };
    let server = Dimension {
        name: "server_id",
        role: DimensionRole::Label,
        max_len: 128,
        default: Some("unknown"),
        references: None,
        ..team
    };
    let satellite = Dimension {
        name: "satellite",
        kind: DimensionKind::Integer,
        max_len: 255,
        default: None,
        renamed_from: Some("node_id"),
        ..server
    };
    let transport = Dimension {
        name: "transport",
        kind: DimensionKind::Enum(&["stdio", "streamable_http"]),
        default: Some("stdio"),
        renamed_from: None,
        ..satellite
    };
    assert_eq!(
        ServerInstall::SCHEMA.dimensions,
        [text, team, server, satellite, transport]
    );
}

#[test]
fn measures_keep_the_order_of_the_fields() {
    let installations = Measure {
        name: "installation_count",
        description: "Installations, repeated ones included.",
        unit: None,
        kind: MeasureKind::Counter,
        renamed_from: None,
    };
    let bytes = Measure {
        name: "bytes",
        description: "",
        unit: Some("bytes"),
        renamed_from: Some("downloads"),
        ..installations
    };
    assert_eq!(ServerInstall::SCHEMA.measures, [installations, bytes]);
}

/// Pages of the public site.
#[derive(TimeSeriesMetric)]
struct HTTPPageView {
    #[counter]
    views: u64,
}

#[test]
fn names_follow_from_the_struct_and_nobody_may_look() {
    let schema = HTTPPageView::SCHEMA;
    assert_eq!(schema.name, "http_page_view");
    assert_eq!(schema.table, "http_page_view_metrics");
    assert_eq!(schema.path, "http-page-view");
    assert_eq!(schema.renamed_from, None);
    assert_eq!((schema.view.len(), schema.view_all.len()), (0, 0));
    assert_eq!((schema.cleanup, schema.collect), (None, None));
    assert_eq!(schema.max_series, 100_000);
    assert_eq!(schema.dimensions, []);
    let levels = schema.levels.iter();
    let levels: Vec<_> = levels
        .map(|level| (level.interval.to_string(), level.retention_seconds))
        .collect();
    assert_eq!(
        levels,
        [("15m".to_owned(), 30 * DAY), ("1h".to_owned(), 30 * DAY)]
    );
    assert_eq!(
        HTTPPageView::PERMISSION,
        "metrics.http_page_view_metrics.view"
    );
}

#[test]
fn a_schema_says_where_it_was_declared() {
    let declared_at = HTTPPageView::SCHEMA.declared_at;
    assert!(
        declared_at.starts_with("suite::declaration::schema ("),
        "{declared_at}"
    );
    assert!(
        declared_at.contains("suite/declaration/schema.rs:"),
        "{declared_at}"
    );
}
