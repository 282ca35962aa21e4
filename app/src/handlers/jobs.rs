//! Jobs, for administrators: which there are, how they went, and running them.

use actix_web::web::{Data, Path, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::json;

use crate::access::Action;
use crate::clock;
use crate::error::{AppError, AppResult};
use crate::jobs::{JobView, Kind};
use crate::json_body::JsonBody;
use crate::models::jobs::{self, JobFilter, NewJob, RetryRefused};
use crate::session;
use crate::state::State;
use crate::values::JobState;

/// How many jobs are listed unless it is said.
pub const USUAL_LIMIT: i64 = 100;

/// How many jobs are listed at most.
pub const LARGEST_LIMIT: i64 = 1_000;

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
    Ok(HttpResponse::Ok().json(json!({"success": true, "data": {"jobs": views}})))
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
    answer(&state, &request, id.into_inner()).await
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
    session::permitted(&state, &request, Action::ManageJobs).await?;
    let JsonBody(order): JsonBody<Order> = JsonBody::read(&request, body).await?;
    let kind = Kind::named(&order.kind).ok_or_else(|| unknown_kind(&order.kind))?;
    kind.check_subject(&state.registry, &order.subject)
        .map_err(|error| invalid("subject", &error.to_string()))?;
    let attempts = state.config.attempts_of_a_job();
    let ask = move |connection: &mut _| {
        let job = NewJob {
            kind: kind.as_str(),
            subject: &order.subject,
            attempts,
        };
        job.ask_for(connection, clock::now())
    };
    let id = state.with_database(ask).await?;
    answer(&state, &request, id).await
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
    session::permitted(&state, &request, Action::ManageJobs).await?;
    let (id, attempts) = (id.into_inner(), state.config.attempts_of_a_job());
    let wanted = id.clone();
    let again = move |connection: &mut _| jobs::retry(connection, &wanted, attempts, clock::now());
    match state.with_database(again).await? {
        Ok(()) => answer(&state, &request, id).await,
        Err(RetryRefused::Unknown) => Err(AppError::NotFound(request.path().to_owned())),
        Err(refused) => Err(AppError::Conflict(refused.to_string())),
    }
}

async fn answer(state: &State, request: &HttpRequest, id: String) -> AppResult<HttpResponse> {
    let find = move |connection: &mut _| {
        let attempts = jobs::history(connection, &id)?;
        Ok(jobs::find(connection, &id)?.map(|found| JobView::with_history(found, attempts)))
    };
    let view = state.with_database(find).await?;
    let view = view.ok_or_else(|| AppError::NotFound(request.path().to_owned()))?;
    Ok(HttpResponse::Ok().json(json!({"success": true, "data": view})))
}

/// The filter that a query string says; each parameter once.
fn filter(query: &str) -> AppResult<JobFilter> {
    let parameters = Query::<Vec<(String, String)>>::from_query(query)
        .map_err(|_| invalid("query", "the query is not name=value&name=value"))?;
    let mut filter = JobFilter {
        limit: USUAL_LIMIT,
        ..JobFilter::default()
    };
    let mut seen = Vec::new();
    for (name, value) in parameters.into_inner() {
        if seen.contains(&name) {
            return Err(invalid(
                &name,
                &format!("{name} is given twice: leave one out"),
            ));
        }
        match name.as_str() {
            "state" => filter.state = Some(state_named(&value)?),
            "kind" => {
                let kind = Kind::named(&value).ok_or_else(|| unknown_kind(&value))?;
                filter.kind = Some(kind.as_str().to_owned());
            }
            "limit" => filter.limit = limit(&value)?,
            _ => {
                let reason =
                    format!("there is no parameter {name:?}: there are state, kind and limit");
                return Err(invalid(&name, &reason));
            }
        }
        seen.push(name);
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

fn limit(text: &str) -> AppResult<i64> {
    let number = text
        .parse()
        .ok()
        .filter(|limit| (1..=LARGEST_LIMIT).contains(limit));
    number.ok_or_else(|| {
        invalid(
            "limit",
            &format!("{text:?} is not a whole number from 1 to {LARGEST_LIMIT}"),
        )
    })
}

fn invalid(field: &str, reason: &str) -> AppError {
    AppError::Invalid {
        field: Some(field.to_owned()),
        reason: reason.to_owned(),
    }
}
