//! The three routes that answer with a series: own rows, a team's, everybody's.
//!
//! Each first finds out whether the caller may ask at all, and only then reads the query.

use std::sync::Arc;

use actix_web::web::{self, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::Utc;
use serde::Serialize;

use super::error::ApiError;
use super::host::{Caller, Host, TeamRole};
use super::params::Params;
use super::state::Inner;
use crate::layout::Layout;
use crate::query::SeriesQuery;
use crate::schema::{DimensionRole, MetricSchema};
use crate::scope::Scope;

pub(super) async fn own<H: Host>(
    api: Data<Inner<H>>,
    request: HttpRequest,
    path: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let caller = api.caller(&request).await?;
    let layout = find(&api, &path)?;
    let schema = layout.schema;
    require(&caller, &schema.view_permission())?;
    let mut params = Params::parse(request.query_string());
    let (user, team) = (
        schema.dimension_of(DimensionRole::User),
        schema.dimension_of(DimensionRole::Team),
    );
    let team_id = match (user, team) {
        (None, None) => return Err(only_for_admins(schema)),
        (Some(_), None) => String::new(),
        (_, Some(_)) => own_team(&caller, &mut params)?,
    };
    let fixed: Vec<_> = user
        .iter()
        .chain(&team)
        .map(|dimension| dimension.name)
        .collect();
    answer(
        api,
        layout,
        Scope::own(team_id, caller.user_id),
        params,
        &fixed,
    )
    .await
}

pub(super) async fn team<H: Host>(
    api: Data<Inner<H>>,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    let caller = api.caller(&request).await?;
    let (team_id, path) = path.into_inner();
    if caller.teams.get(&team_id) != Some(&TeamRole::Admin) {
        return Err(ApiError::forbidden(
            "only an administrator of this team may see its numbers",
        ));
    }
    let layout = find(&api, &path)?;
    let team = layout
        .schema
        .dimension_of(DimensionRole::Team)
        .ok_or_else(|| only_for_admins(layout.schema))?;
    let params = Params::parse(request.query_string());
    answer(api, layout, Scope::team(team_id), params, &[team.name]).await
}

pub(super) async fn everyone<H: Host>(
    api: Data<Inner<H>>,
    request: HttpRequest,
    path: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let caller = api.caller(&request).await?;
    let layout = find(&api, &path)?;
    require(&caller, &layout.schema.view_all_permission())?;
    let params = Params::parse(request.query_string());
    answer(api, layout, Scope::everyone(), params, &[]).await
}

fn find<H: Host>(api: &Inner<H>, path: &str) -> Result<Arc<Layout>, ApiError> {
    let found = api.registry().metric_at(path).cloned();
    found.ok_or_else(|| {
        ApiError::not_found("there is no metric at this path: GET /api/metrics lists them")
    })
}

fn only_for_admins(schema: &MetricSchema) -> ApiError {
    ApiError::not_found(format!(
        "{} does not tell these rows apart: ask for everybody's",
        schema.name
    ))
}

fn require(caller: &Caller, permission: &str) -> Result<(), ApiError> {
    if caller.permissions.contains(permission) {
        return Ok(());
    }
    Err(ApiError::forbidden(format!(
        "this needs the permission {permission}"
    )))
}

/// The team that is asked about, which must be one of the caller's. A team that is not is refused before anything
/// else is said about the query.
fn own_team(caller: &Caller, params: &mut Params) -> Result<String, ApiError> {
    let mut given = params.all("team_id");
    if given
        .iter()
        .any(|team_id| !caller.teams.contains_key(team_id))
    {
        return Err(ApiError::forbidden("you do not belong to this team"));
    }
    match given.len() {
        0 => Err(ApiError::invalid(
            "team_id",
            "team_id is missing: say which of your teams",
        )),
        1 => Ok(given.remove(0)),
        count => Err(ApiError::invalid(
            "team_id",
            format!("team_id is given {count} times: give it once"),
        )),
    }
}

#[derive(Serialize)]
struct Body<T> {
    success: bool,
    data: T,
}

/// Reads the rest of the query and answers it. `fixed` are the dimensions that the route has decided on.
async fn answer<H: Host>(
    api: Data<Inner<H>>,
    layout: Arc<Layout>,
    scope: Scope,
    mut params: Params,
    fixed: &[&str],
) -> Result<HttpResponse, ApiError> {
    params.check_text()?;
    let now = Utc::now();
    let schema = layout.schema;
    let mut query = SeriesQuery::new(layout, scope)
        .range(params.range(now)?)
        .interval(params.interval()?)
        .max_buckets(api.limits.max_buckets);
    if let Some(zone) = params.zone()? {
        query = query.zone(zone);
    }
    if let Some((dimension, top)) = params.grouping()? {
        query = query.group_by(&dimension, top)?;
    }
    if params.compares_previous()? {
        query = query.compare_previous();
    }
    for dimension in schema
        .dimensions
        .iter()
        .filter(|dimension| !fixed.contains(&dimension.name))
    {
        let values = params.all(dimension.name);
        if !values.is_empty() {
            query = query.filter(dimension.name, &values)?;
        }
    }
    params.finish(schema, fixed)?;
    let body = web::block(move || {
        let data = query.load_at(&api.store, now)?;
        Ok::<_, ApiError>(
            serde_json::to_vec(&Body {
                success: true,
                data,
            })
            .expect("a series is JSON"),
        )
    });
    let body = body.await??;
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header(("Cache-Control", "no-store"))
        .body(body))
}
