//! Roles as people see, describe, change and give them, by HTTP and on the command line.

mod author;

use std::collections::BTreeSet;

use diesel::QueryResult;
use serde::{Deserialize, Serialize};

use crate::access::Permissions;
use crate::database::Connection;
use crate::models::AccountError;
use crate::models::roles::{self, Role, RoleText};
use crate::values::{Grants, InvalidValue, Line};

pub use author::Author;

const EXISTING_PERMISSION: &str =
    "a permission that exists: GET /api/permissions and `app roles permissions` list them";

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
