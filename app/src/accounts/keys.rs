//! The keys of satellites.

use serde_json::json;

use crate::clock;
use crate::credentials::SatelliteKey;
use crate::database::Connection;
use crate::models::AccountError;
use crate::models::audit::{self, Actor, Entry};
use crate::models::satellite_keys::{self, Key, NewSatelliteKey};
use crate::values::{AuditAction, Id};

/// A key that a satellite is given.
#[derive(Debug)]
pub struct NewKey<'a> {
    /// The key.
    pub key: &'a SatelliteKey,
    /// The satellite.
    pub satellite: &'a Id,
    /// The only team that it may write to; `None` for any.
    pub team: Option<&'a Id>,
}

impl NewKey<'_> {
    /// Stores it.
    ///
    /// # Errors
    ///
    /// When there is no such team.
    pub fn store(&self, connection: &mut Connection, actor: &Actor) -> Result<(), AccountError> {
        connection.transaction(|connection| {
            NewSatelliteKey::new(self.key, self.satellite, self.team).insert(connection)?;
            let detail = json!({
                "satellite_id": self.satellite.as_str(),
                "team_id": self.team.map(Id::as_str),
            });
            let entry = Entry {
                actor,
                action: AuditAction::KeyAdded,
                subject: Some(self.key.id()),
                detail,
            };
            Ok(audit::record(connection, &entry)?)
        })
    }
}

/// Ends a key at once. Doing so again changes nothing.
///
/// # Errors
///
/// When there is no such key.
pub fn revoke_key(
    connection: &mut Connection,
    actor: &Actor,
    id: &str,
) -> Result<(), AccountError> {
    connection.transaction(|connection| {
        if !satellite_keys::end(connection, id, clock::now())? {
            return Ok(());
        }
        let entry = Entry {
            actor,
            action: AuditAction::KeyRevoked,
            subject: Some(id),
            detail: json!({}),
        };
        Ok(audit::record(connection, &entry)?)
    })
}

/// Gives the satellite of a key another one, for the same team. The old one works on for some seconds. Answers what
/// it was.
///
/// # Errors
///
/// When there is no such key, or it has ended, or been rotated already.
pub fn rotate_key(
    connection: &mut Connection,
    actor: &Actor,
    id: &str,
    new: &SatelliteKey,
    overlap: i64,
) -> Result<Key, AccountError> {
    let old = satellite_keys::find(connection, id)?;
    if old.revoked_at.is_some() {
        return Err(AccountError::KeyIsRevoked(id.to_owned()));
    }
    let satellite = Id::parse("satellite", &old.satellite_id)?;
    let team = old.team_id.as_deref();
    let team = team.map(|team| Id::parse("team", team)).transpose()?;
    connection.transaction(|connection| {
        if !satellite_keys::end(connection, id, clock::now() + overlap)? {
            return Err(AccountError::KeyIsRevoked(id.to_owned()));
        }
        NewSatelliteKey::new(new, &satellite, team.as_ref()).insert(connection)?;
        let entry = Entry {
            actor,
            action: AuditAction::KeyRotated,
            subject: Some(id),
            detail: json!({"new_key": new.id(), "overlap_seconds": overlap}),
        };
        Ok(audit::record(connection, &entry)?)
    })?;
    Ok(old)
}
