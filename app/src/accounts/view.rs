//! Accounts, sessions, keys and entries of the audit log as they are shown, by HTTP and on the command line.

use serde::Serialize;
use serde_json::Value;

use crate::clock;
use crate::models::audit::Recorded;
use crate::models::satellite_keys::Key;
use crate::models::sessions::Session;
use crate::models::users::Account;
use crate::values::{ActorKind, AuditAction};

/// A person as administrators see them.
#[derive(Debug, Clone, Serialize)]
pub struct AccountView {
    id: String,
    email: String,
    role: String,
    created_at: Option<String>,
    /// Since when they cannot sign in, if they cannot.
    disabled_at: Option<String>,
    signed_in_at: Option<String>,
}

impl From<Account> for AccountView {
    fn from(account: Account) -> Self {
        Self {
            id: account.user.id,
            email: account.user.email,
            role: account.user.role,
            created_at: clock::text(account.created_at),
            disabled_at: account.disabled_at.and_then(clock::text),
            signed_in_at: account.signed_in_at.and_then(clock::text),
        }
    }
}

impl AccountView {
    /// A line of a table: id, address, role, whether they may sign in, and when they last did.
    #[must_use]
    pub fn row(&self) -> [String; 5] {
        let state = match self.disabled_at {
            Some(_) => "disabled",
            None => "enabled",
        };
        [
            self.id.clone(),
            self.email.clone(),
            self.role.to_string(),
            state.to_owned(),
            clock::second(self.signed_in_at.as_deref()),
        ]
    }
}

/// A session as its owner sees it.
#[derive(Debug, Clone, Serialize)]
pub struct SessionView {
    id: String,
    created_at: Option<String>,
    /// To some minutes.
    seen_at: Option<String>,
    expires_at: Option<String>,
    address: Option<String>,
    user_agent: Option<String>,
    /// Whether it is the one that asks.
    current: bool,
}

impl SessionView {
    /// A session, seen from the one whose id is `current`.
    #[must_use]
    pub fn of(session: Session, current: &str) -> Self {
        Self {
            current: session.id == current,
            id: session.id,
            created_at: clock::text(session.created_at),
            seen_at: clock::text(session.seen_at),
            expires_at: clock::text(session.expires_at),
            address: session.address,
            user_agent: session.user_agent,
        }
    }
}

/// A key as administrators see it.
#[derive(Debug, Clone, Serialize)]
pub struct KeyView {
    id: String,
    satellite_id: String,
    team_id: Option<String>,
    created_at: Option<String>,
    /// When it ends, or ended.
    revoked_at: Option<String>,
}

impl From<Key> for KeyView {
    fn from(key: Key) -> Self {
        Self {
            id: key.id,
            satellite_id: key.satellite_id,
            team_id: key.team_id,
            created_at: clock::text(key.created_at),
            revoked_at: key.revoked_at.and_then(clock::text),
        }
    }
}

impl KeyView {
    /// A line of a table: id, satellite, team, when it was given, and when it ends or ended.
    #[must_use]
    pub fn row(&self) -> [String; 5] {
        [
            self.id.clone(),
            self.satellite_id.clone(),
            self.team_id.clone().unwrap_or_default(),
            clock::second(self.created_at.as_deref()),
            clock::second(self.revoked_at.as_deref()),
        ]
    }
}

/// An entry of the audit log.
#[derive(Debug, Clone, Serialize)]
pub struct EntryView {
    id: i64,
    happened_at: Option<String>,
    actor_kind: ActorKind,
    actor_id: Option<String>,
    action: AuditAction,
    subject: Option<String>,
    address: Option<String>,
    detail: Value,
}

impl From<Recorded> for EntryView {
    fn from(entry: Recorded) -> Self {
        Self {
            id: entry.id,
            happened_at: clock::text(entry.happened_at),
            actor_kind: entry.actor_kind,
            actor_id: entry.actor_id,
            action: entry.action,
            subject: entry.subject,
            address: entry.address,
            detail: serde_json::from_str(&entry.detail).unwrap_or(Value::Null),
        }
    }
}

impl EntryView {
    /// The cursor of what follows it.
    #[must_use]
    pub fn id(&self) -> i64 {
        self.id
    }

    /// A line of a table: id, time, actor, action, subject, address, and detail.
    #[must_use]
    pub fn row(&self) -> [String; 7] {
        let actor = self.actor_id.clone();
        [
            self.id.to_string(),
            clock::second(self.happened_at.as_deref()),
            actor.unwrap_or_else(|| self.actor_kind.to_string()),
            self.action.to_string(),
            self.subject.clone().unwrap_or_default(),
            self.address.clone().unwrap_or_default(),
            self.detail.to_string(),
        ]
    }
}
