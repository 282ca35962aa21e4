//! `keys`: what satellites report with.

use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::json;

use super::context::Context;
use crate::credentials::SatelliteKey;
use crate::models::satellite_keys::{self, NewSatelliteKey};
use crate::values::Id;

#[derive(Subcommand)]
pub(super) enum Keys {
    /// Make a key for a satellite, and show it once
    Add(Add),
    /// End a key
    Revoke(Revoke),
}

#[derive(Args)]
pub(super) struct Add {
    /// The id of the satellite
    #[arg(long, value_name = "ID")]
    satellite: String,
    /// The only team that the key may write to [default: any]
    #[arg(long, value_name = "ID")]
    team: Option<String>,
}

#[derive(Args)]
pub(super) struct Revoke {
    /// The id of the key, which is the part between `sk_` and the next `_`, or the whole key
    id: String,
}

/// What `keys add` answers.
#[derive(Serialize)]
struct Added<'a> {
    id: &'a str,
    key: String,
    satellite_id: &'a str,
    team_id: Option<&'a str>,
}

impl Keys {
    pub(super) fn run(&self, context: &Context) -> anyhow::Result<()> {
        match self {
            Self::Add(add) => add.run(context),
            Self::Revoke(revoke) => revoke.run(context),
        }
    }
}

impl Add {
    fn run(&self, context: &Context) -> anyhow::Result<()> {
        let satellite = Id::parse("satellite", &self.satellite)?;
        let team = self
            .team
            .as_deref()
            .map(|id| Id::parse("team", id))
            .transpose()?;
        let key = SatelliteKey::random()?;
        NewSatelliteKey::new(&key, &satellite, team.as_ref()).insert(&mut context.connect()?)?;
        let answer = Added {
            id: key.id(),
            key: key.reveal(),
            satellite_id: satellite.as_str(),
            team_id: team.as_ref().map(Id::as_str),
        };
        context.output.answer(&answer, || answer.in_words())
    }
}

impl Added<'_> {
    fn in_words(&self) -> String {
        let Self {
            id,
            key,
            satellite_id,
            team_id,
        } = self;
        let scope = team_id.map_or("any team".to_owned(), |team| format!("the team {team}"));
        format!(
            "Added the key {id} of the satellite {satellite_id}, which may write to {scope}.\n\
             The key is {key} and is not shown again."
        )
    }
}

impl Revoke {
    fn run(&self, context: &Context) -> anyhow::Result<()> {
        // Whoever has the whole key at hand need not take it apart.
        let key = SatelliteKey::parse(&self.id);
        let id = Id::parse("key", key.as_ref().map_or(&self.id, SatelliteKey::id))?;
        satellite_keys::revoke(&mut context.connect()?, id.as_str())?;
        let answer = json!({"id": id.as_str(), "revoked": true});
        context.output.answer(&answer, || {
            format!("The key {id} no longer opens anything.")
        })
    }
}
