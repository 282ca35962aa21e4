//! Signing in: who may try, what becomes of a failure, and what of a success.

use diesel::QueryResult;
use serde_json::json;

use crate::clock;
use crate::credentials::{Digest, PasswordHash};
use crate::database::Connection;
use crate::models::audit::{self, Actor, Entry};
use crate::models::sessions::{self, NewSession};
use crate::models::sign_in_attempts::{Attempt, Limits, Origins, Refusal};
use crate::models::users::{self, User};
use crate::values::{AuditAction, Client};

/// Somebody who says that they know the password of an account.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// From where.
    pub client: Client,
    /// The address of the account.
    pub email: String,
    /// How failures are answered.
    pub limits: Limits,
}

/// An attempt at an account that somebody may make.
#[derive(Debug)]
pub struct Admitted {
    /// The attempt.
    pub attempt: Attempt,
    /// The account, and what is stored of its password: nothing, where there is none.
    pub account: Option<(User, PasswordHash)>,
}

impl Candidate {
    /// Refuses who would have to wait, for so many seconds.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn refuse(&self, connection: &mut Connection) -> QueryResult<Result<(), i64>> {
        match self
            .origins()
            .refusal(connection, self.limits, clock::now())?
        {
            Some(refusal) => self.tell(connection, &refusal).map(Err),
            None => Ok(Ok(())),
        }
    }

    /// Lets an attempt begin. Whoever makes it may have to wait, for so many seconds.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn admit(&self, connection: &mut Connection) -> QueryResult<Result<Admitted, i64>> {
        let account = users::find_by_email(connection, &self.email)?;
        let admitted = self
            .origins()
            .admit(connection, self.limits, clock::now())?;
        match admitted {
            Ok(attempt) => Ok(Ok(Admitted { attempt, account })),
            Err(refusal) => self.tell(connection, &refusal).map(Err),
        }
    }

    fn origins(&self) -> Origins {
        Origins::new(&self.email, self.client.address)
    }

    /// Tells that somebody has to wait: once, and not for each attempt. Answers for how long.
    fn tell(&self, connection: &mut Connection, refusal: &Refusal) -> QueryResult<i64> {
        if refusal.untold {
            connection.transaction(|connection| {
                if self.origins().note_told(connection, clock::now())? {
                    let account = users::find_by_email(connection, &self.email)?;
                    let user = account.as_ref().map(|(user, _)| user.id.as_str());
                    refused(connection, &self.client, AuditAction::SignInThrottled, user)?;
                }
                Ok::<_, diesel::result::Error>(())
            })?;
        }
        Ok(refusal.wait)
    }
}

/// Somebody has shown that they know a person's password.
#[derive(Debug, Clone)]
pub struct PasswordCheck {
    /// The person.
    pub user: User,
    /// What was stored of the password then.
    pub hash: PasswordHash,
    /// The attempt that this was.
    pub attempt: Attempt,
}

impl PasswordCheck {
    /// The attempt does not count as a failure.
    pub(super) fn succeed(&self, connection: &mut Connection) -> QueryResult<()> {
        self.attempt.succeed(connection, clock::now())
    }
}

/// Somebody who knows the password signs in.
#[derive(Debug)]
pub struct SignIn<'a> {
    /// That they know it.
    pub check: &'a PasswordCheck,
    /// From where.
    pub client: &'a Client,
    /// What is stored of the cookie that they are given.
    pub token: &'a Digest,
    /// The session of the cookie that they came with: it ends, whoever's it was.
    pub former: Option<&'a Digest>,
    /// How long the session lasts.
    pub seconds: i64,
}

impl SignIn<'_> {
    /// Starts the session. Answers whether they may have one: not who is disabled, or whose password was changed in
    /// between.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn start(&self, connection: &mut Connection) -> QueryResult<bool> {
        let PasswordCheck { user, hash, .. } = self.check;
        connection.transaction(|connection| {
            if !users::note_sign_in(connection, &user.id, hash)? {
                let failure = AuditAction::SignInFailed;
                refused(connection, self.client, failure, Some(&user.id))?;
                return Ok(false);
            }
            if let Some(former) = self.former {
                sessions::remove(connection, former)?;
            }
            let session = NewSession {
                token: self.token,
                user_id: &user.id,
                seconds: self.seconds,
                client: self.client,
            };
            session.insert(connection)?;
            self.check.succeed(connection)?;
            let entry = Entry {
                actor: &Actor::person(&user.id, self.client.address_text()),
                action: AuditAction::SignIn,
                subject: Some(&user.id),
                detail: json!({"user_agent": self.client.user_agent()}),
            };
            audit::record(connection, &entry)?;
            Ok(true)
        })
    }
}

/// Tells that somebody was not let in. Of an address that nobody has nothing is told: people type passwords there.
///
/// # Errors
///
/// When the database fails.
pub fn refused(
    connection: &mut Connection,
    client: &Client,
    action: AuditAction,
    user_id: Option<&str>,
) -> QueryResult<()> {
    let entry = Entry {
        actor: &Actor::anonymous(client.address_text()),
        action,
        subject: user_id,
        detail: json!({"user_agent": client.user_agent()}),
    };
    audit::record(connection, &entry)
}
