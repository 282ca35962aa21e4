//! Every route, as OpenAPI 3.1 describes it: those of the metrics, and the application's own.

mod accounts;
mod audit;
mod jobs;
mod keys;
mod parts;
mod roles;
mod teams;
mod users;

use actix_web::HttpResponse;
use actix_web::web::Data;
use metrics_runtime::Registry;
use metrics_runtime::web::openapi_document;
use serde_json::{Value, json};

use crate::state::State;
use parts::{data, done, json_content, responses};

/// What no route can say about itself.
const ABOUT: &str = "Every error says in `error` what is wrong, in `field` what it is about, and in `request_id` which \
    lines of the log are about it. Only what is no HTTP, or has a head that is too large to be taken apart or does not \
    arrive in time, is refused before it is a request: by a 400, 431 or 408 without a body, after which the connection \
    is closed.";

/// `GET /api/openapi.json`
pub async fn show(state: Data<State>) -> HttpResponse {
    HttpResponse::Ok().json(document(&state.registry))
}

/// The description of every route of this application.
#[must_use]
pub fn document(registry: &Registry) -> Value {
    let mut document = openapi_document(registry, "/api");
    let mut own = vec![
        ("/api/auth/login", login()),
        ("/api/auth/logout", logout()),
        ("/api/users/me", me()),
        ("/health/live", health("Whether the process answers", &[])),
        (
            "/health/ready",
            health("Whether the database answers too", &["503"]),
        ),
        ("/metrics", prometheus()),
    ];
    own.extend(accounts::paths());
    own.extend(users::paths());
    own.extend(teams::paths());
    own.extend(keys::paths());
    own.extend(audit::paths());
    own.extend(roles::paths());
    own.extend(jobs::paths());
    for (path, item) in own {
        document["paths"][path] = item;
    }
    let paths = document["paths"].as_object_mut().into_iter().flatten();
    for (_, operation) in paths.filter_map(|(_, item)| item.as_object_mut()).flatten() {
        // What `middleware::limits` refuses before it is known where it goes.
        operation["responses"]["431"] = parts::error("431");
        // What `middleware::limits` gives up on, since it does not arrive.
        if operation.get("requestBody").is_some() {
            operation["responses"]["408"] = parts::error("408");
        }
    }
    document["info"]["description"] = json!(ABOUT);
    document["tags"] = tags();
    document["components"]["schemas"]["user"] = user();
    // What `middleware::identify` adds.
    document["components"]["schemas"]["error"]["properties"]["request_id"] =
        json!({"type": "string"});
    document["components"]["schemas"]["membership"] = membership();
    let schemas = [
        ("session", accounts::session()),
        ("account", users::account()),
        ("team", teams::team()),
        ("member", teams::member()),
        ("role", roles::role()),
        ("permission", roles::permission()),
        ("key", keys::key()),
        ("new_key", keys::new_key()),
        ("audit_entry", audit::entry()),
        ("job", jobs::job()),
        ("attempt", jobs::attempt()),
    ];
    for (name, schema) in schemas {
        document["components"]["schemas"][name] = schema;
    }
    document
}

/// The groups of routes, in the order in which a newcomer meets them.
fn tags() -> Value {
    json!([
        {"name": "People", "description": "Signing in and out, and who you are."},
        {"name": "Accounts", "description": "People, their roles, teams and keys, for those who administer them."},
        {"name": "Metrics", "description": "Series: your own rows, those of a team that you administer, and everybody's."},
        {"name": "Ingestion", "description": "How satellites report what happened."},
        {"name": "Operation", "description": "For those who run the service."},
    ])
}

fn login() -> Value {
    let credentials = json!({
        "type": "object",
        "required": ["email", "password"],
        "properties": {
            "email": {"type": "string"},
            "password": {"type": "string", "format": "password"},
        },
    });
    let answer = data(&json!({
        "type": "object",
        "required": ["user"],
        "properties": {"user": {"$ref": "#/components/schemas/user"}},
    }));
    let mut responses = responses(&answer, &["400", "401", "403", "413", "415", "429", "503"]);
    responses["200"]["headers"] = json!({
        "Set-Cookie": {"description": "The session.", "schema": {"type": "string"}},
    });
    json!({"post": {
        "summary": "Sign in",
        "tags": ["People"],
        "security": [],
        "requestBody": {"required": true, "content": json_content(&credentials)},
        "responses": responses,
    }})
}

fn logout() -> Value {
    json!({"post": {
        "summary": "Sign out, whether or not somebody is signed in",
        "tags": ["People"],
        "security": [],
        "responses": responses(&done(), &["403", "503"]),
    }})
}

fn me() -> Value {
    let more = json!({
        "type": "object",
        "required": ["teams", "permissions"],
        "properties": {
            "teams": {"type": "array", "items": {"$ref": "#/components/schemas/membership"}},
            "permissions": {"type": "array", "items": {"type": "string"}},
        },
    });
    let answer = data(&json!({"allOf": [{"$ref": "#/components/schemas/user"}, more]}));
    json!({"get": {
        "summary": "Who you are, your teams, and what you may do",
        "tags": ["People"],
        "security": [{"session": []}],
        "responses": responses(&answer, &["401", "503"]),
    }})
}

fn health(summary: &str, errors: &[&str]) -> Value {
    let answer = data(&json!({
        "type": "object",
        "required": ["status"],
        "properties": {
            "status": {"type": "string"},
            "read_only": {"type": "boolean", "description": "Present where questions alone are answered."},
        },
    }));
    json!({"get": {
        "summary": summary,
        "tags": ["Operation"],
        "security": [],
        "responses": responses(&answer, errors),
    }})
}

fn prometheus() -> Value {
    json!({"get": {
        "summary": "The state of the service, in the text format of Prometheus",
        "tags": ["Operation"],
        "security": [],
        "responses": {"200": {
            "description": "The answer",
            "content": {"text/plain": {"schema": {"type": "string"}}},
        }},
    }})
}

fn user() -> Value {
    json!({
        "type": "object",
        "required": ["id", "email", "role"],
        "properties": {
            "id": {"type": "string", "description": "As it appears in metrics."},
            "email": {"type": "string"},
            "role": {"type": "string", "description": "global_user, global_admin, or a role that somebody has made."},
        },
    })
}

fn membership() -> Value {
    json!({
        "type": "object",
        "required": ["id", "name", "role"],
        "properties": {
            "id": {"type": "string"},
            "name": {"type": "string"},
            "role": {"enum": ["team_user", "team_admin"]},
        },
    })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::document;
    use crate::metrics;

    fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("$ref").and_then(Value::as_str));
                fields.values().for_each(|field| references(field, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = document(&metrics::registry());
        let mut found = Vec::new();
        references(&document, &mut found);
        assert!(!found.is_empty());
        for reference in found {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference} dangles");
        }
    }

    #[test]
    fn every_security_scheme_is_declared() {
        let document = document(&metrics::registry());
        let schemes = &document["components"]["securitySchemes"];
        let paths = document["paths"].as_object().unwrap();
        let operations = paths.values().flat_map(|path| path.as_object().unwrap());
        for (_, operation) in operations {
            for requirement in operation["security"].as_array().unwrap() {
                for name in requirement.as_object().unwrap().keys() {
                    assert!(schemes.get(name).is_some(), "{name} is not declared");
                }
            }
        }
    }

    #[test]
    fn the_routes_of_the_metrics_and_of_the_application_are_both_there() {
        let document = document(&metrics::registry());
        for path in ["/api/auth/login", "/api/metrics", "/health/ready"] {
            assert!(document["paths"].get(path).is_some(), "{path} is missing");
        }
    }
}
