//! Jobs, for administrators: which there are, how they went, and running them.

use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::json;

use super::answers;
use super::parameters::{self, USUAL_LIMIT, invalid};
use crate::access::Action;
use crate::accounts;
use crate::error::{AppError, AppResult};
use crate::jobs::{JobView, Kind};
use crate::models::jobs::{self, JobFilter, NewJob, RetryRefused};
use crate::session;
use crate::state::State;
use crate::values::JobState;

/// What is to be run.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    kind: String,
    #[serde(default)]
    subject: String,
}

/// `GET /api/admin/jobs`
///
/// # Errors
///
/// 400 for parameters that there are none of, or with values that none has.
pub async fn list(state: Data<State>, request: HttpRequest) -> AppResult<HttpResponse> {
    session::permitted(&state, &request, Action::ManageJobs).await?;
    let filter = filter(request.query_string())?;
    let found = state.with_database(move |c| jobs::list(c, &filter)).await?;
    let views: Vec<_> = found.into_iter().map(JobView::of).collect();
    Ok(answers::data(json!({"jobs": views})))
}

/// `GET /api/admin/jobs/{id}`
///
/// # Errors
///
/// 404 when there is no such job.
pub async fn show(
    state: Data<State>,
    request: HttpRequest,
    id: Path<String>,
) -> AppResult<HttpResponse> {
    session::permitted(&state, &request, Action::ManageJobs).await?;
    answer(&state, id.into_inner()).await
}

/// `POST /api/admin/jobs`: runs one now, by whichever instance is first to take it.
///
/// # Errors
///
/// 400 when there is no such kind, or it is not about such a subject.
pub async fn run(
    state: Data<State>,
    request: HttpRequest,
    body: Payload,
) -> AppResult<HttpResponse> {
    let (sender, order): (_, Order) =
        session::permitted_with(&state, &request, body, Action::ManageJobs).await?;
    let kind = Kind::named(&order.kind).ok_or_else(|| unknown_kind(&order.kind))?;
    kind.check_subject(&state.registry, &order.subject)
        .map_err(|error| invalid("subject", &error.to_string()))?;
    let attempts = state.config.attempts_of_a_job();
    let actor = session::actor(&state, &request, &sender);
    let ask = move |connection: &mut _| {
        let job = NewJob {
            kind: kind.as_str(),
            subject: &order.subject,
            attempts,
        };
        accounts::request_job(connection, &actor, &job)
    };
    let id = state.with_database(ask).await?;
    answer(&state, id).await
}

/// `POST /api/admin/jobs/{id}/retry`: tries a job again that failed, or that waits to be tried again.
///
/// # Errors
///
/// 404 when there is no such job, 409 when it is not one to be tried again.
pub async fn retry(
    state: Data<State>,
    request: HttpRequest,
    id: Path<String>,
) -> AppResult<HttpResponse> {
    let sender = session::permitted(&state, &request, Action::ManageJobs).await?;
    let (id, attempts) = (id.into_inner(), state.config.attempts_of_a_job());
    let (actor, wanted) = (session::actor(&state, &request, &sender), id.clone());
    let again =
        move |connection: &mut _| accounts::retry_job(connection, &actor, &wanted, attempts);
    match state.with_database(again).await? {
        Ok(()) => answer(&state, id).await,
        Err(RetryRefused::Unknown) => Err(AppError::NoSuchJob),
        Err(refused) => Err(AppError::Conflict(refused.to_string())),
    }
}

async fn answer(state: &State, id: String) -> AppResult<HttpResponse> {
    let found = state.with_database(move |c| jobs::find(c, &id)).await?;
    let found = found.ok_or(AppError::NoSuchJob)?;
    let view = JobView::with_history(found);
    Ok(answers::data(view))
}

/// The filter that a query string says.
fn filter(query: &str) -> AppResult<JobFilter> {
    let mut filter = JobFilter {
        limit: USUAL_LIMIT,
        ..JobFilter::default()
    };
    for (name, value) in parameters::read(query, &["state", "kind", "limit"])? {
        match name.as_str() {
            "state" => filter.state = Some(state_named(&value)?),
            "kind" => {
                let kind = Kind::named(&value).ok_or_else(|| unknown_kind(&value))?;
                filter.kind = Some(kind.as_str().to_owned());
            }
            _ => filter.limit = parameters::limit(&value)?,
        }
    }
    Ok(filter)
}

fn state_named(name: &str) -> AppResult<JobState> {
    JobState::named(name).ok_or_else(|| {
        let states = JobState::names().join(", ");
        invalid(
            "state",
            &format!("{name:?} is no state of a job: there are {states}"),
        )
    })
}

fn unknown_kind(name: &str) -> AppError {
    let kinds = Kind::names().join(", ");
    invalid(
        "kind",
        &format!("{name:?} is no kind of job: there are {kinds}"),
    )
}
