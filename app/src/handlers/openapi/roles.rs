//! The routes of roles and permissions.

use serde_json::{Value, json};

use super::parts::{
    act, in_path, in_query, list, operation, reference, with_body, with_parameters,
};

const TAG: &str = "Accounts";

pub(super) fn paths() -> [(&'static str, Value); 4] {
    [
        ("/api/roles", all()),
        ("/api/roles/{id}", one()),
        ("/api/permissions", permissions()),
        ("/api/users/{id}/role", of_user()),
    ]
}

fn all() -> Value {
    let mut new = draft();
    new["properties"]["id"] = json!({"type": ["string", "null"], "pattern": "^[A-Za-z0-9._-]{1,64}$",
        "description": "One is made up if it is left out."});
    let get = operation(
        TAG,
        "The roles that there are, those of the system first",
        &list("roles", "role"),
        &["401", "403", "503"],
    );
    let post = operation(
        TAG,
        "Create a role; nobody grants what they do not hold themselves",
        &reference("role"),
        &["400", "401", "403", "409", "413", "415", "503"],
    );
    json!({"get": get, "post": with_body(post, &new)})
}

fn one() -> Value {
    let get = operation(
        TAG,
        "A role, and what it grants",
        &reference("role"),
        &["401", "403", "404", "503"],
    );
    let put = operation(
        TAG,
        "Say all of a role anew; it holds with the next request of everybody who has it",
        &reference("role"),
        &["400", "401", "403", "404", "409", "413", "415", "503"],
    );
    let errors = ["400", "401", "403", "404", "409", "503"];
    let delete = act(TAG, "Delete a role", &errors);
    let fall_back = in_query(
        "fall_back",
        "The role that whoever has this one gets instead.",
        &json!({"type": "string"}),
    );
    let id = || in_path("id");
    json!({
        "get": with_parameters(get, &[id()]),
        "put": with_parameters(with_body(put, &draft()), &[id()]),
        "delete": with_parameters(delete, &[id(), fall_back]),
    })
}

fn permissions() -> Value {
    json!({"get": operation(
        TAG,
        "What a role can grant",
        &list("permissions", "permission"),
        &["401", "403", "503"],
    )})
}

fn of_user() -> Value {
    let given = json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["role"],
        "properties": {"role": {"type": "string", "description": "The id of the role."}},
    });
    let put = operation(
        TAG,
        "Give somebody a role, instead of the one that they have",
        &reference("user"),
        &["400", "401", "403", "404", "409", "413", "415", "503"],
    );
    json!({"put": with_parameters(with_body(put, &given), &[in_path("id")])})
}

/// A role.
pub(super) fn role() -> Value {
    let names = json!({"type": "array", "items": {"type": "string"}});
    let mut unknown = names.clone();
    unknown["description"] =
        json!("What it would grant, if that existed: the metric that it comes from has gone.");
    json!({
        "type": "object",
        "required": ["id", "name", "system", "permissions", "unknown_permissions", "people"],
        "properties": {
            "id": {"type": "string"},
            "name": {"type": "string"},
            "description": {"type": "string"},
            "system": {"type": "boolean", "description": "Whether the program defines it, so that nobody can change it."},
            "permissions": names,
            "unknown_permissions": unknown,
            "people": {"type": "integer", "description": "How many have it."},
        },
    })
}

/// A permission.
pub(super) fn permission() -> Value {
    json!({
        "type": "object",
        "required": ["name", "opens"],
        "properties": {
            "name": {"type": "string"},
            "opens": {"type": "string", "description": "In words."},
            "metric": {"type": ["string", "null"], "description": "The metric that it comes from."},
            "path": {"type": ["string", "null"], "description": "The address of that metric's numbers."},
        },
    })
}

fn draft() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["name", "permissions"],
        "properties": {
            "name": {"type": "string", "minLength": 1, "maxLength": 100},
            "description": {"type": "string", "maxLength": 500},
            "permissions": {"type": "array", "items": {"type": "string"}},
        },
    })
}
