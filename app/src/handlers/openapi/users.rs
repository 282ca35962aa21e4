//! The routes of people, for administrators.

use serde_json::{Value, json};

use super::parts::{in_path, list, moment, operation, page, reference, with_body, with_parameters};

const TAG: &str = "Accounts";

pub(super) fn paths() -> [(&'static str, Value); 5] {
    [
        ("/api/admin/users", all()),
        ("/api/admin/users/{id}", one()),
        (
            "/api/admin/users/{id}/disable",
            on_one(
                "Keep somebody from signing in, and end their sessions",
                &reference("account"),
            ),
        ),
        (
            "/api/admin/users/{id}/enable",
            on_one("Let somebody sign in again", &reference("account")),
        ),
        (
            "/api/admin/users/{id}/password",
            on_one(
                "Make up a new password for somebody, and end their sessions",
                &password(),
            ),
        ),
    ]
}

fn all() -> Value {
    let newcomer = json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["email"],
        "properties": {
            "email": {"type": "string"},
            "id": {"type": "string", "description": "Made up if it is left out."},
            "role": {"type": "string", "default": "global_user", "description": "The id of a role."},
            "password": {"type": "string", "format": "password", "description": "Made up if it is left out."},
        },
    });
    let mut added = reference("user");
    added = json!({"allOf": [added, {
        "type": "object",
        "properties": {"password": {"type": "string", "description": "Where it was made up: shown this once."}},
    }]});
    let errors = ["400", "401", "403", "409", "413", "415", "503"];
    let get = operation(
        TAG,
        "People, by their ids",
        &list("users", "account"),
        &["400", "401", "403", "503"],
    );
    json!({
        "get": with_parameters(get, &page()),
        "post": with_body(operation(TAG, "Add somebody", &added, &errors), &newcomer),
    })
}

fn one() -> Value {
    let teams = json!({
        "type": "object",
        "required": ["teams"],
        "properties": {"teams": {"type": "array", "items": reference("membership")}},
    });
    let answer = json!({"allOf": [reference("account"), teams]});
    let get = operation(
        TAG,
        "Somebody, and their teams",
        &answer,
        &["401", "403", "404", "503"],
    );
    json!({"get": with_parameters(get, &[in_path("id")])})
}

fn on_one(summary: &str, answer: &Value) -> Value {
    let post = operation(TAG, summary, answer, &["401", "403", "404", "409", "503"]);
    json!({"post": with_parameters(post, &[in_path("id")])})
}

fn password() -> Value {
    json!({
        "type": "object",
        "required": ["id", "password"],
        "properties": {
            "id": {"type": "string"},
            "password": {"type": "string", "description": "Shown this once."},
        },
    })
}

/// A person as administrators see them.
pub(super) fn account() -> Value {
    let times = json!({
        "type": "object",
        "properties": {
            "created_at": moment("When they were added."),
            "disabled_at": moment("Since when they cannot sign in; null if they can."),
            "signed_in_at": moment("When they last signed in."),
        },
    });
    json!({"allOf": [reference("user"), times]})
}
