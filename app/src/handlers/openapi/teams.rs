//! The routes of teams and their members.

use serde_json::{Value, json};

use super::parts::{in_path, list, operation, page, reference, with_body, with_parameters};
use crate::values::TeamRole;

const TAG: &str = "Accounts";

pub(super) fn paths() -> [(&'static str, Value); 3] {
    [
        ("/api/admin/teams", all()),
        ("/api/teams/{team_id}/members", members()),
        ("/api/teams/{team_id}/members/{user_id}", one_member()),
    ]
}

fn all() -> Value {
    let new = json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["name"],
        "properties": {
            "name": {"type": "string"},
            "id": {"type": "string", "description": "Made up if it is left out."},
        },
    });
    let get = operation(
        TAG,
        "Teams, by their ids",
        &list("teams", "team"),
        &["400", "401", "403", "503"],
    );
    let errors = ["400", "401", "403", "409", "413", "415", "503"];
    json!({
        "get": with_parameters(get, &page()),
        "post": with_body(operation(TAG, "Add a team", &reference("team"), &errors), &new),
    })
}

fn members() -> Value {
    let errors = ["401", "403", "404", "503"];
    let get = operation(
        TAG,
        "The members of a team",
        &list("members", "member"),
        &errors,
    );
    json!({"get": with_parameters(get, &[in_path("team_id")])})
}

fn one_member() -> Value {
    let role = json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["role"],
        "properties": {"role": {"enum": TeamRole::names()}},
    });
    let place = json!({
        "type": "object",
        "required": ["team_id", "user_id"],
        "properties": {
            "team_id": {"type": "string"},
            "user_id": {"type": "string"},
            "role": {"enum": TeamRole::names()},
        },
    });
    let parameters = [in_path("team_id"), in_path("user_id")];
    let errors = ["400", "401", "403", "404", "413", "415", "503"];
    let summary = "Put somebody into a team, or give them another role in it";
    let put = with_body(operation(TAG, summary, &place, &errors), &role);
    let errors = ["400", "401", "403", "404", "503"];
    let delete = operation(TAG, "Take somebody out of a team", &place, &errors);
    json!({
        "put": with_parameters(put, &parameters),
        "delete": with_parameters(delete, &parameters),
    })
}

/// A team.
pub(super) fn team() -> Value {
    json!({
        "type": "object",
        "required": ["id", "name"],
        "properties": {
            "id": {"type": "string", "description": "As it appears in metrics."},
            "name": {"type": "string"},
        },
    })
}

/// Somebody in a team.
pub(super) fn member() -> Value {
    json!({
        "type": "object",
        "required": ["user_id", "email", "role"],
        "properties": {
            "user_id": {"type": "string"},
            "email": {"type": "string"},
            "role": {"enum": TeamRole::names()},
        },
    })
}
