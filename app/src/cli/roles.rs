//! `roles`: what people may do everywhere.

use clap::{Args, Subcommand};
use serde_json::json;

use super::context::Context;
use super::figures::{Style, words_table};
use crate::access::{PermissionEntry, Permissions, Principal};
use crate::metrics;
use crate::models::audit::Actor;
use crate::roles::{self, Author, Draft, RoleView};
use crate::values::Id;

#[derive(Subcommand)]
pub(super) enum Roles {
    /// List the roles that there are
    List,
    /// Show a role, and what it grants
    Show(Show),
    /// List what a role can grant
    Permissions,
    /// Create a role
    Create(Create),
    /// Change a role; it holds with the next request of everybody who has it
    Change(Change),
    /// Delete a role
    Delete(Delete),
}

#[derive(Args)]
pub(super) struct Show {
    /// The id of the role
    id: String,
}

#[derive(Args)]
pub(super) struct Create {
    /// What people call it
    #[arg(long)]
    name: String,
    /// The id [default: one is made up]
    #[arg(long)]
    id: Option<String>,
    /// What it is for
    #[arg(long, default_value = "")]
    description: String,
    /// What it grants, as `app roles permissions` lists it; may be given several times
    #[arg(long = "permission", value_name = "PERMISSION")]
    permissions: Vec<String>,
}

#[derive(Args)]
pub(super) struct Change {
    /// The id of the role
    id: String,
    /// What people are to call it
    #[arg(long)]
    name: Option<String>,
    /// What it is for
    #[arg(long)]
    description: Option<String>,
    /// What it is to grant beside what it grants already; may be given several times
    #[arg(long, value_name = "PERMISSION")]
    grant: Vec<String>,
    /// What it is not to grant any more; may be given several times
    #[arg(long, value_name = "PERMISSION")]
    revoke: Vec<String>,
}

#[derive(Args)]
pub(super) struct Delete {
    /// The id of the role
    id: String,
    /// The role that whoever has it gets instead
    #[arg(long, value_name = "ROLE")]
    fall_back: Option<String>,
}

impl Roles {
    pub(super) fn run(&self, context: &Context) -> anyhow::Result<()> {
        let permissions = Permissions::of(&metrics::registry());
        match self {
            Self::List => list(context, &permissions),
            Self::Show(show) => show.run(context, &permissions),
            Self::Permissions => list_permissions(context, &permissions),
            Self::Create(create) => create.run(context, &permissions),
            Self::Change(change) => change.run(context, &permissions),
            Self::Delete(delete) => delete.run(context, &permissions),
        }
    }
}

fn list(context: &Context, permissions: &Permissions) -> anyhow::Result<()> {
    let roles = roles::list(&mut context.connect()?, permissions)?;
    let head = ["ID", "NAME", "PEOPLE", "PERMISSIONS", "DESCRIPTION"];
    let row = |role: &RoleView| {
        [
            role.id.clone(),
            role.name.clone(),
            role.people.to_string(),
            role.permissions.len().to_string(),
            role.description.clone(),
        ]
    };
    context.output.answer(&json!({"roles": roles}), || {
        words_table(head, roles.iter().map(row).collect(), Style::of_stdout())
    })
}

fn list_permissions(context: &Context, permissions: &Permissions) -> anyhow::Result<()> {
    let entries = permissions.entries();
    let row = |entry: &PermissionEntry| [entry.name.clone(), entry.opens.clone()];
    context.output.answer(&json!({"permissions": entries}), || {
        let rows = entries.iter().map(row).collect();
        words_table(["PERMISSION", "OPENS"], rows, Style::of_stdout())
    })
}

impl Show {
    fn run(&self, context: &Context, permissions: &Permissions) -> anyhow::Result<()> {
        let role = roles::show(&mut context.connect()?, permissions, &self.id)?;
        answer(context, &role)
    }
}

impl Create {
    fn run(&self, context: &Context, permissions: &Permissions) -> anyhow::Result<()> {
        let id = match &self.id {
            Some(id) => Id::parse("id", id)?,
            None => Id::random()?,
        };
        let draft = Draft {
            name: self.name.clone(),
            description: self.description.clone(),
            permissions: self.permissions.iter().cloned().collect(),
        };
        let connection = &mut context.connect()?;
        let role = operator(&Actor::command_line(), permissions).create(connection, &id, &draft)?;
        answer(context, &role)
    }
}

impl Change {
    fn run(&self, context: &Context, permissions: &Permissions) -> anyhow::Result<()> {
        let connection = &mut context.connect()?;
        let draft = self.of(roles::show(connection, permissions, &self.id)?);
        let role =
            operator(&Actor::command_line(), permissions).change(connection, &self.id, &draft)?;
        answer(context, &role)
    }

    /// The role with what is to be different.
    fn of(&self, role: RoleView) -> Draft {
        let mut names = role.permissions;
        names.extend(role.unknown_permissions);
        names.extend(self.grant.iter().cloned());
        names.retain(|name| !self.revoke.contains(name));
        Draft {
            name: self.name.clone().unwrap_or(role.name),
            description: self.description.clone().unwrap_or(role.description),
            permissions: names,
        }
    }
}

impl Delete {
    fn run(&self, context: &Context, permissions: &Permissions) -> anyhow::Result<()> {
        let Self { id, fall_back } = self;
        let connection = &mut context.connect()?;
        let actor = Actor::command_line();
        operator(&actor, permissions).delete(connection, id, fall_back.as_deref())?;
        let answer = json!({"id": id, "deleted": true});
        context
            .output
            .answer(&answer, || format!("Deleted the role {id}."))
    }
}

/// Whoever runs commands may change every role.
pub(super) fn operator<'a>(actor: &'a Actor, permissions: &'a Permissions) -> Author<'a> {
    Author {
        principal: Principal::Operator,
        actor,
        permissions,
    }
}

fn answer(context: &Context, role: &RoleView) -> anyhow::Result<()> {
    context.output.answer(role, || in_words(role))
}

fn in_words(role: &RoleView) -> String {
    let RoleView {
        id, name, people, ..
    } = role;
    let origin = if role.system {
        ", defined by the program"
    } else {
        ""
    };
    let mut lines = vec![format!(
        "{id} ({name}){origin}. People who have it: {people}."
    )];
    lines.extend(Some(role.description.clone()).filter(|text| !text.is_empty()));
    lines.extend(role.permissions.iter().map(|name| format!("  {name}")));
    let unknown = role.unknown_permissions.iter();
    lines.extend(unknown.map(|name| format!("  {name} (does not exist, and grants nothing)")));
    lines.join("\n")
}
