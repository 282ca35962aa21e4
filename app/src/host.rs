//! What the metric routes ask of the application: who is asking, and what they may.

use actix_web::HttpRequest;
use actix_web::web::Data;
use metrics_runtime::web::{self, Caller, Host, HostError, Satellite};

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

    fn caller_of(&self, person: SignedIn) -> Caller {
        let teams = person.teams.into_iter();
        Caller {
            permissions: self.state.permissions_of(person.user.role),
            teams: teams
                .map(|team| (team.team_id, role_in_team(team.role)))
                .collect(),
            user_id: person.user.id,
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
            self.caller_of(person)
        }))
    }

    fn satellite(&self, key: &str) -> Result<Option<Satellite>, HostError> {
        let Some(key) = SatelliteKey::parse(key) else {
            return Ok(None);
        };
        let holder = self
            .state
            .with_connection(|connection| satellite_keys::find_holder(connection, &key))?;
        Ok(holder.map(satellite))
    }
}

fn satellite(holder: KeyHolder) -> Satellite {
    Satellite {
        id: holder.satellite_id,
        team_id: holder.team_id,
    }
}

fn role_in_team(role: TeamRole) -> web::TeamRole {
    match role {
        TeamRole::Admin => web::TeamRole::Admin,
        TeamRole::User => web::TeamRole::User,
    }
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
