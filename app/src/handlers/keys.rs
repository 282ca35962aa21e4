//! The keys of satellites, for administrators.

use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::json;

use super::answers;
use super::parameters::{Page, id, invalid};
use crate::access::Action;
use crate::accounts::{self, KeyView, NewKey};
use crate::config::kinds::{Seconds, Setting};
use crate::credentials::SatelliteKey;
use crate::error::AppResult;
use crate::models::satellite_keys;
use crate::session;
use crate::state::State;
use crate::values::Id;

/// A key to be made.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    satellite_id: String,
    team_id: Option<String>,
}

/// How a key is replaced.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rotation {
    /// How long the old key works on, such as `10m`.
    #[serde(default)]
    overlap: Option<String>,
}

/// `GET /api/admin/keys`
///
/// # Errors
///
/// 400 for parameters that there are none of.
pub async fn list(state: Data<State>, request: HttpRequest) -> AppResult<HttpResponse> {
    session::permitted(&state, &request, Action::ManageKeys).await?;
    let Page { after, limit } = Page::read(request.query_string())?;
    let find = move |connection: &mut _| satellite_keys::list(connection, &after, limit);
    let found = state.with_database(find).await?;
    let views: Vec<_> = found.into_iter().map(KeyView::from).collect();
    Ok(answers::data(json!({"keys": views})))
}

/// `POST /api/admin/keys`: the key is shown once.
///
/// # Errors
///
/// 400 when an id is none, 404 when there is no such team.
pub async fn add(
    state: Data<State>,
    request: HttpRequest,
    body: Payload,
) -> AppResult<HttpResponse> {
    let (sender, order): (_, Order) =
        session::permitted_with(&state, &request, body, Action::ManageKeys).await?;
    let satellite = id("satellite_id", &order.satellite_id)?;
    let team = order.team_id.as_deref();
    let team = team.map(|team| id("team_id", team)).transpose()?;
    let (actor, key) = (
        session::actor(&state, &request, &sender),
        SatelliteKey::random()?,
    );
    let answer = shown(&key, satellite.as_str(), team.as_ref().map(Id::as_str));
    let store = move |connection: &mut _| {
        let new = NewKey {
            key: &key,
            satellite: &satellite,
            team: team.as_ref(),
        };
        new.store(connection, &actor)
    };
    state.with_accounts(store).await?;
    Ok(answer)
}

/// `POST /api/admin/keys/{id}/rotate`: the new key is shown once. The old one ends at once, or after `overlap`.
///
/// # Errors
///
/// 404 when there is no such key; 409 when it was revoked or rotated.
pub async fn rotate(
    state: Data<State>,
    request: HttpRequest,
    id: Path<String>,
    body: Payload,
) -> AppResult<HttpResponse> {
    let (sender, rotation): (_, Rotation) =
        session::permitted_with(&state, &request, body, Action::ManageKeys).await?;
    let overlap = Seconds::<0>::read(rotation.overlap.as_deref().unwrap_or("0s"))
        .map_err(|reason| invalid("overlap", &format!("overlap: {reason}")))?;
    let (actor, key) = (
        session::actor(&state, &request, &sender),
        SatelliteKey::random()?,
    );
    let rotate = move |connection: &mut _| {
        let old = accounts::rotate_key(connection, &actor, &id, &key, overlap.get())?;
        Ok((key, old))
    };
    let (key, old) = state.with_accounts(rotate).await?;
    Ok(shown(&key, &old.satellite_id, old.team_id.as_deref()))
}

/// `DELETE /api/admin/keys/{id}`: it opens nothing from now on. Doing so again changes nothing.
///
/// # Errors
///
/// 404 when there is no such key.
pub async fn revoke(
    state: Data<State>,
    request: HttpRequest,
    id: Path<String>,
) -> AppResult<HttpResponse> {
    let sender = session::permitted(&state, &request, Action::ManageKeys).await?;
    let actor = session::actor(&state, &request, &sender);
    let revoke = move |connection: &mut _| {
        accounts::revoke_key(connection, &actor, &id)?;
        Ok(KeyView::from(satellite_keys::find(connection, &id)?))
    };
    let view = state.with_accounts(revoke).await?;
    Ok(answers::data(view))
}

fn shown(key: &SatelliteKey, satellite_id: &str, team_id: Option<&str>) -> HttpResponse {
    let data = json!({
        "id": key.id(),
        "key": key.reveal(),
        "satellite_id": satellite_id,
        "team_id": team_id,
    });
    answers::data(data)
}
