//! What ids, e-mail addresses, names, roles and states may be. A value that exists has been checked.

mod audit;
mod client;
mod email;
mod grants;
mod id;
mod job_state;
mod line;
mod role;

mod words;

pub use audit::{ActorKind, AuditAction};
pub use client::Client;
pub use email::Email;
pub use grants::Grants;
pub use id::Id;
pub use job_state::JobState;
pub use line::Line;
pub use role::{GlobalRole, TeamRole};

pub(crate) use words::words;

/// Why a text is not the value it was meant to be: the field, and what it has to look like.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {given:?} cannot be used: it must be {expected}")]
pub struct InvalidValue {
    /// The field that the value was meant for.
    pub field: &'static str,
    /// What was given.
    pub given: String,
    /// What would do.
    pub expected: &'static str,
}

impl InvalidValue {
    pub(crate) fn new(field: &'static str, given: &str, expected: &'static str) -> Self {
        let given = given.chars().take(80).collect();
        Self {
            field,
            given,
            expected,
        }
    }
}
