//! `members`: who belongs to which team.

use clap::{Args, Subcommand};
use serde_json::json;

use super::context::Context;
use crate::accounts::{remove_member, set_member};
use crate::models::audit::Actor;
use crate::values::{Id, TeamRole};

#[derive(Subcommand)]
pub(super) enum Members {
    /// Put a person into a team, or change what they are in it
    Add(Add),
    /// Take a person out of a team
    Remove(Remove),
}

#[derive(Args)]
pub(super) struct Add {
    #[command(flatten)]
    member: Member,
    /// What they are in the team
    #[arg(long, value_enum, default_value_t = TeamRole::User)]
    role: TeamRole,
}

#[derive(Args)]
pub(super) struct Remove {
    #[command(flatten)]
    member: Member,
}

#[derive(Args)]
struct Member {
    /// The id of the team
    #[arg(long, value_name = "ID")]
    team: String,
    /// The id of the person
    #[arg(long, value_name = "ID")]
    user: String,
}

impl Members {
    pub(super) fn run(&self, context: &Context) -> anyhow::Result<()> {
        match self {
            Self::Add(add) => add.run(context),
            Self::Remove(remove) => remove.run(context),
        }
    }
}

impl Add {
    fn run(&self, context: &Context) -> anyhow::Result<()> {
        let (team, user) = self.member.ids()?;
        let actor = Actor::command_line();
        set_member(&mut context.connect()?, &actor, &team, &user, self.role)?;
        let role = self.role;
        let answer = json!({"team_id": team.as_str(), "user_id": user.as_str(), "role": role});
        context
            .output
            .answer(&answer, || format!("{user} is now {role} of {team}."))
    }
}

impl Remove {
    fn run(&self, context: &Context) -> anyhow::Result<()> {
        let (team, user) = self.member.ids()?;
        let actor = Actor::command_line();
        remove_member(&mut context.connect()?, &actor, &team, &user)?;
        let answer = json!({"team_id": team.as_str(), "user_id": user.as_str(), "removed": true});
        context
            .output
            .answer(&answer, || format!("{user} is no longer in {team}."))
    }
}

impl Member {
    fn ids(&self) -> anyhow::Result<(Id, Id)> {
        Ok((
            Id::parse("team", &self.team)?,
            Id::parse("user", &self.user)?,
        ))
    }
}
