//! Checking passwords over HTTP: slowed down, and with the same work and the same answers whoever it is about.

use crate::accounts::{self, Admitted, Candidate, PasswordCheck};
use crate::error::{AppError, AppResult};
use crate::models::sign_in_attempts::Limits;
use crate::state::{PasswordTurn, State};
use crate::values::{AuditAction, Client, Email};

/// Whether somebody knows the password of the account with an address. That they do not is told as `failure`. What
/// it means for the account has yet to be decided in the transaction that relies on it.
///
/// An attempt begins when its turn has come, and who has to wait is not in line: of many people who sign in at the same
/// moment from one address, a few count as failures at a time, and are taken back before the next ones begin. So the
/// turn is kept until the attempt has succeeded.
///
/// # Errors
///
/// 429 when whoever asks has to wait.
pub async fn check<'s>(
    state: &'s State,
    client: &Client,
    email: &str,
    password: String,
    failure: AuditAction,
) -> AppResult<Option<(PasswordCheck, PasswordTurn<'s>)>> {
    let candidate = Candidate {
        client: client.clone(),
        email: Email::normalize(email),
        limits: limits(state),
    };
    let asking = candidate.clone();
    let refuse = move |connection: &mut _| asking.refuse(connection);
    admitted(state.with_database(refuse).await?)?;
    let turn = state.password_turn().await;
    let admit = move |connection: &mut _| candidate.admit(connection);
    let Admitted { attempt, account } = admitted(state.with_database(admit).await?)?;
    let (user, hash) = account.unzip();
    if turn.verify(hash.clone(), password).await?
        && let Some((user, hash)) = user.clone().zip(hash)
    {
        let check = PasswordCheck {
            user,
            hash,
            attempt,
        };
        return Ok(Some((check, turn)));
    }
    drop(turn);
    let client = client.clone();
    let tell = move |connection: &mut _| {
        let user = user.as_ref().map(|user| user.id.as_str());
        accounts::refused(connection, &client, failure, user)
    };
    state.with_database(tell).await?;
    Ok(None)
}

fn admitted<T>(outcome: Result<T, i64>) -> AppResult<T> {
    outcome.map_err(|seconds| AppError::TooManyAttempts { seconds })
}

fn limits(state: &State) -> Limits {
    let free = state.config.sign_in_attempts.get();
    Limits {
        free: i64::try_from(free).unwrap_or(i64::MAX),
        longest_wait: state.config.sign_in_longest_wait.get(),
    }
}
