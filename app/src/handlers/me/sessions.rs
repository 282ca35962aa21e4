//! Where somebody is signed in, and ending that.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::access::Action;
use crate::accounts::{self, SessionView};
use crate::error::AppResult;
use crate::handlers::answers;
use crate::models::sessions;
use crate::session;
use crate::state::State;

/// `GET /api/users/me/sessions`
///
/// # Errors
///
/// 401, when nobody is signed in.
pub async fn list(state: Data<State>, request: HttpRequest) -> AppResult<HttpResponse> {
    let me = session::permitted(&state, &request, Action::LookAtOneself).await?;
    let (id, current) = (me.user.id, me.session.id);
    let found = state.with_database(move |c| sessions::list(c, &id)).await?;
    let view = |session| SessionView::of(session, &current);
    let views: Vec<_> = found.into_iter().map(view).collect();
    Ok(answers::data(json!({"sessions": views})))
}

/// `DELETE /api/users/me/sessions`: ends all but the one that asks.
///
/// # Errors
///
/// 401, when nobody is signed in.
pub async fn end_others(state: Data<State>, request: HttpRequest) -> AppResult<HttpResponse> {
    let me = session::permitted(&state, &request, Action::LookAtOneself).await?;
    let actor = session::actor(&state, &request, &me);
    let end = move |connection: &mut _| {
        accounts::end_other_sessions(connection, &actor, &me.user.id, &me.session.id)
    };
    let ended = state.with_accounts(end).await?;
    Ok(answers::data(json!({"ended": ended})))
}

/// `DELETE /api/users/me/sessions/{id}`
///
/// # Errors
///
/// 401, when nobody is signed in; 404 when it is nobody's session, or somebody else's.
pub async fn end(
    state: Data<State>,
    request: HttpRequest,
    id: Path<String>,
) -> AppResult<HttpResponse> {
    let me = session::permitted(&state, &request, Action::LookAtOneself).await?;
    let actor = session::actor(&state, &request, &me);
    let end = move |connection: &mut _| accounts::end_session(connection, &actor, &me.user.id, &id);
    state.with_accounts(end).await?;
    Ok(answers::data(json!({"ended": 1})))
}
