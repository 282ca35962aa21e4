//! People.

use diesel::prelude::*;

use super::{AccountError, is_duplicate, misses_reference};
use crate::clock;
use crate::credentials::PasswordHash;
use crate::database::{Connection, on_each};
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

/// A person as administrators see them.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct Account {
    /// The person.
    #[diesel(embed)]
    pub user: User,
    /// When they were added.
    pub created_at: i64,
    /// Since when they cannot sign in, if they cannot.
    pub disabled_at: Option<i64>,
    /// When they last signed in.
    pub signed_in_at: Option<i64>,
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
        // Within a transaction, PostgreSQL answers nothing after a failure, unless that was in one of its own.
        let inserted =
            connection.transaction(|connection| on_each!(connection, c => insert.execute(c)));
        match inserted {
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
    let found = on_each!(connection, c => person
        .select((User::as_select(), users::password_hash))
        .get_result(c)
        .optional())?;
    Ok(found.map(|(user, hash): (User, String)| (user, PasswordHash::stored(hash))))
}

/// People by their ids, from after one of them on.
///
/// # Errors
///
/// When the database fails.
pub fn list(connection: &mut Connection, after: &str, limit: i64) -> QueryResult<Vec<Account>> {
    let page = users::table
        .filter(users::id.gt(after))
        .order(users::id)
        .limit(limit);
    on_each!(connection, c => page.select(Account::as_select()).load(c))
}

/// The person with an id, or with an address.
///
/// # Errors
///
/// When there is none.
pub fn find(connection: &mut Connection, id_or_email: &str) -> Result<Account, AccountError> {
    let email = Email::normalize(id_or_email);
    let person = users::table.filter(users::id.eq(id_or_email).or(users::email.eq(&email)));
    let found = on_each!(connection, c => person
        .select(Account::as_select())
        .get_result(c)
        .optional())?;
    found.ok_or_else(|| AccountError::NoSuchUser(id_or_email.to_owned()))
}

/// Gives a person a role, with their next request. Call [`roles::lock`](super::roles::lock) before.
///
/// # Errors
///
/// When there is no such role.
pub fn set_role(connection: &mut Connection, id: &str, role: &str) -> Result<(), AccountError> {
    let set = diesel::update(users::table.find(id)).set(users::role.eq(role));
    match on_each!(connection, c => set.execute(c)) {
        Ok(_) => Ok(()),
        Err(error) if misses_reference(&error) => Err(AccountError::NoSuchRole(role.to_owned())),
        Err(error) => Err(error.into()),
    }
}

/// The ids of those who have a role.
///
/// # Errors
///
/// When the database fails.
pub fn with_role(connection: &mut Connection, role: &str) -> QueryResult<Vec<String>> {
    let found = users::table.filter(users::role.eq(role)).order(users::id);
    on_each!(connection, c => found.select(users::id).load(c))
}

/// Whether anybody who can sign in is an administrator.
///
/// # Errors
///
/// When the database fails.
pub fn has_administrator(connection: &mut Connection) -> QueryResult<bool> {
    let active = users::table
        .filter(users::role.eq(GlobalRole::Admin.as_str()))
        .filter(users::disabled_at.is_null());
    on_each!(connection, c => diesel::select(diesel::dsl::exists(active)).get_result(c))
}

/// Keeps a person from signing in from now on. Answers whether they could before.
///
/// # Errors
///
/// When the database fails.
pub fn disable(connection: &mut Connection, id: &str) -> QueryResult<bool> {
    let enabled = users::table.find(id).filter(users::disabled_at.is_null());
    let disable = diesel::update(enabled).set(users::disabled_at.eq(clock::now()));
    on_each!(connection, c => disable.execute(c)).map(|changed| changed == 1)
}

/// Lets a person sign in again. Answers whether they could not before.
///
/// # Errors
///
/// When the database fails.
pub fn enable(connection: &mut Connection, id: &str) -> QueryResult<bool> {
    let disabled = users::table
        .find(id)
        .filter(users::disabled_at.is_not_null());
    let enable = diesel::update(disabled).set(users::disabled_at.eq(None::<i64>));
    on_each!(connection, c => enable.execute(c)).map(|changed| changed == 1)
}

/// Gives a person a new password.
///
/// # Errors
///
/// When the database fails.
pub fn set_password(connection: &mut Connection, id: &str, hash: &PasswordHash) -> QueryResult<()> {
    let set = diesel::update(users::table.find(id)).set(users::password_hash.eq(hash.as_str()));
    on_each!(connection, c => set.execute(c)).map(drop)
}

/// Changes the password of a person, of which `former` was stored. Answers whether it still was.
///
/// # Errors
///
/// When the database fails.
pub fn change_password(
    connection: &mut Connection,
    id: &str,
    former: &PasswordHash,
    hash: &PasswordHash,
) -> QueryResult<bool> {
    let person = users::table
        .find(id)
        .filter(users::password_hash.eq(former.as_str()));
    let change = diesel::update(person).set(users::password_hash.eq(hash.as_str()));
    on_each!(connection, c => change.execute(c)).map(|changed| changed == 1)
}

/// Notes that a person signs in with the password of which `verified` is stored. Answers whether they may: not if
/// they were disabled, or their password was changed, while it was verified. Until the transaction ends, neither can
/// happen.
///
/// # Errors
///
/// When the database fails.
pub fn note_sign_in(
    connection: &mut Connection,
    id: &str,
    verified: &PasswordHash,
) -> QueryResult<bool> {
    let person = users::table
        .find(id)
        .filter(users::password_hash.eq(verified.as_str()))
        .filter(users::disabled_at.is_null());
    let note = diesel::update(person).set(users::signed_in_at.eq(clock::now()));
    on_each!(connection, c => note.execute(c)).map(|noted| noted == 1)
}

/// Whether there is a person with an id.
///
/// # Errors
///
/// When the database fails.
pub fn exists(connection: &mut Connection, id: &str) -> QueryResult<bool> {
    let exists = diesel::select(diesel::dsl::exists(users::table.find(id)));
    on_each!(connection, c => exists.get_result(c))
}

/// Whether there is anybody at all.
///
/// # Errors
///
/// When the database fails.
pub fn any(connection: &mut Connection) -> QueryResult<bool> {
    let any = diesel::select(diesel::dsl::exists(users::table.select(users::id)));
    on_each!(connection, c => any.get_result(c))
}
