//! Roles as people see, describe and give them, by HTTP and on the command line.
//!
//! Each change is one transaction, which keeps out all others: what a decision was made of stays true until it is
//! carried out.

use std::collections::BTreeSet;

use diesel::QueryResult;
use serde::{Deserialize, Serialize};

use crate::access::{Action, Permissions, Principal, Scope, can};
use crate::database::Connection;
use crate::models::AccountError;
use crate::models::roles::{self, Role, RoleText};
use crate::models::users::{self, User};
use crate::values::{Grants, Id, InvalidValue, Line};

const EXISTING_PERMISSION: &str =
    "a permission that exists: GET /api/permissions and `app roles permissions` list them";
const EXISTING_ROLE: &str =
    "the id of a role that exists: GET /api/roles and `app roles list` show them";

/// A role as it is shown.
#[derive(Debug, Clone, Serialize)]
pub struct RoleView {
    /// The id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Whether the program defines it, so that nobody can change it.
    pub system: bool,
    /// What it grants.
    pub permissions: BTreeSet<String>,
    /// What it would grant, if that existed: the metric has gone, or is not in this version.
    pub unknown_permissions: BTreeSet<String>,
    /// How many people have it.
    pub people: i64,
}

/// What somebody says about a role.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// What people call it.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// What it grants.
    pub permissions: BTreeSet<String>,
}

/// All roles, those of the program first.
///
/// # Errors
///
/// When the database fails.
pub fn list(connection: &mut Connection, permissions: &Permissions) -> QueryResult<Vec<RoleView>> {
    let holders = roles::holders(connection)?;
    let people = |id: &str| {
        holders
            .iter()
            .find(|(role, _)| role == id)
            .map_or(0, |(_, people)| *people)
    };
    let roles = roles::list(connection)?.into_iter();
    Ok(roles
        .map(|role| {
            let people = people(&role.id);
            RoleView::of(role, people, permissions)
        })
        .collect())
}

/// One of them.
///
/// # Errors
///
/// When there is none of this id.
pub fn show(
    connection: &mut Connection,
    permissions: &Permissions,
    id: &str,
) -> Result<RoleView, AccountError> {
    let mut roles = list(connection, permissions)?.into_iter();
    let found = roles.find(|role| role.id == id);
    found.ok_or_else(|| AccountError::NoSuchRole(id.to_owned()))
}

/// Creates a role.
///
/// # Errors
///
/// When the id is taken, a permission does not exist, or `by` does not hold it.
pub fn create(
    connection: &mut Connection,
    by: Principal<'_>,
    permissions: &Permissions,
    id: &Id,
    draft: &Draft,
) -> Result<RoleView, AccountError> {
    connection.transaction(|connection| {
        roles::lock(connection)?;
        let text = draft.read(permissions, &BTreeSet::new())?;
        text.create(connection, id)?;
        // Once it is clear that it is a new role, and not the one of `by`.
        can(
            by,
            Action::ChangeRole,
            Scope::Role(id.as_str(), &draft.permissions),
        )?;
        show(connection, permissions, id.as_str())
    })
}

/// Says all of a role anew.
///
/// # Errors
///
/// When there is no such role, the program defines it, it is the role of `by`, or it granted or would grant what they
/// do not hold; when a permission does not exist that is not in the role already.
pub fn change(
    connection: &mut Connection,
    by: Principal<'_>,
    permissions: &Permissions,
    id: &str,
    draft: &Draft,
) -> Result<RoleView, AccountError> {
    connection.transaction(|connection| {
        roles::lock(connection)?;
        let former = roles::changeable(connection, id)?;
        let granted = permissions.granted_by(id, &former.grants);
        can(by, Action::ChangeRole, Scope::Role(id, &granted))?;
        let text = draft.read(permissions, &former.grants.names())?;
        let granted = permissions.granted_by(id, &text.grants);
        can(by, Action::ChangeRole, Scope::Role(id, &granted))?;
        text.replace(connection, id)?;
        show(connection, permissions, id)
    })
}

/// Deletes a role. Whoever has it falls back to another one.
///
/// # Errors
///
/// As [`change`], and when somebody has the role and it is not said what they fall back to, or `by` may not give that.
pub fn delete(
    connection: &mut Connection,
    by: Principal<'_>,
    permissions: &Permissions,
    id: &str,
    fall_back: Option<&str>,
) -> Result<(), AccountError> {
    connection.transaction(|connection| {
        roles::lock(connection)?;
        let former = roles::changeable(connection, id)?;
        let granted = permissions.granted_by(id, &former.grants);
        can(by, Action::ChangeRole, Scope::Role(id, &granted))?;
        if let Some(other) = fall_back {
            may_give(connection, by, permissions, ("fall_back", other))?;
        }
        roles::delete(connection, id, fall_back)
    })
}

/// Gives somebody a role, instead of the one that they have.
///
/// # Errors
///
/// When there is no such person or role, `by` is the person themselves or does not hold all of what one of the two
/// roles grants, or nobody would be left who administers everything.
pub fn give(
    connection: &mut Connection,
    by: Principal<'_>,
    permissions: &Permissions,
    user: &str,
    role: &str,
) -> Result<User, AccountError> {
    connection.transaction(|connection| {
        roles::lock(connection)?;
        let user = users::find(connection, user)?;
        let former = roles::find(connection, &user.role)?;
        let granted = permissions.granted_by(&user.role, &former.grants);
        can(
            by,
            Action::GiveRole,
            Scope::Person(&user.id, &user.role, &granted),
        )?;
        may_give(connection, by, permissions, ("role", role))?;
        users::set_role(connection, &user, role)?;
        users::find(connection, &user.id)
    })
}

fn may_give(
    connection: &mut Connection,
    by: Principal<'_>,
    permissions: &Permissions,
    (field, role): (&'static str, &str),
) -> Result<(), AccountError> {
    let role = match roles::find(connection, role) {
        Err(AccountError::NoSuchRole(_)) => {
            return Err(InvalidValue::new(field, role, EXISTING_ROLE).into());
        }
        found => found?,
    };
    let granted = permissions.granted_by(&role.id, &role.grants);
    Ok(can(by, Action::GiveRole, Scope::Role(&role.id, &granted))?)
}

impl Draft {
    /// The role that this describes. What exists no more may stay in a role, and is not added to one.
    fn read(
        &self,
        permissions: &Permissions,
        former: &BTreeSet<String>,
    ) -> Result<RoleText, InvalidValue> {
        let mut names = self.permissions.iter();
        let unknown = names.find(|name| !permissions.exist(name) && !former.contains(*name));
        match unknown {
            Some(name) => Err(InvalidValue::new("permissions", name, EXISTING_PERMISSION)),
            None => Ok(RoleText {
                name: Line::name(&self.name)?,
                description: Line::description(&self.description)?,
                grants: Grants::of(&self.permissions),
            }),
        }
    }
}

impl RoleView {
    fn of(role: Role, people: i64, permissions: &Permissions) -> Self {
        let granted = permissions.granted_by(&role.id, &role.grants);
        let mut unknown = role.grants.names();
        unknown.retain(|name| !permissions.exist(name));
        Self {
            id: role.id,
            name: role.name,
            description: role.description,
            system: role.is_system,
            permissions: granted,
            unknown_permissions: unknown,
            people,
        }
    }
}
