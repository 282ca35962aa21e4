//! What operations are described with.

use serde_json::{Value, json};

use crate::handlers::parameters::{LARGEST_LIMIT, USUAL_LIMIT};

/// What every successful answer wraps its data in.
pub(super) fn data(data: &Value) -> Value {
    json!({
        "type": "object",
        "required": ["success", "data"],
        "properties": {"success": {"const": true}, "data": data},
    })
}

/// The answer to what is done, and has no data.
pub(super) fn done() -> Value {
    json!({
        "type": "object",
        "required": ["success"],
        "properties": {"success": {"const": true}},
    })
}

pub(super) fn responses(answer: &Value, errors: &[&str]) -> Value {
    let mut responses = json!({
        "200": {"description": "The answer", "content": json_content(answer)},
    });
    for status in errors {
        responses[status] = error(status);
    }
    responses
}

/// The answer of an error.
pub(super) fn error(status: &str) -> Value {
    json!({
        "description": describe(status),
        "content": json_content(&json!({"$ref": "#/components/schemas/error"})),
    })
}

fn describe(status: &str) -> &'static str {
    match status {
        "400" => "The body or the query is malformed",
        "401" => "Nobody is signed in, or the address or the password is wrong",
        "403" => "It is not yours to ask, or a browser sent this on behalf of another site",
        "404" => "There is nothing there",
        "408" => "The body did not arrive in time",
        "409" => "It is not in a state in which this can be done, or taken",
        "413" => "Too large",
        "415" => "Not JSON",
        "431" => "The address and the headers are too large together",
        "429" => "Too many attempts have failed: wait as Retry-After says",
        _ => "The database does not answer: try again",
    }
}

/// An operation of somebody who is signed in.
pub(super) fn operation(tag: &str, summary: &str, answer: &Value, errors: &[&str]) -> Value {
    answering(tag, summary, &data(answer), errors)
}

/// One that answers nothing but that it is done.
pub(super) fn act(tag: &str, summary: &str, errors: &[&str]) -> Value {
    answering(tag, summary, &done(), errors)
}

fn answering(tag: &str, summary: &str, answer: &Value, errors: &[&str]) -> Value {
    json!({
        "summary": summary,
        "tags": [tag],
        "security": [{"session": []}],
        "responses": responses(answer, errors),
    })
}

/// The operation with a body.
pub(super) fn with_body(mut operation: Value, body: &Value) -> Value {
    operation["requestBody"] = json!({"required": true, "content": json_content(body)});
    operation
}

/// The operation with parameters.
pub(super) fn with_parameters(mut operation: Value, parameters: &[Value]) -> Value {
    operation["parameters"] = json!(parameters);
    operation
}

/// A parameter of the path.
pub(super) fn in_path(name: &str) -> Value {
    json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}})
}

/// A parameter of the query.
pub(super) fn in_query(name: &str, about: &str, schema: &Value) -> Value {
    json!({"name": name, "in": "query", "description": about, "schema": schema})
}

/// How much of a list is wanted.
pub(super) fn limit() -> Value {
    let schema =
        json!({"type": "integer", "minimum": 1, "maximum": LARGEST_LIMIT, "default": USUAL_LIMIT});
    in_query("limit", "No more than these.", &schema)
}

/// Which page of a list is wanted.
pub(super) fn page() -> [Value; 2] {
    let after = in_query(
        "after",
        "Only those after this id: the last one of the page before.",
        &json!({"type": "string"}),
    );
    [after, limit()]
}

/// An object with a list of something that has a schema of its own.
pub(super) fn list(name: &str, schema: &str) -> Value {
    let items = json!({"$ref": format!("#/components/schemas/{schema}")});
    json!({
        "type": "object",
        "required": [name],
        "properties": {name: {"type": "array", "items": items}},
    })
}

pub(super) fn reference(schema: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{schema}")})
}

/// A moment that may be absent.
pub(super) fn moment(about: &str) -> Value {
    json!({"type": ["string", "null"], "format": "date-time", "description": about})
}

pub(super) fn json_content(schema: &Value) -> Value {
    json!({"application/json": {"schema": schema}})
}
