//! Changing one's own password.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use crate::access::Action;
use crate::accounts::PasswordChange;
use crate::credentials::Password;
use crate::error::{AppError, AppResult};
use crate::handlers::answers;
use crate::handlers::parameters::invalid;
use crate::passwords;
use crate::session;
use crate::state::State;
use crate::values::AuditAction;

/// The password that somebody has, and the one that they want.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    current_password: String,
    new_password: String,
}

/// `POST /api/users/me/password`: ends all other sessions.
///
/// # Errors
///
/// 401, when nobody is signed in; 400, when the current password is wrong or the new one is none; 429, when somebody
/// has failed too often.
pub async fn change(
    state: Data<State>,
    request: HttpRequest,
    body: Payload,
) -> AppResult<HttpResponse> {
    let (me, wish): (_, Wish) =
        session::permitted_with(&state, &request, body, Action::LookAtOneself).await?;
    let new = Password::parse(&wish.new_password)
        .map_err(|error| invalid("new_password", &error.to_string()))?;
    let client = session::client(&state, &request);
    let failure = AuditAction::PasswordChangeFailed;
    let current = wish.current_password;
    let check = passwords::check(&state, &client, &me.user.email, current, failure);
    let (check, turn) = check.await?.ok_or_else(is_wrong)?;
    let hash = turn.hash(new).await?;
    let actor = session::actor(&state, &request, &me);
    let change = move |connection: &mut _| {
        let change = PasswordChange {
            actor: &actor,
            check: &check,
            session: &me.session.id,
            hash: &hash,
        };
        change.apply(connection)
    };
    let changed = state.with_accounts(change).await?;
    drop(turn);
    match changed {
        true => Ok(answers::done()),
        // It was changed in between.
        false => Err(is_wrong()),
    }
}

fn is_wrong() -> AppError {
    invalid(
        "current_password",
        "current_password is wrong: it must be the one that you sign in with",
    )
}
