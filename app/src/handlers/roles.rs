//! Roles: which there are, and creating, changing and deleting them.

use std::collections::BTreeSet;

use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::json;

use super::answers;
use super::parameters::{self, invalid};
use crate::access::{Action, Principal, Refusal, Scope, can};
use crate::database::Connection;
use crate::error::AppResult;
use crate::json_body::JsonBody;
use crate::models::audit::Actor;
use crate::models::{AccountError, roles as stored, sessions};
use crate::roles::{self, Author, Draft};
use crate::session;
use crate::state::State;
use crate::values::Id;

/// A role to be created.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewRole {
    id: Option<String>,
    name: String,
    #[serde(default)]
    description: String,
    permissions: BTreeSet<String>,
}

/// `GET /api/roles`
///
/// # Errors
///
/// 403 for whoever does not manage roles.
pub async fn list(state: Data<State>, request: HttpRequest) -> AppResult<HttpResponse> {
    session::permitted(&state, &request, Action::SeeRoles).await?;
    let permissions = state.clone();
    let list = move |c: &mut _| roles::list(c, &permissions.permissions);
    let roles = state.with_database(list).await?;
    Ok(answers::data(json!({"roles": roles})))
}

/// `GET /api/roles/{id}`
///
/// # Errors
///
/// 404 when there is no such role.
pub async fn show(
    state: Data<State>,
    request: HttpRequest,
    id: Path<String>,
) -> AppResult<HttpResponse> {
    session::permitted(&state, &request, Action::SeeRoles).await?;
    let shared = state.clone();
    let show = move |c: &mut _| roles::show(c, &shared.permissions, &id);
    Ok(answers::data(state.with_accounts(show).await?))
}

/// `POST /api/roles`
///
/// # Errors
///
/// 400 for permissions that there are none of, 403 for those that the sender does not hold, 409 when the id is taken.
pub async fn create(
    state: Data<State>,
    request: HttpRequest,
    body: Payload,
) -> AppResult<HttpResponse> {
    session::permitted(&state, &request, Action::ChangeRole).await?;
    let JsonBody(role): JsonBody<NewRole> = JsonBody::read(&request, body).await?;
    let id = match &role.id {
        Some(id) => Id::parse("id", id).map_err(|error| invalid("id", &error.to_string()))?,
        None => Id::random()?,
    };
    let draft = Draft {
        name: role.name,
        description: role.description,
        permissions: role.permissions,
    };
    let create = move |c: &mut _, author: &Author<'_>| author.create(c, &id, &draft);
    let role = as_author(&state, &request, Action::ChangeRole, create).await?;
    Ok(answers::data(role))
}

/// `PUT /api/roles/{id}`: all of it anew.
///
/// # Errors
///
/// As [`create`]; 404 when there is no such role, 409 when the program defines it.
pub async fn change(
    state: Data<State>,
    request: HttpRequest,
    id: Path<String>,
    body: Payload,
) -> AppResult<HttpResponse> {
    session::permitted(&state, &request, Action::ChangeRole).await?;
    let JsonBody(draft): JsonBody<Draft> = JsonBody::read(&request, body).await?;
    let change = move |c: &mut _, author: &Author<'_>| author.change(c, &id, &draft);
    let role = as_author(&state, &request, Action::ChangeRole, change).await?;
    Ok(answers::data(role))
}

/// `DELETE /api/roles/{id}?fall_back=ROLE`
///
/// # Errors
///
/// 409 when somebody has the role and it is not said which one they get instead.
pub async fn delete(
    state: Data<State>,
    request: HttpRequest,
    id: Path<String>,
) -> AppResult<HttpResponse> {
    session::permitted(&state, &request, Action::ChangeRole).await?;
    let mut parameters = parameters::read(request.query_string(), &["fall_back"])?;
    let fall_back = parameters.pop().map(|(_, role)| role);
    let delete = move |c: &mut _, author: &Author<'_>| author.delete(c, &id, fall_back.as_deref());
    as_author(&state, &request, Action::ChangeRole, delete).await?;
    Ok(answers::done())
}

/// Does something about people and their roles as whoever has sent the request, in a transaction that keeps out all
/// others: what the sender is and may do is read in it, and stays true until it is over.
pub(super) async fn as_author<T, F>(
    state: &Data<State>,
    request: &HttpRequest,
    action: Action<'static>,
    work: F,
) -> AppResult<T>
where
    T: Send + 'static,
    F: FnOnce(&mut Connection, &Author<'_>) -> Result<T, AccountError> + Send + 'static,
{
    let token = session::digest(request).ok_or(Refusal::NotSignedIn)?;
    let (shared, client) = (state.clone(), session::client(state, request));
    let work = move |connection: &mut Connection| {
        connection.transaction(|connection| {
            stored::lock(connection)?;
            let sender = sessions::find(connection, &token)?.ok_or(Refusal::NotSignedIn)?;
            let person = shared.person(&sender);
            let author = Author {
                principal: Principal::Person(&person),
                actor: &Actor::person(&person.id, client.address_text()),
                permissions: &shared.permissions,
            };
            can(author.principal, action, Scope::Everything)?;
            work(connection, &author)
        })
    };
    state.with_accounts(work).await
}
