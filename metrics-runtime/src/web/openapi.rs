//! The routes described in OpenAPI 3.1, with a schema for each metric.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::{Map, Value, json};

use super::host::Host;
use super::state::Inner;
use crate::dimension::DimensionKind;
use crate::layout::Layout;
use crate::registry::Registry;
use crate::schema::{Dimension, DimensionRole, MetricSchema};

pub(super) async fn serve<H: Host>(api: Data<Inner<H>>) -> HttpResponse {
    HttpResponse::Ok().json(document(api.registry(), "/api"))
}

/// The description of the routes of `registry`, mounted at `prefix`. An application that has more routes adds them.
#[must_use]
pub fn document(registry: &Registry, prefix: &str) -> Value {
    let mut paths = Map::new();
    let mut schemas = shared_schemas();
    for layout in registry.metrics() {
        add_paths(&mut paths, prefix, layout);
        add_schemas(&mut schemas, layout.schema);
    }
    paths.insert(format!("{prefix}/metrics"), catalogue_path());
    paths.insert(format!("{prefix}/metrics/events"), ingestion_path(registry));
    paths.insert(format!("{prefix}/openapi.json"), description_path());
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Metrics", "version": env!("CARGO_PKG_VERSION")},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "session"},
                "satelliteKey": {"type": "http", "scheme": "bearer"},
            },
        },
    })
}

fn add_paths(paths: &mut Map<String, Value>, prefix: &str, layout: &Layout) {
    let schema = layout.schema;
    let (user, team) = (
        schema.dimension_of(DimensionRole::User),
        schema.dimension_of(DimensionRole::Team),
    );
    let fixed: Vec<_> = user
        .iter()
        .chain(&team)
        .map(|dimension| dimension.name)
        .collect();
    if user.is_some() || team.is_some() {
        let team_id = json!({"name": "team_id", "in": "query", "required": true, "schema": {"type": "string"}});
        let own = team.map(|_| team_id);
        let what = format!("Your own rows of {}", schema.name);
        paths.insert(
            format!("{prefix}/users/me/metrics/{}", schema.path),
            series_path(schema, &what, own, &fixed),
        );
    }
    if let Some(team) = team {
        let team_id = json!({"name": "team_id", "in": "path", "required": true, "schema": {"type": "string"}});
        let path = format!("{prefix}/teams/{{team_id}}/metrics/{}", schema.path);
        let what = format!("A team's rows of {}", schema.name);
        paths.insert(
            path,
            series_path(schema, &what, Some(team_id), &[team.name]),
        );
    }
    let what = format!("Everybody's rows of {}", schema.name);
    paths.insert(
        format!("{prefix}/admin/metrics/{}", schema.path),
        series_path(schema, &what, None, &[]),
    );
}

fn series_path(
    schema: &MetricSchema,
    summary: &str,
    team_id: Option<Value>,
    fixed: &[&str],
) -> Value {
    let mut parameters: Vec<Value> = team_id.into_iter().collect();
    parameters.extend(shared_parameters(schema));
    let free = schema
        .dimensions
        .iter()
        .filter(|dimension| !fixed.contains(&dimension.name));
    parameters.extend(free.map(|dimension| {
        let values = json!({"type": "array", "items": dimension_schema(dimension)});
        json!({"name": dimension.name, "in": "query", "description": dimension.description, "schema": values,
               "style": "form", "explode": true})
    }));
    let answer = reference(&format!("{}_response", schema.name));
    json!({"get": {
        "summary": summary,
        "description": schema.description,
        "tags": ["Metrics"],
        "security": [{"session": []}],
        "parameters": parameters,
        "responses": responses(&answer, &["400", "401", "403", "404", "503"]),
    }})
}

fn shared_parameters(schema: &MetricSchema) -> Vec<Value> {
    let intervals: Vec<_> = schema
        .levels
        .iter()
        .map(|level| level.interval.to_string())
        .collect();
    let interval = format!(
        "The width of a bucket: a stored interval ({}) or a multiple of one.",
        intervals.join(", ")
    );
    let time = json!({"type": "string", "format": "date-time"});
    vec![
        json!({"name": "time_range", "in": "query", "description": "How far back, such as 24h or 7d.",
               "schema": {"type": "string", "pattern": "^[0-9]+[mhdw]$", "default": "24h"}}),
        json!({"name": "start", "in": "query", "description": "Instead of time_range.", "schema": time}),
        json!({"name": "end", "in": "query", "description": "With start; now if left out.", "schema": time}),
        json!({"name": "interval", "in": "query", "description": interval,
               "schema": {"type": "string", "pattern": "^[0-9]+[mhd]$", "default": "1h"}}),
    ]
}

fn add_schemas(schemas: &mut Map<String, Value>, schema: &MetricSchema) {
    let name = schema.name;
    let (mut bucket, mut summary) = (Map::new(), Map::new());
    bucket.insert(
        "timestamp".to_owned(),
        json!({"type": "string", "format": "date-time"}),
    );
    summary.insert("total_buckets".to_owned(), json!({"type": "integer"}));
    let mut required = vec!["total_buckets".to_owned()];
    for measure in schema.measures {
        let count = json!({"type": "integer", "minimum": 0, "description": measure.description});
        bucket.insert(measure.name.to_owned(), count.clone());
        summary.insert(format!("total_{}", measure.name), count.clone());
        summary.insert(
            format!("average_{}", measure.name),
            json!({"type": "number"}),
        );
        summary.insert(format!("peak_{}", measure.name), count);
        required
            .extend(["total", "average", "peak"].map(|what| format!("{what}_{}", measure.name)));
        let peak_at = json!({"type": "string", "format": "date-time", "description": "Absent when the peak is zero."});
        summary.insert(format!("peak_{}_timestamp", measure.name), peak_at);
    }
    let bucket_fields: Vec<_> = bucket.keys().cloned().collect();
    schemas.insert(
        format!("{name}_bucket"),
        json!({"type": "object", "properties": bucket, "required": bucket_fields}),
    );
    schemas.insert(
        format!("{name}_summary"),
        json!({"type": "object", "properties": summary, "required": required}),
    );
    schemas.insert(format!("{name}_response"), response_schema(name));
    schemas.insert(format!("{name}_event"), event_schema(schema));
}

