//! Adding accounts, for the command line and for the first start.

use crate::credentials::Password;
use crate::database::Connection;
use crate::models::AccountError;
use crate::models::users::{self, NewUser};
use crate::values::{Email, GlobalRole, Id};

/// Who the first administrator is.
const FIRST_ADMINISTRATOR: &str = "admin@example.com";

/// An account somebody may sign in with, and the password, which is known now and never again.
pub struct NewAccount {
    /// The id.
    pub id: Id,
    /// The address to sign in with.
    pub email: Email,
    /// The id of their role.
    pub role: String,
    /// The password to sign in with.
    pub password: Password,
}

impl NewAccount {
    /// Stores it.
    ///
    /// # Errors
    ///
    /// When the address or the id is taken, or there is no such role.
    pub fn store(&self, connection: &mut Connection) -> anyhow::Result<()> {
        let hash = self.password.hash()?;
        NewUser::new(&self.id, &self.email, &hash, &self.role).insert(connection)?;
        Ok(())
    }
}

/// Adds an administrator when there is nobody who could sign in, and returns the account to be shown.
///
/// # Errors
///
/// When the database fails.
pub fn ensure_administrator(connection: &mut Connection) -> anyhow::Result<Option<NewAccount>> {
    if users::any(connection)? {
        return Ok(None);
    }
    let account = NewAccount {
        id: Id::random()?,
        email: Email::parse(FIRST_ADMINISTRATOR)?,
        role: GlobalRole::Admin.to_string(),
        password: Password::random()?,
    };
    match account.store(connection) {
        Ok(()) => Ok(Some(account)),
        // Another process started at the same moment, and shows the password of the account that it added.
        Err(error) if is_email_taken(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

fn is_email_taken(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(AccountError::EmailTaken(_)))
}
