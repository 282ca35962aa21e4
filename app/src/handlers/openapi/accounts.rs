//! The routes of one's own account.

use serde_json::{Value, json};

use super::parts::{act, in_path, list, moment, operation, with_body, with_parameters};

pub(super) fn paths() -> [(&'static str, Value); 3] {
    [
        ("/api/users/me/password", password()),
        ("/api/users/me/sessions", sessions()),
        ("/api/users/me/sessions/{id}", one_session()),
    ]
}

fn password() -> Value {
    let body = json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["current_password", "new_password"],
        "properties": {
            "current_password": {"type": "string", "format": "password"},
            "new_password": {"type": "string", "format": "password"},
        },
    });
    let post = act(
        "People",
        "Change your password, and end all other sessions",
        &["400", "401", "403", "413", "415", "429", "503"],
    );
    json!({"post": with_body(post, &body)})
}

fn sessions() -> Value {
    json!({
        "get": operation("People", "Where you are signed in", &list("sessions", "session"), &["401", "503"]),
        "delete": operation("People", "End all your sessions but this one", &ended(), &["401", "403", "503"]),
    })
}

fn one_session() -> Value {
    let errors = ["401", "403", "404", "503"];
    let delete = operation("People", "End one of your sessions", &ended(), &errors);
    json!({"delete": with_parameters(delete, &[in_path("id")])})
}

fn ended() -> Value {
    json!({
        "type": "object",
        "required": ["ended"],
        "properties": {"ended": {"type": "integer", "description": "How many."}},
    })
}

/// A session.
pub(super) fn session() -> Value {
    json!({
        "type": "object",
        "required": ["id", "current"],
        "properties": {
            "id": {"type": "string", "description": "It opens nothing."},
            "created_at": moment("When you signed in."),
            "seen_at": moment("When it was last used, to some minutes."),
            "expires_at": moment("When it ends by itself."),
            "address": {"type": ["string", "null"]},
            "user_agent": {"type": ["string", "null"]},
            "current": {"type": "boolean", "description": "Whether it is the one that asks."},
        },
    })
}
