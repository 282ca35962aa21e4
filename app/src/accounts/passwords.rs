//! Passwords: a person changes their own, and an administrator resets somebody else's.

use serde_json::json;

use super::PasswordCheck;
use crate::credentials::PasswordHash;
use crate::database::Connection;
use crate::models::audit::{self, Actor, Entry};
use crate::models::{AccountError, sessions, sign_in_attempts, users};
use crate::values::AuditAction;

/// A person changes their own password, having shown that they know it.
pub struct PasswordChange<'a> {
    /// Who does so.
    pub actor: &'a Actor,
    /// That they know the one they had.
    pub check: &'a PasswordCheck,
    /// Which session they do so in: it goes on.
    pub session: &'a str,
    /// What is stored of the new one.
    pub hash: &'a PasswordHash,
}

impl PasswordChange<'_> {
    /// Changes it, and ends all other sessions. Answers whether it was still the one that was checked.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn apply(&self, connection: &mut Connection) -> Result<bool, AccountError> {
        let id = &self.check.user.id;
        connection.transaction(|connection| {
            if !users::change_password(connection, id, &self.check.hash, self.hash)? {
                return Ok(false);
            }
            self.check.succeed(connection)?;
            let sessions = sessions::end_others(connection, id, self.session)?;
            let entry = Entry {
                actor: self.actor,
                action: AuditAction::PasswordChanged,
                subject: Some(id),
                detail: json!({"sessions_ended": sessions}),
            };
            audit::record(connection, &entry)?;
            Ok(true)
        })
    }
}

/// Gives somebody another password, ends all their sessions, and forgets the failures to sign in to their account.
/// Answers their id.
///
/// # Errors
///
/// When there is no such person, or it is oneself: who changes their own password shows that they know it.
pub fn reset_password(
    connection: &mut Connection,
    actor: &Actor,
    person: &str,
    hash: &PasswordHash,
) -> Result<String, AccountError> {
    let user = users::find(connection, person)?.user;
    if actor.is(&user.id) {
        return Err(AccountError::OwnAccount);
    }
    connection.transaction(|connection| {
        users::set_password(connection, &user.id, hash)?;
        sign_in_attempts::forget(connection, &user.email)?;
        let sessions = sessions::end_all(connection, &user.id)?;
        let entry = Entry {
            actor,
            action: AuditAction::PasswordReset,
            subject: Some(&user.id),
            detail: json!({"sessions_ended": sessions}),
        };
        Ok::<_, AccountError>(audit::record(connection, &entry)?)
    })?;
    Ok(user.id)
}
