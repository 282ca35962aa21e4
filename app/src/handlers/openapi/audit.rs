//! The route of the audit log.

use serde_json::{Value, json};

use super::parts::{in_query, limit, list, moment, operation, with_parameters};
use crate::values::{ActorKind, AuditAction};

pub(super) fn paths() -> [(&'static str, Value); 1] {
    [("/api/admin/audit", all())]
}

fn all() -> Value {
    let text = json!({"type": "string"});
    let time = json!({"type": "string", "format": "date-time"});
    let parameters = [
        in_query("actor", "Only what the person of this id did.", &text),
        in_query(
            "action",
            "Only this.",
            &json!({"enum": AuditAction::names()}),
        ),
        in_query(
            "subject",
            "Only what was done to this: an id, or a metric.",
            &text,
        ),
        in_query("from", "Only from this moment on.", &time),
        in_query("to", "Only before this moment.", &time),
        in_query(
            "before",
            "Only what follows a page: its `next`.",
            &json!({"type": "integer"}),
        ),
        limit(),
    ];
    let mut page = list("entries", "audit_entry");
    page["properties"]["next"] = json!({
        "type": ["integer", "null"],
        "description": "What to ask for `before` to get what follows; null when nothing does.",
    });
    let get = operation(
        "Operation",
        "What was done, latest first",
        &page,
        &["400", "401", "403", "503"],
    );
    json!({"get": with_parameters(get, &parameters)})
}

/// What was done once.
pub(super) fn entry() -> Value {
    json!({
        "type": "object",
        "required": ["id", "happened_at", "actor_kind", "action", "detail"],
        "properties": {
            "id": {"type": "integer", "description": "Larger for later entries."},
            "happened_at": moment("When it was done."),
            "actor_kind": {"enum": ActorKind::names()},
            "actor_id": {"type": ["string", "null"], "description": "Which person."},
            "action": {"enum": AuditAction::names()},
            "subject": {"type": ["string", "null"], "description": "What it was done to."},
            "address": {"type": ["string", "null"], "description": "From where."},
            "detail": {"type": "object", "description": "What else there is to know."},
        },
    })
}