fn response_schema(name: &str) -> Value {
    json!({
        "type": "object",
        "required": ["success", "data"],
        "properties": {
            "success": {"const": true},
            "data": {
                "type": "object",
                "required": ["metric_type", "time_range", "filters", "buckets", "summary"],
                "properties": {
                    "metric_type": {"const": name},
                    "time_range": reference("time_range"),
                    "filters": {"type": "object"},
                    "buckets": {"type": "array", "items": reference(&format!("{name}_bucket"))},
                    "summary": reference(&format!("{name}_summary")),
                },
            },
        },
    })
}

fn event_schema(schema: &MetricSchema) -> Value {
    let dimensions = schema
        .dimensions
        .iter()
        .map(|dimension| (dimension.name.to_owned(), dimension_schema(dimension)));
    let counter = json!({"type": "integer", "minimum": 0, "default": 0});
    let measures = schema
        .measures
        .iter()
        .map(|measure| (measure.name.to_owned(), counter.clone()));
    json!({
        "type": "object",
        "description": schema.description,
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"const": schema.name},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": {"type": "object", "properties": dimensions.chain(measures).collect::<Map<_, _>>()},
        },
    })
}

fn dimension_schema(dimension: &Dimension) -> Value {
    match dimension.kind {
        DimensionKind::Text => json!({"type": "string", "maxLength": dimension.max_len}),
        DimensionKind::Integer => json!({"type": "integer", "format": "int64"}),
        DimensionKind::Boolean => json!({"type": "boolean"}),
        DimensionKind::Uuid => json!({"type": "string", "format": "uuid"}),
        DimensionKind::Enum(words) => json!({"type": "string", "enum": words}),
    }
}

fn shared_schemas() -> Map<String, Value> {
    let time = json!({"type": "string", "format": "date-time"});
    let mut schemas = Map::new();
    schemas.insert(
        "time_range".to_owned(),
        json!({
            "type": "object",
            "required": ["start", "end", "interval"],
            "properties": {"start": time, "end": time, "interval": {"type": "string"}},
        }),
    );
    schemas.insert("error".to_owned(), json!({
        "type": "object",
        "required": ["success", "error"],
        "properties": {"success": {"const": false}, "error": {"type": "string"}, "field": {"type": "string"}},
    }));
    schemas.insert(
        "receipt".to_owned(),
        json!({
            "type": "object",
            "required": ["success", "processed", "failed", "failures"],
            "properties": {
                "success": {"const": true},
                "processed": {"type": "integer"},
                "failed": {"type": "integer"},
                "failures": {"type": "array", "items": {
                    "type": "object",
                    "required": ["index", "type", "error"],
                    "properties": {
                        "index": {"type": "integer"},
                        "type": {"type": ["string", "null"]},
                        "error": {"type": "string"},
                        "field": {"type": "string"},
                    },
                }},
            },
        }),
    );
    schemas
}

fn catalogue_path() -> Value {
    json!({"get": {
        "summary": "The metrics that you may see",
        "tags": ["Metrics"],
        "security": [{"session": []}],
        "responses": responses(&json!({"type": "object"}), &["401", "503"]),
    }})
}

fn description_path() -> Value {
    json!({"get": {
        "summary": "This description",
        "tags": ["Metrics"],
        "security": [],
        "responses": responses(&json!({"type": "object"}), &[]),
    }})
}

fn ingestion_path(registry: &Registry) -> Value {
    let events: Vec<_> = registry
        .metrics()
        .map(|layout| reference(&format!("{}_event", layout.schema.name)))
        .collect();
    let body = json!({
        "type": "object",
        "required": ["events"],
        "properties": {"events": {"type": "array", "items": {"oneOf": events}}},
    });
    let key = json!({"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 255},
                     "description": "The same key again answers the same, and counts nothing twice."});
    json!({"post": {
        "summary": "Report events",
        "description": "An event that is refused is in `failures`; all others are committed when the answer arrives.",
        "tags": ["Ingestion"],
        "security": [{"satelliteKey": []}],
        "parameters": [key],
        "requestBody": {"required": true, "content": {"application/json": {"schema": body}}},
        "responses": responses(&reference("receipt"), &["400", "401", "413", "415", "429", "503"]),
    }})
}

fn responses(answer: &Value, errors: &[&str]) -> Value {
    let content = |schema: &Value| json!({"application/json": {"schema": schema}});
    let mut responses = Map::new();
    responses.insert(
        "200".to_owned(),
        json!({"description": "The answer", "content": content(answer)}),
    );
    for status in errors {
        let error =
            json!({"description": describe(status), "content": content(&reference("error"))});
        responses.insert((*status).to_owned(), error);
    }
    Value::Object(responses)
}

fn describe(status: &str) -> &'static str {
    match status {
        "400" => "The query is malformed",
        "401" => "Nobody is signed in, or the key is unknown",
        "403" => "Not allowed",
        "404" => "There is no such metric",
        "413" => "Too large",
        "415" => "Not JSON",
        "429" => "Too much at once: try again",
        _ => "The database does not answer: try again",
    }
}

fn reference(schema: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{schema}")})
}
