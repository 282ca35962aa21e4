//! Teams, and who belongs to them.

use serde_json::json;

use crate::database::Connection;
use crate::models::AccountError;
use crate::models::audit::{self, Actor, Entry};
use crate::models::team_members::{self, NewMember};
use crate::models::teams::NewTeam;
use crate::values::{AuditAction, Id, Line, TeamRole};

/// Adds a team.
///
/// # Errors
///
/// When the id is taken.
pub fn add_team(
    connection: &mut Connection,
    actor: &Actor,
    id: &Id,
    name: &Line,
) -> Result<(), AccountError> {
    connection.transaction(|connection| {
        NewTeam::new(id, name).insert(connection)?;
        let entry = Entry {
            actor,
            action: AuditAction::TeamAdded,
            subject: Some(id.as_str()),
            detail: json!({"name": name.as_str()}),
        };
        Ok(audit::record(connection, &entry)?)
    })
}

/// Puts a person into a team, or changes what they are in it.
///
/// # Errors
///
/// When there is no such team or person.
pub fn set_member(
    connection: &mut Connection,
    actor: &Actor,
    team: &Id,
    user: &Id,
    role: TeamRole,
) -> Result<(), AccountError> {
    connection.transaction(|connection| {
        NewMember::new(team, user, role).upsert(connection)?;
        let entry = Entry {
            actor,
            action: AuditAction::MemberSet,
            subject: Some(user.as_str()),
            detail: json!({"team_id": team.as_str(), "role": role}),
        };
        Ok(audit::record(connection, &entry)?)
    })
}

/// Takes a person out of a team.
///
/// # Errors
///
/// When they are not in it.
pub fn remove_member(
    connection: &mut Connection,
    actor: &Actor,
    team: &Id,
    user: &Id,
) -> Result<(), AccountError> {
    connection.transaction(|connection| {
        team_members::remove(connection, team, user)?;
        let entry = Entry {
            actor,
            action: AuditAction::MemberRemoved,
            subject: Some(user.as_str()),
            detail: json!({"team_id": team.as_str()}),
        };
        Ok(audit::record(connection, &entry)?)
    })
}
