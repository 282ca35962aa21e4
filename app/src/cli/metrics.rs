//! `metrics`: what is declared.

use clap::Subcommand;
use metrics_runtime::{
    Dimension, DimensionKind, DimensionRole, Level, Measure, MeasureKind, MetricSchema,
};
use serde_json::{Value, json};

use super::context::Context;
use super::figures::grouped;
use crate::metrics::registry;

#[derive(Subcommand)]
pub(super) enum Metrics {
    /// Show every declared metric, with its table, permissions, routes and retention
    List,
}

impl Metrics {
    pub(super) fn run(&self, context: &Context) -> anyhow::Result<()> {
        match self {
            Self::List => list(context),
        }
    }
}

fn list(context: &Context) -> anyhow::Result<()> {
    let registry = registry();
    let schemas: Vec<_> = registry.metrics().map(|layout| layout.schema).collect();
    let documents: Vec<_> = schemas.iter().map(|schema| document(schema)).collect();
    context.output.answer(&json!({"metrics": documents}), || {
        let texts: Vec<_> = schemas.iter().map(|schema| in_words(schema)).collect();
        texts.join("\n\n")
    })
}

/// The metric as the catalogue of the API shows it, and who may see it.
fn document(schema: &MetricSchema) -> Value {
    json!({
        "type": schema.name,
        "table": schema.table,
        "path": schema.path,
        "title": schema.title(),
        "description": schema.description,
        "permission": schema.view_permission(),
        "permission_roles": schema.view,
        "view_all_permission": schema.view_all_permission(),
        "view_all_permission_roles": schema.view_all,
        "routes": routes(schema),
        "intervals": schema.levels.iter().map(level).collect::<Vec<_>>(),
        "cleanup": schema.cleanup_schedule(),
        "collect": schema.collect,
        "max_series": schema.max_series,
        "dimensions": schema.dimensions.iter().map(dimension).collect::<Vec<_>>(),
        "measures": schema.measures.iter().map(measure).collect::<Vec<_>>(),
    })
}

/// The routes that there are, for those who may ask: each also has a stream.
fn routes(schema: &MetricSchema) -> Vec<String> {
    let has = |role| schema.dimension_of(role).is_some();
    let (user, team) = (has(DimensionRole::User), has(DimensionRole::Team));
    let own = (user || team).then_some("users/me");
    let team = team.then_some("teams/{team_id}");
    let scopes = own.into_iter().chain(team).chain(["admin"]);
    scopes
        .map(|scope| format!("/api/{scope}/metrics/{}", schema.path))
        .collect()
}

fn level(level: &Level) -> Value {
    json!({
        "interval": level.interval.to_string(),
        "seconds": level.interval.seconds(),
        "retention_seconds": level.retention_seconds,
    })
}

fn dimension(dimension: &Dimension) -> Value {
    let values = match dimension.kind {
        DimensionKind::Enum(words) => Some(words),
        _ => None,
    };
    json!({
        "name": dimension.name,
        "title": dimension.title(),
        "description": dimension.description,
        "kind": kind(dimension.kind),
        "role": role(dimension.role),
        "values": values,
        "references": reference(dimension),
    })
}

fn measure(measure: &Measure) -> Value {
    json!({
        "name": measure.name,
        "title": measure.title(),
        "title_of_one": measure.title_of_one(),
        "description": measure.description,
        "unit": measure.unit,
        "kind": match measure.kind { MeasureKind::Counter => "counter" },
    })
}

fn kind(kind: DimensionKind) -> &'static str {
    match kind {
        DimensionKind::Text => "text",
        DimensionKind::Integer => "integer",
        DimensionKind::Boolean => "boolean",
        DimensionKind::Uuid => "uuid",
        DimensionKind::Enum(_) => "enum",
    }
}

fn role(role: DimensionRole) -> &'static str {
    match role {
        DimensionRole::User => "user",
        DimensionRole::Team => "team",
        DimensionRole::Label => "label",
    }
}

fn reference(dimension: &Dimension) -> Option<String> {
    let reference = dimension.references?;
    Some(format!("{}({})", reference.table, reference.column))
}

/// A heading, then a label and what it stands for on each line: it never gets wider than its longest name.
fn in_words(schema: &MetricSchema) -> String {
    let intervals = schema
        .levels
        .iter()
        .map(|level| format!("{} for {}", level.interval, kept(level.retention_seconds)));
    let mut lines = vec![schema.name.to_owned()];
    lines.extend((!schema.description.is_empty()).then(|| format!("  {}", schema.description)));
    lines.extend(labelled("table", [schema.table.to_owned()]));
    lines.extend(labelled("permission", permissions(schema)));
    lines.extend(labelled("routes", routes(schema)));
    lines.extend(labelled(
        "intervals",
        [intervals.collect::<Vec<_>>().join(", ")],
    ));
    lines.extend(labelled(
        "cleanup",
        [format!("{} (cron, UTC)", schema.cleanup_schedule())],
    ));
    lines.extend(labelled(
        "collected",
        schema.collect.map(|times| format!("{times} (cron, UTC)")),
    ));
    lines.extend(labelled(
        "series",
        [format!("at most {}", grouped(schema.max_series))],
    ));
    lines.extend(labelled(
        "dimensions",
        schema.dimensions.iter().map(dimension_in_words),
    ));
    lines.extend(labelled(
        "measures",
        schema.measures.iter().map(measure_in_words),
    ));
    lines.join("\n")
}

/// The label stands before the first line only.
fn labelled(label: &str, texts: impl IntoIterator<Item = String>) -> Vec<String> {
    let line = |(index, text): (usize, String)| {
        let label = if index == 0 { label } else { "" };
        format!("  {label:<12}{text}")
    };
    texts.into_iter().enumerate().map(line).collect()
}

fn permissions(schema: &MetricSchema) -> [String; 2] {
    let held = |permission: String, roles: &[&str]| match roles {
        [] => format!("{permission} (no role has it)"),
        roles => format!("{permission} ({})", roles.join(", ")),
    };
    [
        held(schema.view_permission(), schema.view),
        held(schema.view_all_permission(), schema.view_all),
    ]
}

/// Days, or hours where they are not whole.
fn kept(seconds: i64) -> String {
    if seconds % 86_400 == 0 {
        format!("{}d", grouped(seconds / 86_400))
    } else {
        format!("{}h", grouped(seconds / 3_600))
    }
}

fn dimension_in_words(dimension: &Dimension) -> String {
    let mut what = match dimension.kind {
        DimensionKind::Enum(words) => words.join(" | "),
        other => kind(other).to_owned(),
    };
    if dimension.role != DimensionRole::Label {
        what = format!("{what}, the {}", role(dimension.role));
    }
    if let Some(reference) = reference(dimension) {
        what = format!("{what}, {reference}");
    }
    format!("{} ({what})", dimension.name)
}

fn measure_in_words(measure: &Measure) -> String {
    let unit = measure
        .unit
        .map_or(String::new(), |unit| format!(", {unit}"));
    let kind = match measure.kind {
        MeasureKind::Counter => "counter",
    };
    format!("{} ({kind}{unit}): {}", measure.name, measure.title())
}
