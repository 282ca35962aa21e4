//! Who may ask for a series, and whose rows it is then made of.
//!
//! It is found out before the query is read: who may not ask learns nothing about it.

use std::sync::Arc;

use super::address::{Address, Door};
use super::error::ApiError;
use super::host::{Caller, TeamRole};
use super::params::Params;
use crate::layout::Layout;
use crate::registry::Registry;
use crate::schema::{Dimension, DimensionRole, MetricSchema};
use crate::scope::Scope;

/// What somebody may ask for.
pub(super) struct Admission {
    pub(super) layout: Arc<Layout>,
    pub(super) scope: Scope,
    /// What the query says beyond that.
    pub(super) params: Params,
    /// The dimensions that the route has decided on.
    pub(super) fixed: Vec<&'static str>,
}

impl Address {
    /// Lets somebody in, or says why not.
    pub(super) fn admit(
        &self,
        registry: &Registry,
        caller: &Caller,
    ) -> Result<Admission, ApiError> {
        let params = Params::parse(&self.query);
        match &self.door {
            Door::Own(path) => own(registry, caller, params, path),
            Door::Team { team_id, path } => team(registry, caller, params, team_id, path),
            Door::Everyone(path) => everyone(registry, caller, params, path),
        }
    }
}

fn own(
    registry: &Registry,
    caller: &Caller,
    mut params: Params,
    path: &str,
) -> Result<Admission, ApiError> {
    let layout = find(registry, path)?;
    let schema = layout.schema;
    require(caller, &schema.view_permission())?;
    let (user, team) = (
        schema.dimension_of(DimensionRole::User),
        schema.dimension_of(DimensionRole::Team),
    );
    let team_id = match (user, team) {
        (None, None) => return Err(only_for_admins(schema)),
        (Some(_), None) => String::new(),
        (_, Some(_)) => own_team(caller, &mut params)?,
    };
    let name = |dimension: &Dimension| dimension.name;
    Ok(Admission {
        scope: Scope::own(team_id, caller.user_id.clone()),
        fixed: user.into_iter().chain(team).map(name).collect(),
        layout,
        params,
    })
}

fn team(
    registry: &Registry,
    caller: &Caller,
    params: Params,
    team_id: &str,
    path: &str,
) -> Result<Admission, ApiError> {
    if caller.teams.get(team_id) != Some(&TeamRole::Admin) {
        return Err(ApiError::forbidden(
            "only an administrator of this team may see its numbers",
        ));
    }
    let layout = find(registry, path)?;
    let team = layout
        .schema
        .dimension_of(DimensionRole::Team)
        .ok_or_else(|| only_for_admins(layout.schema))?;
    Ok(Admission {
        scope: Scope::team(team_id),
        fixed: vec![team.name],
        layout,
        params,
    })
}

fn everyone(
    registry: &Registry,
    caller: &Caller,
    params: Params,
    path: &str,
) -> Result<Admission, ApiError> {
    let layout = find(registry, path)?;
    require(caller, &layout.schema.view_all_permission())?;
    Ok(Admission {
        scope: Scope::everyone(),
        fixed: Vec::new(),
        layout,
        params,
    })
}

fn find(registry: &Registry, path: &str) -> Result<Arc<Layout>, ApiError> {
    let found = registry.metric_at(path).cloned();
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
