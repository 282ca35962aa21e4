//! People: adding them, and whether they may sign in.

use serde_json::json;

use crate::credentials::{Password, PasswordHash};
use crate::database::Connection;
use crate::models::audit::{self, Actor, Entry};
use crate::models::users::{self, NewUser, User};
use crate::models::{AccountError, roles, sessions, sign_in_attempts};
use crate::values::{AuditAction, Email, GlobalRole, Id};

/// Who the first administrator is.
const FIRST_ADMINISTRATOR: &str = "admin@example.com";

/// An account somebody may sign in with, and the password, which is known now and never again.
pub struct NewAccount {
    /// The id.
    pub id: Id,
    /// The address to sign in with.
    pub email: Email,
    /// The id of their role.
    pub role: String,
    /// The password to sign in with.
    pub password: Password,
}

impl NewAccount {
    /// Stores it, with what is stored of its password: making that takes long, and nobody should wait for it.
    ///
    /// # Errors
    ///
    /// When the address or the id is taken, or there is no such role.
    pub fn store(
        &self,
        connection: &mut Connection,
        actor: &Actor,
        hash: &PasswordHash,
    ) -> Result<(), AccountError> {
        connection.transaction(|connection| {
            NewUser::new(&self.id, &self.email, hash, &self.role).insert(connection)?;
            let entry = Entry {
                actor,
                action: AuditAction::UserAdded,
                subject: Some(self.id.as_str()),
                detail: json!({"email": self.email.as_str(), "role": self.role}),
            };
            Ok(audit::record(connection, &entry)?)
        })
    }
}

/// Adds an administrator when there is nobody who could sign in, and returns the account to be shown.
///
/// # Errors
///
/// When the database fails.
pub fn ensure_administrator(connection: &mut Connection) -> anyhow::Result<Option<NewAccount>> {
    if users::any(connection)? {
        return Ok(None);
    }
    let account = NewAccount {
        id: Id::random()?,
        email: Email::parse(FIRST_ADMINISTRATOR)?,
        role: GlobalRole::Admin.to_string(),
        password: Password::random()?,
    };
    let hash = account.password.hash()?;
    match account.store(connection, &Actor::service(), &hash) {
        Ok(()) => Ok(Some(account)),
        // Another process started at the same moment, and shows the password of the account that it added.
        Err(AccountError::EmailTaken(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Keeps a person from signing in, and ends their sessions. Their rows stay. Doing so again changes nothing.
///
/// # Errors
///
/// When there is no such person, it is oneself, or nobody could let anybody in afterwards.
pub fn disable(
    connection: &mut Connection,
    actor: &Actor,
    person: &str,
) -> Result<(), AccountError> {
    connection.transaction(|connection| {
        roles::lock(connection)?;
        let User { id, role, .. } = users::find(connection, person)?.user;
        if actor.is(&id) {
            return Err(AccountError::OwnAccount);
        }
        let is_administrator = role == GlobalRole::Admin.as_str();
        if !users::disable(connection, &id)? {
            return Ok(());
        }
        if is_administrator && !users::has_administrator(connection)? {
            return Err(AccountError::LastAdministrator(id.clone()));
        }
        let sessions = sessions::end_all(connection, &id)?;
        let entry = Entry {
            actor,
            action: AuditAction::UserDisabled,
            subject: Some(&id),
            detail: json!({"sessions_ended": sessions}),
        };
        Ok(audit::record(connection, &entry)?)
    })
}

/// Lets a person sign in again, with the password that they had. Doing so again changes nothing.
///
/// # Errors
///
/// When there is no such person.
pub fn enable(
    connection: &mut Connection,
    actor: &Actor,
    person: &str,
) -> Result<(), AccountError> {
    let user = users::find(connection, person)?.user;
    connection.transaction(|connection| {
        if !users::enable(connection, &user.id)? {
            return Ok(());
        }
        sign_in_attempts::forget(connection, &user.email)?;
        let entry = Entry {
            actor,
            action: AuditAction::UserEnabled,
            subject: Some(&user.id),
            detail: json!({}),
        };
        Ok(audit::record(connection, &entry)?)
    })
}
