//! People, for administrators: who there is, adding them, what they are, and whether they may sign in.

use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::json;

use super::answers;
use super::parameters::{Page, invalid, new_id};
use super::roles::as_author;
use crate::access::Action;
use crate::accounts::{self, AccountView, NewAccount, reset_password};
use crate::credentials::Password;
use crate::error::AppResult;
use crate::json_body::JsonBody;
use crate::models::{team_members, users};
use crate::roles::Author;
use crate::session;
use crate::state::State;
use crate::values::{Email, GlobalRole};

/// Somebody to be added.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Newcomer {
    email: String,
    id: Option<String>,
    role: Option<String>,
    password: Option<String>,
}

/// What somebody is to be.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    role: String,
}

/// `GET /api/admin/users`
///
/// # Errors
///
/// 400 for parameters that there are none of.
pub async fn list(state: Data<State>, request: HttpRequest) -> AppResult<HttpResponse> {
    session::permitted(&state, &request, Action::ManageUsers).await?;
    let Page { after, limit } = Page::read(request.query_string())?;
    let find = move |connection: &mut _| users::list(connection, &after, limit);
    let found = state.with_database(find).await?;
    let views: Vec<_> = found.into_iter().map(AccountView::from).collect();
    Ok(answers::data(json!({"users": views})))
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
    session::permitted(&state, &request, Action::ManageUsers).await?;
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
    session::permitted(&state, &request, Action::ManageUsers).await?;
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
    let hash = state
        .password_turn()
        .await
        .hash(account.password.clone())
        .await?;
    let add = move |connection: &mut _, author: &Author<'_>| {
        author.may_begin_as(connection, &account.role)?;
        account.store(connection, author.actor, &hash)
    };
    as_author(&state, &request, Action::ManageUsers, add).await?;
    Ok(answers::data(added))
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
    session::permitted(&state, &request, Action::ManageUsers).await?;
    let person = id.clone();
    let disable = move |connection: &mut _, author: &Author<'_>| {
        author.may_manage(connection, &person)?;
        accounts::disable(connection, author.actor, &person)
    };
    as_author(&state, &request, Action::ManageUsers, disable).await?;
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
    session::permitted(&state, &request, Action::ManageUsers).await?;
    let person = id.clone();
    let enable = move |connection: &mut _, author: &Author<'_>| {
        author.may_manage(connection, &person)?;
        accounts::enable(connection, author.actor, &person)
    };
    as_author(&state, &request, Action::ManageUsers, enable).await?;
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
    session::permitted(&state, &request, Action::ManageUsers).await?;
    let password = Password::random()?;
    let hash = state.password_turn().await.hash(password.clone()).await?;
    let reset = move |connection: &mut _, author: &Author<'_>| {
        author.may_manage(connection, &id)?;
        reset_password(connection, author.actor, &id, &hash)
    };
    let id = as_author(&state, &request, Action::ManageUsers, reset).await?;
    let data = json!({"id": id, "password": password.reveal()});
    Ok(answers::data(data))
}

/// `PUT /api/users/{id}/role`
///
/// # Errors
///
/// 400 for a role that there is none of; 403 for one's own role, and for roles that grant what the sender does not
/// hold; 404 when there is no such person; 409 when nobody would be left who administers everything.
pub async fn give_role(
    state: Data<State>,
    request: HttpRequest,
    id: Path<String>,
    body: Payload,
) -> AppResult<HttpResponse> {
    session::permitted(&state, &request, Action::GiveRole).await?;
    let JsonBody(given): JsonBody<Given> = JsonBody::read(&request, body).await?;
    let give = move |c: &mut _, author: &Author<'_>| author.give(c, &id, &given.role);
    let user = as_author(&state, &request, Action::GiveRole, give).await?;
    let user = json!({"id": user.id, "email": user.email, "role": user.role});
    Ok(answers::data(user))
}

/// Everything is checked before the database is touched.
fn account(newcomer: Newcomer) -> AppResult<NewAccount> {
    let email = Email::parse(&newcomer.email).map_err(|e| invalid("email", &e.to_string()))?;
    let id = new_id(newcomer.id.as_deref())?;
    let password = match &newcomer.password {
        Some(text) => Password::parse(text).map_err(|e| invalid("password", &e.to_string()))?,
        None => Password::random()?,
    };
    Ok(NewAccount {
        id,
        email,
        role: newcomer
            .role
            .unwrap_or_else(|| GlobalRole::User.to_string()),
        password,
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
    Ok(answers::data(data))
}
