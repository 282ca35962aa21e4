//! The metrics that the caller may see, with all that a dashboard needs to draw them.

use std::sync::Arc;

use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::asker::Asker;
use super::error::ApiError;
use super::host::{Caller, Host, TeamRole};
use super::state::Inner;
use crate::dimension::DimensionKind;
use crate::layout::Layout;
use crate::schema::{Dimension, DimensionRole, MeasureKind, MetricSchema};

pub(super) async fn list<H: Host>(
    api: Data<Inner<H>>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let asker = Asker::of(&api, &request);
    let asked = api.clone();
    let caller = web::block(move || asker.caller(&asked)).await??;
    let metrics: Vec<_> = api
        .registry()
        .metrics()
        .filter_map(|layout| entry(layout, &caller))
        .collect();
    let body = json!({"success": true, "data": {"metrics": metrics}});
    Ok(HttpResponse::Ok()
        .insert_header(("Cache-Control", "no-store"))
        .json(body))
}

/// The metric as the caller sees it; nothing when no route of it would answer.
fn entry(layout: &Arc<Layout>, caller: &Caller) -> Option<Value> {
    let schema = layout.schema;
    let routes = routes(schema, caller);
    if routes.as_object().is_none_or(serde_json::Map::is_empty) {
        return None;
    }
    let levels = schema.levels.iter();
    Some(json!({
        "type": schema.name,
        "table": schema.table,
        "path": schema.path,
        "title": schema.title(),
        "description": schema.description,
        "permission": schema.view_permission(),
        "intervals": levels.map(|level| json!({
            "interval": level.interval.to_string(),
            "seconds": level.interval.seconds(),
            "retention_seconds": level.retention_seconds,
        })).collect::<Vec<_>>(),
        "dimensions": schema.dimensions.iter().map(dimension).collect::<Vec<_>>(),
        "measures": schema.measures.iter().map(|measure| json!({
            "name": measure.name,
            "title": measure.title(),
            "title_of_one": measure.title_of_one(),
            "description": measure.description,
            "unit": measure.unit,
            "kind": match measure.kind { MeasureKind::Counter => "counter" },
        })).collect::<Vec<_>>(),
        "routes": routes,
    }))
}

/// The routes that answer this caller. A `{team_id}` is one of `teams`.
fn routes(schema: &MetricSchema, caller: &Caller) -> Value {
    let mut routes = serde_json::Map::new();
    let has = |role| schema.dimension_of(role).is_some();
    let scoped = has(DimensionRole::User) || has(DimensionRole::Team);
    if scoped && caller.permissions.contains(&schema.view_permission()) {
        let teams: Vec<_> = caller
            .teams
            .keys()
            .filter(|_| has(DimensionRole::Team))
            .collect();
        routes.insert(
            "me".to_owned(),
            json!({"path": format!("users/me/metrics/{}", schema.path), "teams": teams}),
        );
    }
    let administered: Vec<_> = caller
        .teams
        .iter()
        .filter(|(_, role)| **role == TeamRole::Admin)
        .map(|(team, _)| team)
        .collect();
    if has(DimensionRole::Team) && !administered.is_empty() {
        let path = format!("teams/{{team_id}}/metrics/{}", schema.path);
        routes.insert(
            "team".to_owned(),
            json!({"path": path, "teams": administered}),
        );
    }
    if caller.permissions.contains(&schema.view_all_permission()) {
        routes.insert(
            "admin".to_owned(),
            json!({"path": format!("admin/metrics/{}", schema.path)}),
        );
    }
    Value::Object(routes)
}

fn dimension(dimension: &Dimension) -> Value {
    let (kind, values) = match dimension.kind {
        DimensionKind::Text => ("text", None),
        DimensionKind::Integer => ("integer", None),
        DimensionKind::Boolean => ("boolean", None),
        DimensionKind::Uuid => ("uuid", None),
        DimensionKind::Enum(words) => ("enum", Some(words)),
    };
    let role = match dimension.role {
        DimensionRole::User => "user",
        DimensionRole::Team => "team",
        DimensionRole::Label => "label",
    };
    json!({
        "name": dimension.name,
        "title": dimension.title(),
        "description": dimension.description,
        "kind": kind,
        "role": role,
        "values": values,
    })
}
