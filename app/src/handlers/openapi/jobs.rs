//! The routes of jobs.

use serde_json::{Value, json};

use super::parts::{
    in_path, in_query, limit, list, moment, operation, reference, with_body, with_parameters,
};
use crate::jobs::Kind;
use crate::values::JobState;

const TAG: &str = "Operation";

pub(super) fn paths() -> [(&'static str, Value); 3] {
    [
        ("/api/admin/jobs", all()),
        ("/api/admin/jobs/{id}", one()),
        ("/api/admin/jobs/{id}/retry", retry()),
    ]
}

fn all() -> Value {
    let order = json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["kind"],
        "properties": {
            "kind": {"enum": Kind::names()},
            "subject": {"type": "string", "description": "For a metric, its type."},
        },
    });
    let get = operation(
        TAG,
        "Jobs, newest first",
        &list("jobs", "job"),
        &["400", "401", "403", "503"],
    );
    let parameters = [
        in_query(
            "state",
            "Only those in this state.",
            &json!({"enum": JobState::names()}),
        ),
        in_query(
            "kind",
            "Only those of this kind.",
            &json!({"enum": Kind::names()}),
        ),
        limit(),
    ];
    let post = operation(
        TAG,
        "Run a job now; one that is not finished yet is hurried up",
        &reference("job"),
        &["400", "401", "403", "413", "415", "503"],
    );
    json!({"get": with_parameters(get, &parameters), "post": with_body(post, &order)})
}

fn one() -> Value {
    let get = operation(
        TAG,
        "A job, and how each attempt at it went",
        &reference("job"),
        &["401", "403", "404", "503"],
    );
    json!({"get": with_parameters(get, &[in_path("id")])})
}

fn retry() -> Value {
    let post = operation(
        TAG,
        "Try a job again that failed, or that waits to be tried again",
        &reference("job"),
        &["401", "403", "404", "409", "503"],
    );
    json!({"post": with_parameters(post, &[in_path("id")])})
}

/// A job.
pub(super) fn job() -> Value {
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
    json!({
        "type": "object",
        "required": ["attempt", "instance", "started_at"],
        "properties": {
            "attempt": {"type": "integer"},
            "instance": {"type": "string", "description": "The process that made it."},
            "started_at": moment("When it began."),
            "ended_at": moment("When it ended; null while it runs."),
            "result": {"description": "What came of it."},
            "error": {"type": ["string", "null"]},
        },
    })
}
