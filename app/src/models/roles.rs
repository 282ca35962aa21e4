//! What people may do everywhere: the roles that the program defines, and those that somebody has made.

use diesel::prelude::*;

use super::{AccountError, is_duplicate, misses_reference};
use crate::access::Permissions;
use crate::clock;
use crate::database::{Connection, on_each};
use crate::schema::{roles, users};
use crate::values::{GlobalRole, Grants, Id, Line};

/// A role.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = roles)]
pub struct Role {
    /// The id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What it grants, as it is stored: what really holds, [`Permissions::granted_by`] says.
    #[diesel(column_name = permissions)]
    pub grants: Grants,
    /// Whether a program defines it, this one or another version.
    pub is_system: bool,
}

/// What can be said about a role.
#[derive(Debug, Clone)]
pub struct RoleText {
    /// What people call it.
    pub name: Line,
    /// What it is for.
    pub description: Line,
    /// What it grants.
    pub grants: Grants,
}

/// Writes down the roles that the program defines, where what is written is something else. Decisions do not read it:
/// it is for people and their own SQL, and for versions of the program that do not know such a role. So an older one
/// that starts beside a newer one does no harm.
///
/// # Errors
///
/// When the database fails.
pub fn synchronise(connection: &mut Connection, permissions: &Permissions) -> QueryResult<()> {
    let stored = list(connection)?;
    for role in GlobalRole::ALL {
        let defined = Role {
            id: role.to_string(),
            name: role.name().to_owned(),
            description: role.description().to_owned(),
            grants: Grants::of(permissions.of_global_role(*role)),
            is_system: true,
        };
        if !stored.contains(&defined) {
            define(connection, &defined)?;
        }
    }
    Ok(())
}

fn define(connection: &mut Connection, role: &Role) -> QueryResult<()> {
    let said = (
        roles::name.eq(&role.name),
        roles::description.eq(&role.description),
        roles::permissions.eq(&role.grants),
        roles::is_system.eq(true),
    );
    let key = (roles::id.eq(&role.id), roles::created_at.eq(clock::now()));
    let upsert = diesel::insert_into(roles::table)
        .values((key, said))
        .on_conflict(roles::id)
        .do_update()
        .set(said);
    on_each!(connection, c => upsert.execute(c)).map(drop)
}

/// All roles, those of the program first.
///
/// # Errors
///
/// When the database fails.
pub fn list(connection: &mut Connection) -> QueryResult<Vec<Role>> {
    let all = roles::table.order((roles::is_system.desc(), roles::id));
    on_each!(connection, c => all.select(Role::as_select()).load(c))
}

/// The role of an id.
///
/// # Errors
///
/// When there is none.
pub fn find(connection: &mut Connection, id: &str) -> Result<Role, AccountError> {
    let no_such_role = || AccountError::NoSuchRole(id.to_owned());
    // PostgreSQL takes no text with a NUL character, and asked for one it fails.
    if id.contains('\0') {
        return Err(no_such_role());
    }
    let role = roles::table.find(id);
    let found = on_each!(connection, c => role.select(Role::as_select()).get_result(c).optional())?;
    found.ok_or_else(no_such_role)
}

/// How many people have each role that anybody has.
///
/// # Errors
///
/// When the database fails.
pub fn holders(connection: &mut Connection) -> QueryResult<Vec<(String, i64)>> {
    let counted = users::table
        .group_by(users::role)
        .select((users::role, diesel::dsl::count_star()));
    on_each!(connection, c => counted.load(c))
}

/// Keeps others from changing roles, or who has which, until the transaction ends. To be called first in it: what is
/// then read stays true until it is written.
///
/// # Errors
///
/// When the database fails.
pub fn lock(connection: &mut Connection) -> QueryResult<()> {
    let one = roles::table.find(GlobalRole::Admin.as_str());
    let touch = diesel::update(one).set(roles::created_at.eq(roles::created_at));
    on_each!(connection, c => touch.execute(c)).map(drop)
}

impl RoleText {
    /// Adds a role.
    ///
    /// # Errors
    ///
    /// When the id is taken.
    pub fn create(&self, connection: &mut Connection, id: &Id) -> Result<(), AccountError> {
        let insert = diesel::insert_into(roles::table).values((
            roles::id.eq(id.as_str()),
            roles::name.eq(self.name.as_str()),
            roles::description.eq(self.description.as_str()),
            roles::permissions.eq(&self.grants),
            roles::is_system.eq(false),
            roles::created_at.eq(clock::now()),
        ));
        match on_each!(connection, c => insert.execute(c)) {
            Ok(_) => Ok(()),
            Err(error) if is_duplicate(&error) => Err(AccountError::RoleIdTaken(id.to_string())),
            Err(error) => Err(error.into()),
        }
    }

    /// Says all of it anew, with the next request of everybody who has the role.
    ///
    /// # Errors
    ///
    /// When there is no such role, or a program defines it.
    pub fn replace(&self, connection: &mut Connection, id: &str) -> Result<(), AccountError> {
        changeable(connection, id)?;
        let change = diesel::update(roles::table.find(id)).set((
            roles::name.eq(self.name.as_str()),
            roles::description.eq(self.description.as_str()),
            roles::permissions.eq(&self.grants),
        ));
        Ok(on_each!(connection, c => change.execute(c)).map(drop)?)
    }
}

/// A role that somebody has made.
///
/// # Errors
///
/// When there is no such role, or a program defines it.
pub fn changeable(connection: &mut Connection, id: &str) -> Result<Role, AccountError> {
    let role = find(connection, id)?;
    match role.is_system {
        true => Err(AccountError::SystemRole(role.id)),
        false => Ok(role),
    }
}

/// Deletes a role. Whoever has it falls back to another one.
///
/// # Errors
///
/// When there is no such role, a program defines it, or somebody has it and it is not said what they fall back to.
pub fn delete(
    connection: &mut Connection,
    id: &str,
    fall_back: Option<&str>,
) -> Result<(), AccountError> {
    changeable(connection, id)?;
    if let Some(other) = fall_back {
        find(connection, other)?;
        let fall =
            diesel::update(users::table.filter(users::role.eq(id))).set(users::role.eq(other));
        on_each!(connection, c => fall.execute(c))?;
    }
    let delete = diesel::delete(roles::table.find(id));
    match on_each!(connection, c => delete.execute(c)) {
        Ok(_) => Ok(()),
        Err(error) if misses_reference(&error) => Err(AccountError::RoleInUse(id.to_owned())),
        Err(error) => Err(error.into()),
    }
}
