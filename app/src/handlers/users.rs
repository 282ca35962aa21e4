//! People, for administrators: who there is, adding them, and whether they may sign in.

use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::{Value, json};

use super::parameters::{Page, invalid};
use crate::accounts::{self, AccountView, NewAccount, reset_password};
use crate::credentials::Password;
use crate::error::AppResult;
use crate::json_body::JsonBody;
use crate::models::{team_members, users};
use crate::session;
use crate::state::State;
use crate::values::{Email, GlobalRole, Id};

/// Somebody to be added.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Newcomer {
    email: String,
    id: Option<String>,
    role: Option<String>,
    password: Option<String>,
}

/// `GET /api/admin/users`
///
/// # Errors
///
/// 400 for parameters that there are none of.
pub async fn list(state: Data<State>, request: HttpRequest) -> AppResult<HttpResponse> {
    session::administrator(&state, &request).await?;
    let Page { after, limit } = Page::read(request.query_string())?;
    let find = move |connection: &mut _| users::list(connection, &after, limit);
    let found = state.with_database(find).await?;
    let views: Vec<_> = found.into_iter().map(AccountView::from).collect();
    Ok(HttpResponse::Ok().json(json!({"success": true, "data": {"users": views}})))
}

/// `GET /api/admin/users/{id}`
///
/// # Errors
///
/// 404 when there is no such person.
pub async fn show(
    state: Data<State>,
    request: HttpRequest,
    id: Path<String>,
) -> AppResult<HttpResponse> {
    session::administrator(&state, &request).await?;
    answer(&state, id.into_inner()).await
}

/// `POST /api/admin/users`: without a password, one is made up and shown once.
///
/// # Errors
///
/// 400 when they cannot be added so, 409 when the address or the id is taken.
pub async fn add(
    state: Data<State>,
    request: HttpRequest,
    body: Payload,
) -> AppResult<HttpResponse> {
    let admin = session::administrator(&state, &request).await?;
    let JsonBody(newcomer): JsonBody<Newcomer> = JsonBody::read(&request, body).await?;
    let is_made_up = newcomer.password.is_none();
    let account = account(newcomer)?;
    let mut added = json!({
        "id": account.id.as_str(),
        "email": account.email.as_str(),
        "role": account.role,
    });
    if is_made_up {
        added["password"] = json!(account.password.reveal());
    }
    let actor = session::actor(&state, &request, &admin);
    state
        .with_accounts(move |connection| account.store(connection, &actor))
        .await?;
    Ok(HttpResponse::Ok().json(json!({"success": true, "data": added})))
}

/// `POST /api/admin/users/{id}/disable`: their sessions end, their rows stay.
///
/// # Errors
///
/// 404 when there is no such person; 409 for oneself, and for the last administrator.
pub async fn disable(
    state: Data<State>,
    request: HttpRequest,
    id: Path<String>,
) -> AppResult<HttpResponse> {
    let admin = session::administrator(&state, &request).await?;
    let (actor, person) = (session::actor(&state, &request, &admin), id.clone());
    state
        .with_accounts(move |connection| accounts::disable(connection, &actor, &person))
        .await?;
    answer(&state, id.into_inner()).await
}

/// `POST /api/admin/users/{id}/enable`
///
/// # Errors
///
/// 404 when there is no such person.
pub async fn enable(
    state: Data<State>,
    request: HttpRequest,
    id: Path<String>,
) -> AppResult<HttpResponse> {
    let admin = session::administrator(&state, &request).await?;
    let (actor, person) = (session::actor(&state, &request, &admin), id.clone());
    state
        .with_accounts(move |connection| accounts::enable(connection, &actor, &person))
        .await?;
    answer(&state, id.into_inner()).await
}

/// `POST /api/admin/users/{id}/password`: makes one up, shows it once, and ends all their sessions.
///
/// # Errors
///
/// 404 when there is no such person; 409 for oneself.
pub async fn reset(
    state: Data<State>,
    request: HttpRequest,
    id: Path<String>,
) -> AppResult<HttpResponse> {
    let admin = session::administrator(&state, &request).await?;
    let (actor, password) = (
        session::actor(&state, &request, &admin),
        Password::random()?,
    );
    let shown = password.reveal().to_owned();
    let reset = move |connection: &mut _| reset_password(connection, &actor, &id, &password);
    let id = state.with_accounts(reset).await?;
    let data = json!({"id": id, "password": shown});
    Ok(HttpResponse::Ok().json(json!({"success": true, "data": data})))
}

/// Everything is checked before the database is touched.
fn account(newcomer: Newcomer) -> AppResult<NewAccount> {
    let email = Email::parse(&newcomer.email).map_err(|e| invalid("email", &e.to_string()))?;
    let id = match &newcomer.id {
        Some(id) => Id::parse("id", id).map_err(|e| invalid("id", &e.to_string()))?,
        None => Id::random()?,
    };
    let role = newcomer
        .role
        .as_deref()
        .map_or(Ok(GlobalRole::User), role)?;
    let password = match &newcomer.password {
        Some(text) => Password::parse(text).map_err(|e| invalid("password", &e.to_string()))?,
        None => Password::random()?,
    };
    Ok(NewAccount {
        id,
        email,
        role,
        password,
    })
}

fn role(name: &str) -> AppResult<GlobalRole> {
    GlobalRole::named(name).ok_or_else(|| {
        let known = GlobalRole::names().join(", ");
        invalid("role", &format!("{name:?} is no role: there are {known}"))
    })
}

async fn answer(state: &State, id: String) -> AppResult<HttpResponse> {
    let find = move |connection: &mut _| {
        let account = users::find(connection, &id)?;
        let teams = team_members::of_person(connection, &account.user.id)?;
        Ok((account, teams))
    };
    let (account, teams) = state.with_accounts(find).await?;
    let mut data = json!(AccountView::from(account));
    data["teams"] = json!(teams);
    Ok(HttpResponse::Ok().json(json!({"success": true, "data": Value::from(data)})))
}
