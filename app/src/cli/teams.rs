//! `teams`: whose numbers are shared.

use clap::{Args, Subcommand};
use serde_json::json;

use super::context::Context;
use crate::accounts::add_team;
use crate::models::audit::Actor;
use crate::values::{Id, Line};

#[derive(Subcommand)]
pub(super) enum Teams {
    /// Add a team
    Add(Add),
}

#[derive(Args)]
pub(super) struct Add {
    /// What the team is called
    #[arg(long)]
    name: String,
    /// The id, as it appears in metrics [default: one is made up]
    #[arg(long)]
    id: Option<String>,
}

impl Teams {
    pub(super) fn run(&self, context: &Context) -> anyhow::Result<()> {
        match self {
            Self::Add(add) => add.run(context),
        }
    }
}

impl Add {
    fn run(&self, context: &Context) -> anyhow::Result<()> {
        let name = Line::name(&self.name)?;
        let id = match &self.id {
            Some(id) => Id::parse("id", id)?,
            None => Id::random()?,
        };
        add_team(&mut context.connect()?, &Actor::command_line(), &id, &name)?;
        let answer = json!({"id": id.as_str(), "name": name.as_str()});
        let words = || format!("Added the team {:?} with the id {id}.", name.as_str());
        context.output.answer(&answer, words)
    }
}
