//! `keys`: what satellites report with.

use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::json;

use super::arguments::Usage;
use super::context::Context;
use super::figures::{Style, words_table};
use crate::accounts::{KeyView, NewKey, revoke_key, rotate_key};
use crate::config::kinds::{Seconds, Setting};
use crate::credentials::SatelliteKey;
use crate::models::audit::Actor;
use crate::models::satellite_keys;
use crate::values::{Id, InvalidValue};

#[derive(Subcommand)]
pub(super) enum Keys {
    /// Make a key for a satellite, and show it once
    Add(Add),
    /// List keys, by their ids
    List(List),
    /// Make a new key for the satellite of a key, and show it once
    Rotate(Rotate),
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
pub(super) struct List {
    /// Only those that come after this id
    #[arg(long, value_name = "ID", default_value = "", hide_default_value = true)]
    after: String,
    /// No more than these
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..))]
    limit: i64,
}

#[derive(Args)]
pub(super) struct Rotate {
    /// The id of the key that is replaced, or the whole key
    id: String,
    /// How long that one works on, such as 10m
    #[arg(long, value_name = "TIME", default_value = "0s")]
    overlap: String,
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
            Self::List(list) => list.run(context),
            Self::Rotate(rotate) => rotate.run(context),
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
        let new = NewKey {
            key: &key,
            satellite: &satellite,
            team: team.as_ref(),
        };
        new.store(&mut context.connect()?, &Actor::command_line())?;
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

impl List {
    fn run(&self, context: &Context) -> anyhow::Result<()> {
        let found = satellite_keys::list(&mut context.connect()?, &self.after, self.limit)?;
        let keys: Vec<_> = found.into_iter().map(KeyView::from).collect();
        let head = ["ID", "SATELLITE", "TEAM", "GIVEN (UTC)", "ENDS (UTC)"];
        context.output.answer(&json!({"keys": keys}), || {
            let rows = keys.iter().map(KeyView::row).collect();
            words_table(head, rows, Style::of_stdout())
        })
    }
}

impl Rotate {
    fn run(&self, context: &Context) -> anyhow::Result<()> {
        let (old, key) = (id_of(&self.id)?, SatelliteKey::random()?);
        let overlap = Seconds::<0>::read(&self.overlap);
        let overlap = overlap.map_err(|reason| Usage(format!("--overlap: {reason}")))?;
        let mut connection = context.connect()?;
        let actor = Actor::command_line();
        let was = rotate_key(&mut connection, &actor, old.as_str(), &key, overlap.get())?;
        let answer = Added {
            id: key.id(),
            key: key.reveal(),
            satellite_id: &was.satellite_id,
            team_id: was.team_id.as_deref(),
        };
        let until = match overlap.get() {
            0 => "no longer opens anything".to_owned(),
            _ => format!("works for another {overlap}"),
        };
        context.output.answer(&answer, || {
            format!("{}\nThe key {old} {until}.", answer.in_words())
        })
    }
}

impl Revoke {
    fn run(&self, context: &Context) -> anyhow::Result<()> {
        let id = id_of(&self.id)?;
        revoke_key(&mut context.connect()?, &Actor::command_line(), id.as_str())?;
        let answer = json!({"id": id.as_str(), "revoked": true});
        context.output.answer(&answer, || {
            format!("The key {id} no longer opens anything.")
        })
    }
}

/// Whoever has the whole key at hand need not take it apart.
fn id_of(text: &str) -> Result<Id, InvalidValue> {
    let key = SatelliteKey::parse(text);
    Id::parse("key", key.as_ref().map_or(text, SatelliteKey::id))
}
