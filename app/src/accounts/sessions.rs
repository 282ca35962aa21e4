//! Ending sessions.

use serde_json::json;

use crate::credentials::Digest;
use crate::database::Connection;
use crate::models::audit::{self, Actor, Entry};
use crate::models::{AccountError, sessions};
use crate::values::{AuditAction, Client};

/// Ends the session of a cookie, if there is one.
///
/// # Errors
///
/// When the database fails.
pub fn sign_out(
    connection: &mut Connection,
    client: &Client,
    token: &Digest,
) -> Result<(), AccountError> {
    // Before the transaction: on SQLite, one that has read before cannot always write.
    let Some(owner) = sessions::owner(connection, token)? else {
        return Ok(());
    };
    connection.transaction(|connection| {
        if !sessions::remove(connection, token)? {
            return Ok(());
        }
        let entry = Entry {
            actor: &Actor::person(&owner, client.address_text()),
            action: AuditAction::SignOut,
            subject: Some(&owner),
            detail: json!({}),
        };
        Ok(audit::record(connection, &entry)?)
    })
}

/// Ends one session of a person.
///
/// # Errors
///
/// When they have no such session.
pub fn end_session(
    connection: &mut Connection,
    actor: &Actor,
    person: &str,
    id: &str,
) -> Result<(), AccountError> {
    connection.transaction(|connection| {
        if !sessions::end(connection, person, id)? {
            return Err(AccountError::NoSuchSession(id.to_owned()));
        }
        Ok(told(connection, actor, person, 1)?)
    })
}

/// Ends all sessions of a person but one. Answers how many there were.
///
/// # Errors
///
/// When the database fails.
pub fn end_other_sessions(
    connection: &mut Connection,
    actor: &Actor,
    person: &str,
    kept: &str,
) -> Result<usize, AccountError> {
    connection.transaction(|connection| {
        let ended = sessions::end_others(connection, person, kept)?;
        if ended > 0 {
            told(connection, actor, person, ended)?;
        }
        Ok(ended)
    })
}

fn told(
    connection: &mut Connection,
    actor: &Actor,
    person: &str,
    ended: usize,
) -> diesel::QueryResult<()> {
    let entry = Entry {
        actor,
        action: AuditAction::SessionsEnded,
        subject: Some(person),
        detail: json!({"sessions_ended": ended}),
    };
    audit::record(connection, &entry)
}
