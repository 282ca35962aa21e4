//! What the metric routes ask of the application: who is asking, and what they may.

use std::collections::HashMap;

use actix_web::HttpRequest;
use actix_web::web::Data;
use metrics_runtime::web::{self, Caller, Host, HostError, Satellite};

use crate::access::{Action, Principal, Scope, can};
use crate::credentials::{Digest, SatelliteKey};
use crate::error::AppError;
use crate::models::satellite_keys::{self, KeyHolder};
use crate::models::sessions::{self, SignedIn};
use crate::session;
use crate::state::State;
use crate::values::TeamRole;

/// This application, as the host of the metric routes.
#[derive(Clone)]
pub struct AppHost {
    state: Data<State>,
}

impl AppHost {
    /// The host of this state's people and keys.
    #[must_use]
    pub fn new(state: Data<State>) -> Self {
        Self { state }
    }

    /// What the runtime has to know of somebody: the permissions about metrics that hold now, and their teams.
    fn caller_of(&self, signed_in: &SignedIn) -> Caller {
        let person = self.state.person(signed_in);
        let sees = |permission: &&str| {
            let action = Action::SeeMetric(permission);
            can(Principal::Person(&person), action, Scope::Everything).is_ok()
        };
        let permissions = self.state.permissions.of_metrics().filter(sees);
        Caller {
            permissions: permissions.map(str::to_owned).collect(),
            teams: person.teams.iter().map(role_in_team).collect(),
            user_id: person.id,
        }
    }
}

impl Host for AppHost {
    type Credentials = Digest;

    fn credentials(&self, request: &HttpRequest) -> Option<Digest> {
        session::digest(request)
    }

    fn caller(&self, session: &Digest) -> Result<Option<Caller>, HostError> {
        let person = self
            .state
            .with_connection(|connection| sessions::find(connection, session))?;
        Ok(person.map(|person| {
            self.state.presence.see(&person.session);
            self.caller_of(&person)
        }))
    }

    fn satellites(&self, keys: &[&str]) -> Result<HashMap<String, Satellite>, HostError> {
        let keys: Vec<_> = keys
            .iter()
            .copied()
            .filter_map(SatelliteKey::parse)
            .collect();
        if keys.is_empty() {
            return Ok(HashMap::new());
        }
        let holders = self
            .state
            .with_connection(|connection| satellite_keys::find_holders(connection, &keys))?;
        let reports = |(key, holder): (&SatelliteKey, Option<KeyHolder>)| {
            let holder = holder.filter(may_report)?;
            Some((key.reveal(), satellite(holder)))
        };
        Ok(keys.iter().zip(holders).filter_map(reports).collect())
    }
}

fn satellite(holder: KeyHolder) -> Satellite {
    Satellite {
        id: holder.satellite_id,
        team_id: holder.team_id,
    }
}

/// Which team an event may then be about, the runtime asks of [`Satellite`].
fn may_report(holder: &KeyHolder) -> bool {
    let team_id = holder.team_id.as_deref();
    let scope = team_id.map_or(Scope::Everything, Scope::Team);
    can(Principal::Satellite { team_id }, Action::Report, scope).is_ok()
}

fn role_in_team((team, role): (&String, &TeamRole)) -> (String, web::TeamRole) {
    let role = match role {
        TeamRole::Admin => web::TeamRole::Admin,
        TeamRole::User => web::TeamRole::User,
    };
    (team.clone(), role)
}

impl From<AppError> for HostError {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Unavailable(outage) => Self::new(outage),
            AppError::Unforeseen(reason) => Self::new(reason),
            other => Self::new(other),
        }
    }
}
