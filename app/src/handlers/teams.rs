//! Teams, for administrators of everything, and their members, for those who administer the team as well.

use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::json;

use super::answers;
use super::parameters::{Page, id, invalid, new_id};
use crate::access::{Action, Scope};
use crate::accounts;
use crate::error::AppResult;
use crate::models::audit::Actor;
use crate::models::{AccountError, team_members, teams};
use crate::session;
use crate::state::State;
use crate::values::{Line, TeamRole};

/// A team to be added.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewTeam {
    name: String,
    id: Option<String>,
}

/// What somebody is in a team.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    role: String,
}

/// `GET /api/admin/teams`
///
/// # Errors
///
/// 400 for parameters that there are none of.
pub async fn list(state: Data<State>, request: HttpRequest) -> AppResult<HttpResponse> {
    session::permitted(&state, &request, Action::ManageUsers).await?;
    let Page { after, limit } = Page::read(request.query_string())?;
    let find = move |connection: &mut _| teams::list(connection, &after, limit);
    let found = state.with_database(find).await?;
    Ok(answers::data(json!({"teams": found})))
}

/// `POST /api/admin/teams`
///
/// # Errors
///
/// 400 when it cannot be called so, 409 when the id is taken.
pub async fn add(
    state: Data<State>,
    request: HttpRequest,
    body: Payload,
) -> AppResult<HttpResponse> {
    let (sender, team): (_, NewTeam) =
        session::permitted_with(&state, &request, body, Action::ManageUsers).await?;
    let name = Line::name(&team.name).map_err(|e| invalid("name", &e.to_string()))?;
    let id = new_id(team.id.as_deref())?;
    let data = json!({"id": id.as_str(), "name": name.as_str()});
    let actor = session::actor(&state, &request, &sender);
    state
        .with_accounts(move |connection| accounts::add_team(connection, &actor, &id, &name))
        .await?;
    Ok(answers::data(data))
}

/// `GET /api/teams/{team_id}/members`
///
/// # Errors
///
/// 403 for who administers neither the team nor everything; 404 when there is no such team.
pub async fn members(
    state: Data<State>,
    request: HttpRequest,
    team: Path<String>,
) -> AppResult<HttpResponse> {
    may(&state, &request, Scope::Team(&team)).await?;
    let find = move |connection: &mut _| match teams::exists(connection, &team)? {
        true => Ok(team_members::list(connection, &team)?),
        false => Err(AccountError::NoSuchTeam(team.into_inner())),
    };
    let found = state.with_accounts(find).await?;
    Ok(answers::data(json!({"members": found})))
}

/// `PUT /api/teams/{team_id}/members/{user_id}`: puts somebody into the team, or gives them another role in it.
///
/// # Errors
///
/// 403 as above, and for who would put themselves into a team that they do not administer; 400 for a role that there is
/// none of; 404 when there is no such team or person.
pub async fn set_member(
    state: Data<State>,
    request: HttpRequest,
    path: Path<(String, String)>,
    body: Payload,
) -> AppResult<HttpResponse> {
    let (team, user) = path.into_inner();
    let (action, scope) = (Action::ManageMembers, Scope::Member(&team, &user));
    let (sender, place): (_, Place) =
        session::permitted_with_for(&state, &request, body, action, scope).await?;
    let actor = session::actor(&state, &request, &sender);
    let role = role(&place.role)?;
    let (team, user) = (id("team_id", &team)?, id("user_id", &user)?);
    let data = json!({"team_id": team.as_str(), "user_id": user.as_str(), "role": role});
    let set =
        move |connection: &mut _| accounts::set_member(connection, &actor, &team, &user, role);
    state.with_accounts(set).await?;
    Ok(answers::data(data))
}

/// `DELETE /api/teams/{team_id}/members/{user_id}`
///
/// # Errors
///
/// 403 as above; 404 when they are not in the team.
pub async fn remove_member(
    state: Data<State>,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> AppResult<HttpResponse> {
    let (team, user) = path.into_inner();
    let actor = may(&state, &request, Scope::Team(&team)).await?;
    let (team, user) = (id("team_id", &team)?, id("user_id", &user)?);
    let data = json!({"team_id": team.as_str(), "user_id": user.as_str()});
    let remove =
        move |connection: &mut _| accounts::remove_member(connection, &actor, &team, &user);
    state.with_accounts(remove).await?;
    Ok(answers::data(data))
}

/// Who sent a request, who must administer the team or everything.
async fn may(state: &State, request: &HttpRequest, scope: Scope<'_>) -> AppResult<Actor> {
    let action = Action::ManageMembers;
    let sender = session::permitted_for(state, request, action, scope).await?;
    Ok(session::actor(state, request, &sender))
}

fn role(name: &str) -> AppResult<TeamRole> {
    TeamRole::named(name).ok_or_else(|| {
        let known = TeamRole::names().join(", ");
        invalid("role", &format!("{name:?} is no role: there are {known}"))
    })
}
