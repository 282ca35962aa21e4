//! The schemas that routes refer to: six for each metric, and those that all share.

use serde_json::{Map, Value, json};

use super::catalogue::catalogue_schema;
use crate::dimension::DimensionKind;
use crate::schema::{Dimension, Measure, MetricSchema};

pub(super) fn add_schemas(schemas: &mut Map<String, Value>, schema: &MetricSchema) {
    let name = schema.name;
    let (mut bucket, mut summary) = (Map::new(), Map::new());
    bucket.insert(
        "timestamp".to_owned(),
        json!({"type": "string", "format": "date-time"}),
    );
    summary.insert("total_buckets".to_owned(), json!({"type": "integer"}));
    let mut required = vec!["total_buckets".to_owned()];
    for measure in schema.measures {
        let count = json!({"type": "integer", "minimum": 0, "title": measure.title(), "description": measure.description});
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
    schemas.insert(format!("{name}_group"), group_schema(name));
    schemas.insert(format!("{name}_previous"), previous_schema(schema));
    // What a collector counts, nobody reports.
    if schema.collect.is_none() {
        schemas.insert(format!("{name}_event"), event_schema(schema));
    }
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
                    "group_by": {"type": "string", "description": "With group_by."},
                    "groups": {"type": "array", "items": reference(&format!("{name}_group")),
                               "description": "With group_by: together they are the whole."},
                    "previous": reference(&format!("{name}_previous")),
                    "completeness": reference("completeness"),
                },
            },
        },
    })
}

fn group_schema(name: &str) -> Value {
    json!({
        "type": "object",
        "required": ["kind", "buckets", "summary"],
        "properties": {
            "kind": {"enum": ["value", "overflow", "other"],
                     "description": "A value, what was counted without labels, or all other values."},
            "value": {"type": "string", "description": "As a filter writes it; only with the kind `value`."},
            "buckets": {"type": "array", "items": reference(&format!("{name}_bucket"))},
            "summary": reference(&format!("{name}_summary")),
        },
    })
}

fn previous_schema(schema: &MetricSchema) -> Value {
    let name = schema.name;
    let change = |measure: &Measure| (measure.name.to_owned(), reference("change"));
    let changes: Map<_, _> = schema.measures.iter().map(change).collect();
    json!({
        "type": "object",
        "description": "With compare=previous: the range before, or why there is nothing to be said about it.",
        "properties": {
            "time_range": reference("time_range"),
            "buckets": {"type": "array", "items": reference(&format!("{name}_bucket"))},
            "summary": reference(&format!("{name}_summary")),
            "change": {"type": "object", "properties": changes},
            "unavailable": {"type": "string", "description": "Instead of all others: it is not kept any more."},
        },
    })
}

fn event_schema(schema: &MetricSchema) -> Value {
    let dimensions = schema
        .dimensions
        .iter()
        .map(|dimension| (dimension.name.to_owned(), dimension_schema(dimension)));
    let counter = |measure: &Measure| {
        let counter = json!({"type": "integer", "minimum": 0, "maximum": i64::MAX, "default": 0, "title": measure.title()});
        (measure.name.to_owned(), counter)
    };
    let measures = schema.measures.iter().map(counter);
    json!({
        "type": "object",
        "description": schema.description,
        "required": ["type", "timestamp", "data"],
        "additionalProperties": false,
        "properties": {
            "type": {"const": schema.name},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": {
                "type": "object",
                "additionalProperties": false,
                "properties": dimensions.chain(measures).collect::<Map<_, _>>(),
            },
        },
    })
}

pub(super) fn dimension_schema(dimension: &Dimension) -> Value {
    let mut schema = match dimension.kind {
        DimensionKind::Text => json!({"type": "string", "maxLength": dimension.max_len}),
        DimensionKind::Integer => json!({"type": "integer", "format": "int64"}),
        DimensionKind::Boolean => json!({"type": "boolean"}),
        DimensionKind::Uuid => json!({"type": "string", "format": "uuid"}),
        DimensionKind::Enum(words) => json!({"type": "string", "enum": words}),
    };
    schema["title"] = json!(dimension.title());
    schema
}

pub(super) fn shared_schemas() -> Map<String, Value> {
    let time = json!({"type": "string", "format": "date-time"});
    let mut schemas = Map::new();
    schemas.insert("catalogue".to_owned(), catalogue_schema());
    schemas.insert(
        "time_range".to_owned(),
        json!({
            "type": "object",
            "required": ["start", "end", "interval"],
            "properties": {"start": time, "end": time, "interval": {"type": "string"},
                           "tz": {"type": "string", "description": "If it was asked for."}},
        }),
    );
    schemas.insert(
        "change".to_owned(),
        json!({
            "type": "object",
            "description": "How a measure's total has changed.",
            "required": ["absolute"],
            "properties": {
                "absolute": {"type": "integer"},
                "percent": {"type": "number", "description": "Absent when it was zero before."},
            },
        }),
    );
    schemas.insert(
        "completeness".to_owned(),
        json!({
            "type": "object",
            "description": "With completeness=true: up to where all that is to be counted is.",
            "required": ["final_until", "final_buckets"],
            "properties": {
                "final_until": {"type": "string", "format": "date-time",
                                "description": "Buckets are final that end at this moment or before."},
                "final_buckets": {"type": "integer", "description": "How many that is, from the first one on."},
            },
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

pub(super) fn reference(schema: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{schema}")})
}
