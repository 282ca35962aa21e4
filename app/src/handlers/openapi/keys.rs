//! The routes of satellites' keys.

use serde_json::{Value, json};

use super::parts::{in_path, list, moment, operation, page, reference, with_body, with_parameters};

const TAG: &str = "Accounts";

pub(super) fn paths() -> [(&'static str, Value); 3] {
    [
        ("/api/admin/keys", all()),
        ("/api/admin/keys/{id}", one()),
        ("/api/admin/keys/{id}/rotate", rotate()),
    ]
}

fn all() -> Value {
    let order = json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["satellite_id"],
        "properties": {
            "satellite_id": {"type": "string"},
            "team_id": {"type": "string", "description": "The only team that it may write to; any, if it is left out."},
        },
    });
    let get = operation(
        TAG,
        "Keys, by their ids",
        &list("keys", "key"),
        &["400", "401", "403", "503"],
    );
    let errors = ["400", "401", "403", "404", "413", "415", "503"];
    let post = operation(
        TAG,
        "Make a key for a satellite",
        &reference("new_key"),
        &errors,
    );
    json!({
        "get": with_parameters(get, &page()),
        "post": with_body(post, &order),
    })
}

fn one() -> Value {
    let errors = ["401", "403", "404", "503"];
    let delete = operation(
        TAG,
        "Revoke a key: it opens nothing from now on",
        &reference("key"),
        &errors,
    );
    json!({"delete": with_parameters(delete, &[in_path("id")])})
}

fn rotate() -> Value {
    let rotation = json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "overlap": {"type": ["string", "null"], "default": "0s", "description": "How long the old key works on, such as 10m."},
        },
    });
    let errors = ["400", "401", "403", "404", "409", "413", "415", "503"];
    let post = operation(
        TAG,
        "Replace a key by a new one",
        &reference("new_key"),
        &errors,
    );
    json!({"post": with_parameters(with_body(post, &rotation), &[in_path("id")])})
}

/// A key.
pub(super) fn key() -> Value {
    json!({
        "type": "object",
        "required": ["id", "satellite_id"],
        "properties": {
            "id": {"type": "string", "description": "The part of the key that may be shown."},
            "satellite_id": {"type": "string"},
            "team_id": {"type": ["string", "null"], "description": "The only team that it may write to; null for any."},
            "created_at": moment("When it was made."),
            "revoked_at": moment("When it ends, or ended."),
        },
    })
}

/// A key that was made just now.
pub(super) fn new_key() -> Value {
    json!({
        "type": "object",
        "required": ["id", "key", "satellite_id"],
        "properties": {
            "id": {"type": "string"},
            "key": {"type": "string", "description": "Shown this once."},
            "satellite_id": {"type": "string"},
            "team_id": {"type": ["string", "null"]},
        },
    })
}
