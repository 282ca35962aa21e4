//! The routes of jobs.

use serde_json::{Value, json};

use super::parts::{data, in_path, in_query, json_content, limit, responses};
use crate::jobs::Kind;
use crate::values::JobState;

/// `/api/admin/jobs`
pub(super) fn all() -> Value {
    let listed = json!({
        "type": "object",
        "required": ["jobs"],
        "properties": {"jobs": {"type": "array", "items": {"$ref": "#/components/schemas/job"}}},
    });
    let order = json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["kind"],
        "properties": {
            "kind": {"enum": Kind::names()},
            "subject": {"type": "string", "description": "For a metric, its type."},
        },
    });
    json!({
        "get": {
            "summary": "Jobs, newest first",
            "tags": ["Operation"],
            "security": [{"session": []}],
            "parameters": [
                in_query("state", "Only those in this state.", &json!({"enum": JobState::names()})),
                in_query("kind", "Only those of this kind.", &json!({"enum": Kind::names()})),
                limit(),
            ],
            "responses": responses(&data(&listed), &["400", "401", "403", "503"]),
        },
        "post": {
            "summary": "Run a job now; one that is not finished yet is hurried up",
            "tags": ["Operation"],
            "security": [{"session": []}],
            "requestBody": {"required": true, "content": json_content(&order)},
            "responses": responses(&job_data(), &["400", "401", "403", "413", "415", "503"]),
        },
    })
}

/// `/api/admin/jobs/{id}`
pub(super) fn one() -> Value {
    json!({
        "get": {
            "summary": "A job, and how each attempt at it went",
            "tags": ["Operation"],
            "security": [{"session": []}],
            "parameters": [in_path("id")],
            "responses": responses(&job_data(), &["401", "403", "404", "503"]),
        },
    })
}

/// `/api/admin/jobs/{id}/retry`
pub(super) fn retry() -> Value {
    json!({
        "post": {
            "summary": "Try a job again that failed, or that waits to be tried again",
            "tags": ["Operation"],
            "security": [{"session": []}],
            "parameters": [in_path("id")],
            "responses": responses(&job_data(), &["401", "403", "404", "409", "503"]),
        },
    })
}

/// A job.
pub(super) fn job() -> Value {
    let moment = |about: &str| json!({"type": ["string", "null"], "format": "date-time", "description": about});
    let outcome = json!({"description": "What came of the latest attempt."});
    json!({
        "type": "object",
        "required": ["id", "kind", "state", "attempts", "attempts_left"],
        "properties": {
            "id": {"type": "string"},
            "kind": {"type": "string"},
            "subject": {"type": ["string", "null"], "description": "What it is about, such as a metric."},
            "state": {"enum": JobState::names()},
            "scheduled_for": moment("The time of its schedule; null when somebody asked for it."),
            "created_at": moment("When it came into being."),
            "due_at": moment("When it may be taken."),
            "finished_at": moment("When it succeeded, or failed for good."),
            "lease_expires_at": moment("While it runs: when another instance may take it."),
            "attempts": {"type": "integer"},
            "attempts_left": {"type": "integer"},
            "result": outcome,
            "error": {"type": ["string", "null"], "description": "Why nothing came of the latest attempt."},
            "history": {
                "type": "array",
                "description": "Every attempt, where a single job is shown.",
                "items": {"$ref": "#/components/schemas/attempt"},
            },
        },
    })
}

/// An attempt at a job.
pub(super) fn attempt() -> Value {
    let moment = json!({"type": ["string", "null"], "format": "date-time"});
    json!({
        "type": "object",
        "required": ["attempt", "instance", "started_at"],
        "properties": {
            "attempt": {"type": "integer"},
            "instance": {"type": "string", "description": "The process that made it."},
            "started_at": moment,
            "ended_at": moment,
            "result": {"description": "What came of it."},
            "error": {"type": ["string", "null"]},
        },
    })
}

fn job_data() -> Value {
    data(&json!({"$ref": "#/components/schemas/job"}))
}
