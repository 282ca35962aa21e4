//! Signing in and out.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::json;

use crate::accounts::{self, PasswordCheck, SignIn};
use crate::credentials::SessionToken;
use crate::error::{AppError, AppResult};
use crate::json_body::JsonBody;
use crate::models::users::User;
use crate::passwords;
use crate::session;
use crate::state::State;
use crate::values::AuditAction;

/// What somebody signs in with.
#[derive(Deserialize)]
pub struct Credentials {
    email: String,
    password: String,
}

/// `POST /api/auth/login`
///
/// # Errors
///
/// 401, for unknown and disabled people and wrong passwords alike; 429 for who has failed too often.
pub async fn login(
    state: Data<State>,
    request: HttpRequest,
    JsonBody(credentials): JsonBody<Credentials>,
) -> AppResult<HttpResponse> {
    let client = session::client(&state, &request);
    let Credentials { email, password } = credentials;
    let check = passwords::check(&state, &client, &email, password, AuditAction::SignInFailed);
    let (check, turn) = check.await?.ok_or(AppError::WrongCredentials)?;
    let user = check.user.clone();
    let token = start_session(&state, &request, check).await?;
    drop(turn);
    Ok(answer(&state, &request, &user, &token))
}

/// `POST /api/auth/logout`: anybody may, and those without a session are told the same.
///
/// # Errors
///
/// 503, when the session could not be ended: saying otherwise would be a lie.
pub async fn logout(state: Data<State>, request: HttpRequest) -> AppResult<HttpResponse> {
    if let Some(token) = session::digest(&request) {
        let client = session::client(&state, &request);
        state
            .with_accounts(move |c| accounts::sign_out(c, &client, &token))
            .await?;
    }
    Ok(HttpResponse::Ok()
        .cookie(session::ended_cookie(&state, &request))
        .json(json!({"success": true})))
}

async fn start_session(
    state: &State,
    request: &HttpRequest,
    check: PasswordCheck,
) -> AppResult<SessionToken> {
    let token = SessionToken::random()?;
    let digest = token.digest();
    let (client, former) = (session::client(state, request), session::digest(request));
    let seconds = state.config.session_ttl.get();
    let start = move |connection: &mut _| {
        let sign_in = SignIn {
            check: &check,
            client: &client,
            token: &digest,
            former: former.as_ref(),
            seconds,
        };
        sign_in.start(connection)
    };
    match state.with_database(start).await? {
        true => Ok(token),
        false => Err(AppError::WrongCredentials),
    }
}

fn answer(state: &State, request: &HttpRequest, user: &User, token: &SessionToken) -> HttpResponse {
    HttpResponse::Ok()
        .cookie(session::cookie(state, request, token))
        .json(json!({
            "success": true,
            "data": {"user": {"id": user.id, "email": user.email, "role": user.role}},
        }))
}
