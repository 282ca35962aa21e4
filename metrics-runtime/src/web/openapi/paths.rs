//! What each route takes and answers.

use serde_json::{Map, Value, json};

use super::examples;
use super::schemas::{dimension_schema, reference};
use crate::layout::Layout;
use crate::query::{DEFAULT_TOP, MAX_TOP};
use crate::registry::Registry;
use crate::schema::{DimensionRole, MetricSchema};
use crate::web::stream::MOST_SERIES;

pub(super) fn add_paths(paths: &mut Map<String, Value>, prefix: &str, layout: &Layout) {
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
        let path = format!("{prefix}/users/me/metrics/{}", schema.path);
        add_series(paths, path, schema, &what, own, &fixed);
    }
    if let Some(team) = team {
        let team_id = json!({"name": "team_id", "in": "path", "required": true, "schema": {"type": "string"}});
        let path = format!("{prefix}/teams/{{team_id}}/metrics/{}", schema.path);
        let what = format!("A team's rows of {}", schema.name);
        add_series(paths, path, schema, &what, Some(team_id), &[team.name]);
    }
    let what = format!("Everybody's rows of {}", schema.name);
    let path = format!("{prefix}/admin/metrics/{}", schema.path);
    add_series(paths, path, schema, &what, None, &[]);
}

/// A route that answers with a series, and the same as a stream.
fn add_series(
    paths: &mut Map<String, Value>,
    path: String,
    schema: &'static MetricSchema,
    summary: &str,
    team_id: Option<Value>,
    fixed: &[&'static str],
) {
    let parameters = series_parameters(schema, team_id, fixed);
    let answer = reference(&format!("{}_response", schema.name));
    let stream = json!({"get": {
        "summary": format!("{summary}, as they change"),
        "description": STREAM,
        "tags": ["Metrics"],
        "security": [{"session": []}],
        "parameters": parameters,
        "responses": stream_responses(&examples::stream(schema, fixed)),
    }});
    let mut answers = responses(&answer, &["400", "401", "403", "404", "503"]);
    answers["200"]["content"]["application/json"]["example"] = examples::answer(schema, fixed);
    let series = json!({"get": {
        "summary": summary,
        "description": schema.description,
        "tags": ["Metrics"],
        "security": [{"session": []}],
        "parameters": parameters,
        "responses": answers,
    }});
    paths.insert(format!("{path}/stream"), stream);
    paths.insert(path, series);
}

const STREAM: &str = "Server-sent events. The first, `snapshot`, has the `data` of an answer. Each further one, `update`, has what \
has changed of it within two seconds: `time_range`, `summary`, and the `buckets` that are new or different; the series \
consists of the latest `total_buckets` of all. `groups`, if they were asked for, are all that there are by now, each \
with its changed buckets; so is `previous`. `end` has an error, and nothing follows it: a session has ended, \
a permission has been taken away. Who connects again begins with a snapshot.";

const SEVERAL: &str = "For who watches more series than a browser opens connections, such as a page of cards. Each event \
of the streams of the single series comes as `{\"series\": 0, \"data\": …}`, which says which of the named series it is about, \
from 0. Each is let in as on its own route; `end` is the end of all of them.";

/// Several series in one stream.
pub(super) fn several_streams_path(registry: &Registry) -> Value {
    let named = registry.metrics().take(2);
    let named = named.map(|layout| format!("admin/metrics/{}?interval=1h", layout.schema.path));
    let series = json!({"name": "series", "in": "query", "required": true, "style": "form", "explode": true,
        "description": "The address of a series below this API, with its query; to be given once for each.",
        "schema": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": MOST_SERIES},
        "example": named.collect::<Vec<_>>()});
    json!({"get": {
        "summary": "Several series in one stream",
        "description": SEVERAL,
        "tags": ["Metrics"],
        "security": [{"session": []}],
        "parameters": [series],
        "responses": stream_responses(&examples::several_streams(registry)),
    }})
}

fn stream_responses(example: &str) -> Value {
    let events = json!({"text/event-stream": {"schema": {"type": "string"}, "example": example}});
    let mut responses = responses(&json!({}), &["400", "401", "403", "404", "429", "503"]);
    responses["200"] = json!({"description": "Events", "content": events});
    responses
}

fn series_parameters(schema: &MetricSchema, team_id: Option<Value>, fixed: &[&str]) -> Vec<Value> {
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
    let free: Vec<_> = schema
        .dimensions
        .iter()
        .map(|dimension| dimension.name)
        .filter(|name| !fixed.contains(name))
        .collect();
    if !free.is_empty() {
        parameters.extend(grouping_parameters(&free));
    }
    parameters
}

fn shared_parameters(schema: &MetricSchema) -> Vec<Value> {
    let intervals: Vec<_> = schema
        .levels
        .iter()
        .map(|level| level.interval.to_string())
        .collect();
    let interval = format!(
        "The width of a bucket: a stored interval ({}) or a multiple of one, up to 366 days.",
        intervals.join(", ")
    );
    let time = json!({"type": "string", "format": "date-time"});
    vec![
        json!({"name": "time_range", "in": "query", "description": "How far back, such as 24h or 7d.",
               "schema": {"type": "string", "pattern": "^[0-9]+[mhdw]$", "default": "24h"}}),
        json!({"name": "start", "in": "query", "description": "Instead of time_range.", "schema": time}),
        json!({"name": "end", "in": "query", "description": "With start; now if left out.", "schema": time}),
        json!({"name": "interval", "in": "query", "description": interval,
               "schema": {"type": "string", "pattern": "^[0-9]+[mhdw]$", "default": "1h", "examples": ["1d"]}}),
        json!({"name": "tz", "in": "query", "schema": {"type": "string", "examples": ["Europe/Berlin"]},
               "description": "The IANA time zone whose days are meant, for intervals of 1d and longer."}),
        json!({"name": "compare", "in": "query", "schema": {"const": "previous"},
               "description": "The same of the range of the same length that ends where this one starts, too."}),
        json!({"name": "completeness", "in": "query", "schema": {"type": "boolean", "default": false},
               "description": "Which buckets are final, too."}),
    ]
}

fn grouping_parameters(dimensions: &[&str]) -> [Value; 2] {
    let top = format!("How many values have a series of their own; {DEFAULT_TOP} if left out.");
    [
        json!({"name": "group_by", "in": "query", "schema": {"enum": dimensions},
               "description": "A series for each value of this dimension, too: the largest by the first measure, \
                               and all others together."}),
        json!({"name": "top", "in": "query", "description": top,
               "schema": {"type": "integer", "minimum": 1, "maximum": MAX_TOP}}),
    ]
}

pub(super) fn catalogue_path() -> Value {
    json!({"get": {
        "summary": "The metrics that you may see",
        "tags": ["Metrics"],
        "security": [{"session": []}],
        "responses": responses(&reference("catalogue"), &["401", "503"]),
    }})
}

pub(super) fn description_path() -> Value {
    json!({"get": {
        "summary": "This description",
        "tags": ["Metrics"],
        "security": [],
        "responses": responses(&json!({"type": "object"}), &[]),
    }})
}

pub(super) fn ingestion_path(registry: &Registry) -> Value {
    let recorded = registry
        .metrics()
        .filter(|layout| layout.schema.collect.is_none());
    let events: Vec<_> = recorded
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
