//! Checking passwords over HTTP: slowed down, and with the same work and the same answers whoever it is about.

use crate::accounts::{self, PasswordCheck};
use crate::error::{AppError, AppResult};
use crate::models::sign_in_attempts::Limits;
use crate::state::State;
use crate::values::{AuditAction, Client, Email};

/// Whether somebody knows the password of the account with an address. That they do not is told as `failure`. What
/// it means for the account has yet to be decided in the transaction that relies on it.
///
/// # Errors
///
/// 429 when whoever asks has to wait.
pub async fn check(
    state: &State,
    client: &Client,
    email: &str,
    password: String,
    failure: AuditAction,
) -> AppResult<Option<PasswordCheck>> {
    let (email, limits) = (Email::normalize(email), limits(state));
    let asking = client.clone();
    let admit = move |connection: &mut _| accounts::admit(connection, &asking, &email, limits);
    let admitted = state.with_database(admit).await?;
    let admitted = admitted.map_err(|seconds| AppError::TooManyAttempts { seconds })?;
    let (user, hash) = admitted.account.unzip();
    if state.verify_password(hash.clone(), password).await?
        && let Some((user, hash)) = user.clone().zip(hash)
    {
        return Ok(Some(PasswordCheck {
            user,
            hash,
            attempt: admitted.attempt,
        }));
    }
    let client = client.clone();
    let tell = move |connection: &mut _| {
        let user = user.as_ref().map(|user| user.id.as_str());
        accounts::refused(connection, &client, failure, user)
    };
    state.with_database(tell).await?;
    Ok(None)
}

fn limits(state: &State) -> Limits {
    let free = state.config.sign_in_attempts.get();
    Limits {
        free: i64::try_from(free).unwrap_or(i64::MAX),
        longest_wait: state.config.sign_in_longest_wait.get(),
    }
}
