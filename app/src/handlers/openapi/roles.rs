//! The routes of roles and permissions.

use serde_json::{Value, json};

use super::parts::{data, json_content, responses};

/// `/api/roles`
pub(super) fn all() -> Value {
    let listed = listed("roles", "role");
    let mut new = draft();
    new["properties"]["id"] = json!({"type": ["string", "null"], "pattern": "^[A-Za-z0-9._-]{1,64}$",
        "description": "One is made up if it is left out."});
    json!({
        "get": {
            "summary": "The roles that there are, those of the system first",
            "tags": ["Accounts"],
            "security": [{"session": []}],
            "responses": responses(&data(&listed), &["401", "403", "503"]),
        },
        "post": {
            "summary": "Create a role; nobody grants what they do not hold themselves",
            "tags": ["Accounts"],
            "security": [{"session": []}],
            "requestBody": {"required": true, "content": json_content(&new)},
            "responses": responses(&role_data(), &["400", "401", "403", "409", "413", "415", "503"]),
        },
    })
}

/// `/api/roles/{id}`
pub(super) fn one() -> Value {
    let fall_back = json!({"name": "fall_back", "in": "query", "schema": {"type": "string"},
        "description": "The role that whoever has this one gets instead."});
    let done = json!({
        "type": "object",
        "required": ["success"],
        "properties": {"success": {"const": true}},
    });
    json!({
        "get": {
            "summary": "A role, and what it grants",
            "tags": ["Accounts"],
            "security": [{"session": []}],
            "parameters": [id("The role.")],
            "responses": responses(&role_data(), &["401", "403", "404", "503"]),
        },
        "put": {
            "summary": "Say all of a role anew; it holds with the next request of everybody who has it",
            "tags": ["Accounts"],
            "security": [{"session": []}],
            "parameters": [id("The role.")],
            "requestBody": {"required": true, "content": json_content(&draft())},
            "responses": responses(
                &role_data(),
                &["400", "401", "403", "404", "409", "413", "415", "503"],
            ),
        },
        "delete": {
            "summary": "Delete a role",
            "tags": ["Accounts"],
            "security": [{"session": []}],
            "parameters": [id("The role."), fall_back],
            "responses": responses(&done, &["400", "401", "403", "404", "409", "503"]),
        },
    })
}

/// `/api/permissions`
pub(super) fn permissions() -> Value {
    json!({"get": {
        "summary": "What a role can grant",
        "tags": ["Accounts"],
        "security": [{"session": []}],
        "responses": responses(&data(&listed("permissions", "permission")), &["401", "403", "503"]),
    }})
}

/// `/api/users/{id}/role`
pub(super) fn of_user() -> Value {
    let given = json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["role"],
        "properties": {"role": {"type": "string", "description": "The id of the role."}},
    });
    json!({"put": {
        "summary": "Give somebody a role, instead of the one that they have",
        "tags": ["Accounts"],
        "security": [{"session": []}],
        "parameters": [id("The person.")],
        "requestBody": {"required": true, "content": json_content(&given)},
        "responses": responses(
            &data(&json!({"$ref": "#/components/schemas/user"})),
            &["400", "401", "403", "404", "409", "413", "415", "503"],
        ),
    }})
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

fn listed(name: &str, schema: &str) -> Value {
    let items = json!({"$ref": format!("#/components/schemas/{schema}")});
    json!({
        "type": "object",
        "required": [name],
        "properties": {name: {"type": "array", "items": items}},
    })
}

fn id(about: &str) -> Value {
    json!({"name": "id", "in": "path", "required": true, "description": about, "schema": {"type": "string"}})
}

fn role_data() -> Value {
    data(&json!({"$ref": "#/components/schemas/role"}))
}
