//! Every decision: may this one do that, to this?

use std::collections::{BTreeMap, BTreeSet};

use super::Permission;
use crate::values::{GlobalRole, TeamRole};

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub enum Principal<'a> {
    /// Nobody whom we know.
    Nobody,
    /// Somebody who is signed in.
    Person(&'a Person),
    /// Whoever has sent the key of a satellite.
    Satellite {
        /// The only team that the key may write to; `None` for any.
        team_id: Option<&'a str>,
    },
    /// Whoever runs commands on the machine: the database is in their hands anyway.
    Operator,
}

/// Somebody who is signed in, and all that they hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The id.
    pub id: String,
    /// The id of their role.
    pub role: String,
    /// What that grants, by this program.
    pub permissions: BTreeSet<String>,
    /// What they are in their teams.
    pub teams: BTreeMap<String, TeamRole>,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action<'a> {
    /// Look at oneself: who one is, and what one may.
    LookAtOneself,
    /// See the numbers that a permission of a metric stands for.
    SeeMetric(&'a str),
    /// Report events.
    Report,
    /// See roles, and what there is to be granted.
    SeeRoles,
    /// Create, change or delete a role.
    ChangeRole,
    /// Give a role to somebody, or take it from them.
    GiveRole,
    /// Add, see and change people.
    ManageUsers,
    /// See and change who belongs to a team.
    ManageMembers,
    /// Make and revoke keys.
    ManageKeys,
    /// See and run jobs.
    ManageJobs,
    /// See who did what.
    SeeAudit,
}

/// What it is to be done to.
#[derive(Debug, Clone, Copy)]
pub enum Scope<'a> {
    /// Nothing in particular.
    Everything,
    /// What belongs to a team.
    Team(&'a str),
    /// What a person is in a team.
    Member(&'a str, &'a str),
    /// A role, and what it grants.
    Role(&'a str, &'a BTreeSet<String>),
    /// A person, their role, and what it grants.
    Person(&'a str, &'a str, &'a BTreeSet<String>),
}

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nobody is signed in.
    #[error("sign in first: this address is for people with a session")]
    NotSignedIn,
    /// Only satellites may.
    #[error("send a satellite key: Authorization: Bearer <key>")]
    NotASatellite,
    /// They do not hold what it takes.
    #[error("this needs the permission {0}")]
    Lacks(String),
    /// The team is not theirs.
    #[error("this is not for team {0:?}")]
    OtherTeam(String),
    /// It would change what they may themselves.
    #[error("nobody changes what they may do themselves: ask somebody else who may")]
    Oneself,
    /// It is about more than they hold.
    #[error("nobody gives or takes what they do not hold themselves: you lack {}", .0.join(", "))]
    Exceeds(Vec<String>),
}

/// Whether somebody may do something to something.
///
/// # Errors
///
/// Why not.
pub fn can(principal: Principal<'_>, action: Action<'_>, scope: Scope<'_>) -> Result<(), Refusal> {
    match (principal, action) {
        (Principal::Operator, _) => Ok(()),
        (Principal::Satellite { team_id }, Action::Report) => writes_to(team_id, scope),
        (_, Action::Report) => Err(Refusal::NotASatellite),
        (Principal::Person(person), Action::ManageMembers) if administers(person, scope) => Ok(()),
        (Principal::Person(person), _) => {
            holds(person, action)?;
            reaches(person, action, scope)
        }
        (Principal::Nobody | Principal::Satellite { .. }, _) => Err(Refusal::NotSignedIn),
    }
}

/// A key of one team writes to that one only.
fn writes_to(own: Option<&str>, scope: Scope<'_>) -> Result<(), Refusal> {
    match (own, scope) {
        (Some(own), Scope::Team(team)) if own != team => Err(Refusal::OtherTeam(team.to_owned())),
        _ => Ok(()),
    }
}

/// Whoever administers a team says who belongs to it.
fn administers(person: &Person, scope: Scope<'_>) -> bool {
    match scope {
        Scope::Team(team) | Scope::Member(team, _) => {
            person.teams.get(team) == Some(&TeamRole::Admin)
        }
        _ => false,
    }
}

fn holds(person: &Person, action: Action<'_>) -> Result<(), Refusal> {
    match needs(action) {
        Some(permission) if !person.permissions.contains(permission) => {
            Err(Refusal::Lacks(permission.to_owned()))
        }
        _ => Ok(()),
    }
}

/// The permission that an action takes.
fn needs(action: Action<'_>) -> Option<&str> {
    let own = match action {
        Action::LookAtOneself | Action::Report => return None,
        Action::SeeMetric(permission) => return Some(permission),
        Action::SeeRoles | Action::ChangeRole | Action::GiveRole => Permission::ManageRoles,
        Action::ManageUsers | Action::ManageMembers => Permission::ManageUsers,
        Action::ManageKeys => Permission::ManageKeys,
        Action::ManageJobs => Permission::ManageJobs,
        Action::SeeAudit => Permission::ViewAudit,
    };
    Some(own.as_str())
}

/// Whoever could change people or roles that may more than they do, or themselves, would soon hold everything.
fn reaches(person: &Person, action: Action<'_>, scope: Scope<'_>) -> Result<(), Refusal> {
    match scope {
        Scope::Everything => Ok(()),
        Scope::Team(_) if action == Action::ManageMembers => Ok(()),
        Scope::Team(team) if person.teams.contains_key(team) => Ok(()),
        Scope::Team(team) => Err(Refusal::OtherTeam(team.to_owned())),
        // It would show them what they may not see.
        Scope::Member(_, user) if user == person.id => Err(Refusal::Oneself),
        Scope::Member(..) => Ok(()),
        Scope::Role(role, _) if action == Action::ChangeRole && role == person.role => {
            Err(Refusal::Oneself)
        }
        Scope::Person(id, ..) if action == Action::GiveRole && id == person.id => {
            Err(Refusal::Oneself)
        }
        Scope::Role(role, grants) | Scope::Person(_, role, grants) => {
            not_beyond(person, role, grants)
        }
    }
}

/// What everybody begins with is anybody's to give.
fn not_beyond(person: &Person, role: &str, grants: &BTreeSet<String>) -> Result<(), Refusal> {
    let beyond: Vec<_> = grants.difference(&person.permissions).cloned().collect();
    if beyond.is_empty() || role == GlobalRole::User.as_str() {
        return Ok(());
    }
    Err(Refusal::Exceeds(beyond))
}

#[cfg(test)]
mod tests;
