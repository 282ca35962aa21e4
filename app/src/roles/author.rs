//! Changing roles, and who has which. Each change is one transaction, which keeps out all others: what a decision was
//! made of stays true until it is carried out and told in the audit log.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Draft, RoleView, show};
use crate::access::{Action, Permissions, Principal, Refusal, Scope, can};
use crate::database::Connection;
use crate::models::AccountError;
use crate::models::audit::{self, Actor, Entry};
use crate::models::roles::{self, Role};
use crate::models::users::{self, User};
use crate::values::{AuditAction, GlobalRole, Grants, Id, InvalidValue};

const EXISTING_ROLE: &str =
    "the id of a role that exists: GET /api/roles and `app roles list` show them";

/// Whoever changes people and their roles.
#[derive(Debug, Clone, Copy)]
pub struct Author<'a> {
    /// As decisions know them.
    pub principal: Principal<'a>,
    /// As the audit log names them.
    pub actor: &'a Actor,
    /// What there is to be granted.
    pub permissions: &'a Permissions,
}

impl Author<'_> {
    /// Creates a role.
    ///
    /// # Errors
    ///
    /// When the id is taken, a permission does not exist, or the author does not hold it.
    pub fn create(
        &self,
        connection: &mut Connection,
        id: &Id,
        draft: &Draft,
    ) -> Result<RoleView, AccountError> {
        connection.transaction(|connection| {
            roles::lock(connection)?;
            let text = draft.read(self.permissions, &BTreeSet::new())?;
            text.create(connection, id)?;
            // Once it is clear that it is a new role, and not the author's own.
            self.may_change(id.as_str(), &text.grants)?;
            let detail = json!({"permissions": draft.permissions});
            self.tell(connection, AuditAction::RoleCreated, id.as_str(), detail)?;
            show(connection, self.permissions, id.as_str())
        })
    }

    /// Says all of a role anew.
    ///
    /// # Errors
    ///
    /// When there is no such role, the program defines it, it is the author's own, or it granted or would grant what
    /// they do not hold; when a permission does not exist that is not in the role already.
    pub fn change(
        &self,
        connection: &mut Connection,
        id: &str,
        draft: &Draft,
    ) -> Result<RoleView, AccountError> {
        connection.transaction(|connection| {
            roles::lock(connection)?;
            let former = self.changeable(connection, id)?.grants.names();
            let text = draft.read(self.permissions, &former)?;
            self.may_change(id, &text.grants)?;
            text.replace(connection, id)?;
            let detail = json!({"permissions": draft.permissions, "former_permissions": former});
            self.tell(connection, AuditAction::RoleChanged, id, detail)?;
            show(connection, self.permissions, id)
        })
    }

    /// Deletes a role. Whoever has it falls back to another one.
    ///
    /// # Errors
    ///
    /// As [`change`](Self::change), and when somebody has the role and it is not said what they fall back to, or the
    /// author may not give that.
    pub fn delete(
        &self,
        connection: &mut Connection,
        id: &str,
        fall_back: Option<&str>,
    ) -> Result<(), AccountError> {
        connection.transaction(|connection| {
            roles::lock(connection)?;
            self.changeable(connection, id)?;
            if let Some(other) = fall_back {
                self.may_give(connection, "fall_back", other)?;
            }
            let people = users::with_role(connection, id)?;
            roles::delete(connection, id, fall_back)?;
            for person in &people {
                let detail = json!({"role": fall_back, "former_role": id});
                self.tell(connection, AuditAction::RoleGiven, person, detail)?;
            }
            let detail = json!({"fall_back": fall_back});
            Ok(self.tell(connection, AuditAction::RoleDeleted, id, detail)?)
        })
    }

    /// Gives somebody a role, instead of the one that they have.
    ///
    /// # Errors
    ///
    /// When there is no such person or role, the author is the person themselves or does not hold all of what one of
    /// the two roles grants, or nobody would be left who administers everything.
    pub fn give(
        &self,
        connection: &mut Connection,
        user: &str,
        role: &str,
    ) -> Result<User, AccountError> {
        connection.transaction(|connection| {
            roles::lock(connection)?;
            let user = users::find(connection, user)?.user;
            let former = roles::find(connection, &user.role)?;
            let granted = self.granted(&former);
            let person = Scope::Person(&user.id, &user.role, &granted);
            can(self.principal, Action::GiveRole, person)?;
            self.may_give(connection, "role", role)?;
            users::set_role(connection, &user.id, role)?;
            let was_administrator = user.role == GlobalRole::Admin.as_str();
            if was_administrator && !users::has_administrator(connection)? {
                return Err(AccountError::LastAdministrator(user.id));
            }
            let detail = json!({"role": role, "former_role": user.role});
            self.tell(connection, AuditAction::RoleGiven, &user.id, detail)?;
            Ok(users::find(connection, &user.id)?.user)
        })
    }

    /// Whether the author may do something to somebody's account: not to one that may more than theirs, by which they
    /// would come to hold that too.
    ///
    /// # Errors
    ///
    /// When there is no such person, or the author may not.
    pub fn may_manage(
        &self,
        connection: &mut Connection,
        person: &str,
    ) -> Result<(), AccountError> {
        let user = users::find(connection, person)?.user;
        let granted = self.granted(&roles::find(connection, &user.role)?);
        let person = Scope::Person(&user.id, &user.role, &granted);
        Ok(can(self.principal, Action::ManageUsers, person)?)
    }

    /// Whether the author may add somebody with a role. The one that everybody begins with is nothing to be given.
    ///
    /// # Errors
    ///
    /// When there is no such role, or the author may not give it.
    pub fn may_begin_as(
        &self,
        connection: &mut Connection,
        role: &str,
    ) -> Result<(), AccountError> {
        match GlobalRole::named(role) {
            Some(GlobalRole::User) => Ok(()),
            _ => self.may_give(connection, "role", role),
        }
    }

    /// A role that the author may change.
    fn changeable(&self, connection: &mut Connection, id: &str) -> Result<Role, AccountError> {
        let role = roles::changeable(connection, id)?;
        self.may_change(id, &role.grants)?;
        Ok(role)
    }

    fn may_change(&self, id: &str, grants: &Grants) -> Result<(), Refusal> {
        let granted = self.permissions.granted_by(id, grants);
        can(
            self.principal,
            Action::ChangeRole,
            Scope::Role(id, &granted),
        )
    }

    /// `field` is where the role was named.
    fn may_give(
        &self,
        connection: &mut Connection,
        field: &'static str,
        role: &str,
    ) -> Result<(), AccountError> {
        let role = match roles::find(connection, role) {
            Err(AccountError::NoSuchRole(_)) => {
                return Err(InvalidValue::new(field, role, EXISTING_ROLE).into());
            }
            found => found?,
        };
        let granted = self.granted(&role);
        Ok(can(
            self.principal,
            Action::GiveRole,
            Scope::Role(&role.id, &granted),
        )?)
    }

    fn granted(&self, role: &Role) -> BTreeSet<String> {
        self.permissions.granted_by(&role.id, &role.grants)
    }

    fn tell(
        &self,
        connection: &mut Connection,
        action: AuditAction,
        subject: &str,
        detail: Value,
    ) -> diesel::QueryResult<()> {
        let entry = Entry {
            actor: self.actor,
            action,
            subject: Some(subject),
            detail,
        };
        audit::record(connection, &entry)
    }
}
