//! The audit log: who did what to whom, when, and from where. An entry is written in the transaction that does it, so
//! that there is neither one without the other.

use diesel::prelude::*;
use serde_json::Value;

use crate::clock;
use crate::database::{Connection, on_each};
use crate::schema::audit_log;
use crate::values::{ActorKind, AuditAction};

/// Who does something, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    kind: ActorKind,
    id: Option<String>,
    address: Option<String>,
}

impl Actor {
    /// Somebody who is signed in, at an address as far as it is known.
    #[must_use]
    pub fn person(id: &str, address: Option<String>) -> Self {
        Self {
            kind: ActorKind::Person,
            id: Some(id.to_owned()),
            address,
        }
    }

    /// Whether this is a person of an id.
    #[must_use]
    pub fn is(&self, person: &str) -> bool {
        self.kind == ActorKind::Person && self.id.as_deref() == Some(person)
    }

    /// Somebody who is not signed in.
    #[must_use]
    pub fn anonymous(address: Option<String>) -> Self {
        Self {
            kind: ActorKind::Anonymous,
            id: None,
            address,
        }
    }

    /// Whoever runs a command.
    #[must_use]
    pub fn command_line() -> Self {
        Self {
            kind: ActorKind::CommandLine,
            id: None,
            address: None,
        }
    }

    /// The service by itself.
    #[must_use]
    pub fn service() -> Self {
        Self {
            kind: ActorKind::Service,
            id: None,
            address: None,
        }
    }
}

/// What is to be told.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// Who did it.
    pub actor: &'a Actor,
    /// What was done.
    pub action: AuditAction,
    /// What it was done to: an id, or the type of a metric.
    pub subject: Option<&'a str>,
    /// What else there is to know: an object, without secrets.
    pub detail: Value,
}

/// Tells what was done. Belongs into the transaction that does it, after what it does: on SQLite, a transaction has
/// to write before it reads.
///
/// # Errors
///
/// When the database fails.
pub fn record(connection: &mut Connection, entry: &Entry<'_>) -> QueryResult<()> {
    let insert = diesel::insert_into(audit_log::table).values((
        audit_log::happened_at.eq(clock::now()),
        audit_log::actor_kind.eq(entry.actor.kind),
        audit_log::actor_id.eq(&entry.actor.id),
        audit_log::action.eq(entry.action),
        audit_log::subject.eq(entry.subject),
        audit_log::address.eq(&entry.actor.address),
        audit_log::detail.eq(entry.detail.to_string()),
    ));
    on_each!(connection, c => insert.execute(c)).map(drop)
}

/// What was told.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = audit_log)]
pub struct Recorded {
    /// Larger for later entries.
    pub id: i64,
    /// When it was done.
    pub happened_at: i64,
    /// Who did it.
    pub actor_kind: ActorKind,
    /// Which person, if it was one.
    pub actor_id: Option<String>,
    /// What was done.
    pub action: AuditAction,
    /// What it was done to.
    pub subject: Option<String>,
    /// From where, if it came over the network.
    pub address: Option<String>,
    /// What else there is to know, as JSON.
    pub detail: String,
}

/// Which entries to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Only what this person did.
    pub actor: Option<String>,
    /// Only this.
    pub action: Option<AuditAction>,
    /// Only what was done to this.
    pub subject: Option<String>,
    /// Only what was done from this moment on.
    pub from: Option<i64>,
    /// Only what was done before this moment.
    pub to: Option<i64>,
    /// Only entries with smaller ids: those that follow the last one of a page.
    pub before: Option<i64>,
    /// No more than these.
    pub limit: i64,
}

/// Entries, latest first.
///
/// # Errors
///
/// When the database fails.
pub fn list(connection: &mut Connection, filter: &AuditFilter) -> QueryResult<Vec<Recorded>> {
    on_each!(connection, c => {
        let mut query = audit_log::table.into_boxed();
        if let Some(actor) = &filter.actor {
            query = query.filter(audit_log::actor_id.eq(actor));
        }
        if let Some(action) = filter.action {
            query = query.filter(audit_log::action.eq(action));
        }
        if let Some(subject) = &filter.subject {
            query = query.filter(audit_log::subject.eq(subject));
        }
        if let Some(from) = filter.from {
            query = query.filter(audit_log::happened_at.ge(from));
        }
        if let Some(to) = filter.to {
            query = query.filter(audit_log::happened_at.lt(to));
        }
        if let Some(before) = filter.before {
            query = query.filter(audit_log::id.lt(before));
        }
        query
            .order(audit_log::id.desc())
            .limit(filter.limit)
            .select(Recorded::as_select())
            .load(c)
    })
}

/// Forgets what was done before a moment, and answers how many entries that were.
///
/// # Errors
///
/// When the database fails.
pub fn remove_before(connection: &mut Connection, moment: i64) -> QueryResult<usize> {
    let old = diesel::delete(audit_log::table.filter(audit_log::happened_at.lt(moment)));
    on_each!(connection, c => old.execute(c))
}
