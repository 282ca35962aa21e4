//! People.

use diesel::prelude::*;

use super::{AccountError, is_duplicate, misses_reference};
use crate::clock;
use crate::credentials::PasswordHash;
use crate::database::{Connection, on_either};
use crate::schema::users;
use crate::values::{Email, GlobalRole, Id};

/// A person.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct User {
    /// The value of a metric's user dimension in this person's rows.
    pub id: String,
    /// In lower case.
    pub email: String,
    /// The id of their role, which says what they may do everywhere.
    pub role: String,
}

/// A person to be added.
#[derive(Debug, Insertable)]
#[diesel(table_name = users)]
pub struct NewUser<'a> {
    id: &'a str,
    email: &'a str,
    password_hash: &'a str,
    role: &'a str,
    created_at: i64,
}

impl<'a> NewUser<'a> {
    /// A person, as of now.
    #[must_use]
    pub fn new(id: &'a Id, email: &'a Email, hash: &'a PasswordHash, role: &'a str) -> Self {
        Self {
            id: id.as_str(),
            email: email.as_str(),
            password_hash: hash.as_str(),
            role,
            created_at: clock::now(),
        }
    }

    /// Adds the person.
    ///
    /// # Errors
    ///
    /// When the address or the id is taken, or there is no such role.
    pub fn insert(&self, connection: &mut Connection) -> Result<(), AccountError> {
        let insert = diesel::insert_into(users::table).values(self);
        match on_either!(connection, c => insert.execute(c)) {
            Ok(_) => Ok(()),
            Err(error) if is_duplicate(&error) => Err(self.taken(connection)?),
            Err(error) if misses_reference(&error) => {
                Err(AccountError::NoSuchRole(self.role.to_owned()))
            }
            Err(error) => Err(error.into()),
        }
    }

    fn taken(&self, connection: &mut Connection) -> QueryResult<AccountError> {
        Ok(match find_by_email(connection, self.email)? {
            Some(_) => AccountError::EmailTaken(self.email.to_owned()),
            None => AccountError::UserIdTaken(self.id.to_owned()),
        })
    }
}

/// The person with an address in the spelling of [`Email::normalize`], and what is stored of their password.
///
/// # Errors
///
/// When the database fails.
pub fn find_by_email(
    connection: &mut Connection,
    email: &str,
) -> QueryResult<Option<(User, PasswordHash)>> {
    let person = users::table.filter(users::email.eq(email));
    let found = on_either!(connection, c => person
        .select((User::as_select(), users::password_hash))
        .get_result(c)
        .optional())?;
    Ok(found.map(|(user, hash): (User, String)| (user, PasswordHash::stored(hash))))
}

/// The person with an id.
///
/// # Errors
///
/// When there is none.
pub fn find(connection: &mut Connection, id: &str) -> Result<User, AccountError> {
    let person = users::table.find(id);
    let found =
        on_either!(connection, c => person.select(User::as_select()).get_result(c).optional())?;
    found.ok_or_else(|| AccountError::NoSuchUser(id.to_owned()))
}

/// Gives a person a role, with their next request. Call [`roles::lock`](super::roles::lock) before.
///
/// # Errors
///
/// When there is no such role, or nobody would be left who administers everything.
pub fn set_role(connection: &mut Connection, user: &User, role: &str) -> Result<(), AccountError> {
    if role != GlobalRole::Admin.as_str() {
        keep_an_administrator(connection, user)?;
    }
    let change = diesel::update(users::table.find(&user.id)).set(users::role.eq(role));
    match on_either!(connection, c => change.execute(c)) {
        Ok(_) => Ok(()),
        Err(error) if misses_reference(&error) => Err(AccountError::NoSuchRole(role.to_owned())),
        Err(error) => Err(error.into()),
    }
}

/// Refuses to go on without `user` where they are the last administrator.
fn keep_an_administrator(connection: &mut Connection, user: &User) -> Result<(), AccountError> {
    let other = users::table
        .filter(users::role.eq(GlobalRole::Admin.as_str()))
        .filter(users::disabled_at.is_null())
        .filter(users::id.ne(&user.id));
    let other = diesel::select(diesel::dsl::exists(other));
    if user.role == GlobalRole::Admin.as_str() && !on_either!(connection, c => other.get_result(c))?
    {
        return Err(AccountError::LastAdministrator(user.id.clone()));
    }
    Ok(())
}

/// Whether there is a person with an id.
///
/// # Errors
///
/// When the database fails.
pub fn exists(connection: &mut Connection, id: &str) -> QueryResult<bool> {
    let exists = diesel::select(diesel::dsl::exists(users::table.find(id)));
    on_either!(connection, c => exists.get_result(c))
}

/// Whether there is anybody at all.
///
/// # Errors
///
/// When the database fails.
pub fn any(connection: &mut Connection) -> QueryResult<bool> {
    let any = diesel::select(diesel::dsl::exists(users::table.select(users::id)));
    on_either!(connection, c => any.get_result(c))
}
