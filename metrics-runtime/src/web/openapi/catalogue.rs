//! What the catalogue answers: all that a dashboard needs to draw the metrics that somebody may see.

use serde_json::{Value, json};

/// The answer of the catalogue's route.
pub(super) fn catalogue_schema() -> Value {
    object(&json!({
        "success": {"const": true},
        "data": object(&json!({"metrics": list(&metric())})),
    }))
}

fn metric() -> Value {
    object(&json!({
        "type": said("As events and answers name it."),
        "table": said("Where its rows are."),
        "path": said("The last part of its routes."),
        "title": said("What it is called, in words."),
        "description": said("The comment of its declaration."),
        "permission": said("What it takes to see one's own rows."),
        "intervals": list(&interval()),
        "dimensions": list(&dimension()),
        "measures": list(&measure()),
        "routes": routes(),
    }))
}

fn interval() -> Value {
    object(&json!({
        "interval": said("As queries name it: 15m, 1h."),
        "seconds": {"type": "integer"},
        "retention_seconds": {"type": "integer", "description": "How long its buckets are kept."},
    }))
}

fn dimension() -> Value {
    object(&json!({
        "name": said("As queries filter by it."),
        "title": said("What it is called, in words."),
        "description": said("The comment of its field."),
        "kind": {"enum": ["text", "integer", "boolean", "uuid", "enum"]},
        "role": {"enum": ["user", "team", "label"]},
        "values": {"type": ["array", "null"], "items": {"type": "string"}, "description": "The words of an enum."},
    }))
}

fn measure() -> Value {
    object(&json!({
        "name": said("As buckets name it."),
        "title": said("What it counts, in words: Installations."),
        "title_of_one": said("The same behind the number 1: Installation."),
        "description": said("The comment of its field."),
        "unit": {"type": ["string", "null"]},
        "kind": {"enum": ["counter"]},
    }))
}

/// Those that answer the caller, and no others.
fn routes() -> Value {
    let path = json!({"type": "string", "description": "Below the prefix of the API."});
    let teams = list(&json!({"type": "string"}));
    let of_teams = object(&json!({"path": path, "teams": teams}));
    json!({
        "type": "object",
        "description": "The routes that answer you; `teams` are the ids to ask them for.",
        "properties": {"me": of_teams, "team": of_teams, "admin": object(&json!({"path": path}))},
    })
}

fn said(description: &str) -> Value {
    json!({"type": "string", "description": description})
}

fn list(items: &Value) -> Value {
    json!({"type": "array", "items": items})
}

/// An object that has all of these.
fn object(properties: &Value) -> Value {
    let names = properties
        .as_object()
        .into_iter()
        .flat_map(|all| all.keys());
    json!({"type": "object", "required": names.collect::<Vec<_>>(), "properties": properties})
}
