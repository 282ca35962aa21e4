//! `users`: people who sign in.

use std::io::Read;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::json;

use super::context::Context;
use super::figures::{Style, words_table};
use super::roles::operator;
use crate::access::Permissions;
use crate::accounts::{self, AccountView, NewAccount, reset_password};
use crate::credentials::Password;
use crate::database::Connection;
use crate::metrics;
use crate::models::audit::Actor;
use crate::models::users;
use crate::values::{Email, GlobalRole, Id};

#[derive(Subcommand)]
pub(super) enum Users {
    /// Add a person
    Add(Add),
    /// Give a person a role, instead of the one that they have
    Role(Role),
    /// List people, by their ids
    List(List),
    /// Keep a person from signing in, and end their sessions; what was counted of them stays
    Disable(Person),
    /// Let a person sign in again
    Enable(Person),
    /// Give a person a new password, and end their sessions
    Password(NewPassword),
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
pub(super) struct Person {
    /// The id of the person, or their address
    person: String,
}

#[derive(Args)]
pub(super) struct NewPassword {
    #[command(flatten)]
    of: Person,
    /// Read the password from standard input, instead of making one up and showing it once
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Args)]
pub(super) struct Add {
    /// The address to sign in with
    #[arg(long)]
    email: String,
    /// The id, as it appears in metrics [default: one is made up]
    #[arg(long)]
    id: Option<String>,
    /// The id of their role: global_user, global_admin, or one that `app roles list` shows
    #[arg(long, value_name = "ROLE", default_value_t = GlobalRole::User.to_string())]
    role: String,
    /// Read the password from standard input, instead of making one up and showing it once
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Args)]
pub(super) struct Role {
    /// The id of the person
    id: String,
    /// The id of the role, as `app roles list` shows it
    #[arg(long)]
    role: String,
}

/// What `users add` answers.
#[derive(Serialize)]
struct Added<'a> {
    id: &'a str,
    email: &'a str,
    role: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'a str>,
}

impl Users {
    pub(super) fn run(&self, context: &Context) -> anyhow::Result<()> {
        match self {
            Self::Add(add) => add.run(context),
            Self::Role(role) => role.run(context),
            Self::List(list) => list.run(context),
            Self::Disable(person) => person.disable(context),
            Self::Enable(person) => person.enable(context),
            Self::Password(password) => password.run(context),
        }
    }
}

impl List {
    fn run(&self, context: &Context) -> anyhow::Result<()> {
        let found = users::list(&mut context.connect()?, &self.after, self.limit)?;
        let people: Vec<_> = found.into_iter().map(AccountView::from).collect();
        let head = ["ID", "EMAIL", "ROLE", "STATE", "SIGNED IN (UTC)"];
        context.output.answer(&json!({"users": people}), || {
            let rows = people.iter().map(AccountView::row).collect();
            words_table(head, rows, Style::of_stdout())
        })
    }
}

impl Person {
    fn disable(&self, context: &Context) -> anyhow::Result<()> {
        let mut connection = context.connect()?;
        accounts::disable(&mut connection, &Actor::command_line(), &self.person)?;
        let words = format!("{} can no longer sign in.", self.person);
        self.answer(context, &mut connection, words)
    }

    fn enable(&self, context: &Context) -> anyhow::Result<()> {
        let mut connection = context.connect()?;
        accounts::enable(&mut connection, &Actor::command_line(), &self.person)?;
        let words = format!("{} can sign in.", self.person);
        self.answer(context, &mut connection, words)
    }

    fn answer(
        &self,
        context: &Context,
        connection: &mut Connection,
        words: String,
    ) -> anyhow::Result<()> {
        let view = AccountView::from(users::find(connection, &self.person)?);
        context.output.answer(&view, || words)
    }
}

impl NewPassword {
    fn run(&self, context: &Context) -> anyhow::Result<()> {
        let password = if self.password_stdin {
            read_password()?
        } else {
            Password::random()?
        };
        let (person, actor) = (&self.of.person, Actor::command_line());
        let hash = password.hash()?;
        let id = reset_password(&mut context.connect()?, &actor, person, &hash)?;
        let shown = (!self.password_stdin).then(|| password.reveal());
        let mut answer = json!({"id": id});
        if let Some(password) = shown {
            answer["password"] = json!(password);
        }
        context.output.answer(&answer, || {
            let changed = format!("{person} has a new password, and is signed out everywhere.");
            match shown {
                Some(password) => {
                    format!("{changed}\nThe password is {password} and is not shown again.")
                }
                None => changed,
            }
        })
    }
}

impl Add {
    fn run(&self, context: &Context) -> anyhow::Result<()> {
        let account = self.account()?;
        let hash = account.password.hash()?;
        account.store(&mut context.connect()?, &Actor::command_line(), &hash)?;
        let answer = Added {
            id: account.id.as_str(),
            email: account.email.as_str(),
            role: &account.role,
            password: (!self.password_stdin).then(|| account.password.reveal()),
        };
        context.output.answer(&answer, || answer.in_words())
    }

    /// Everything is checked before the database is touched.
    fn account(&self) -> anyhow::Result<NewAccount> {
        let email = Email::parse(&self.email)?;
        let id = match &self.id {
            Some(id) => Id::parse("id", id)?,
            None => Id::random()?,
        };
        let password = if self.password_stdin {
            read_password()?
        } else {
            Password::random()?
        };
        Ok(NewAccount {
            id,
            email,
            role: self.role.clone(),
            password,
        })
    }
}

impl Role {
    fn run(&self, context: &Context) -> anyhow::Result<()> {
        let permissions = Permissions::of(&metrics::registry());
        let (connection, actor) = (&mut context.connect()?, Actor::command_line());
        let user = operator(&actor, &permissions).give(connection, &self.id, &self.role)?;
        let answer = json!({"id": user.id, "email": user.email, "role": user.role});
        context
            .output
            .answer(&answer, || format!("{} is now {}.", user.id, user.role))
    }
}

impl Added<'_> {
    fn in_words(&self) -> String {
        let Self {
            id,
            email,
            role,
            password,
        } = self;
        let added = format!("Added {email} with the id {id} as {role}.");
        match password {
            Some(password) => {
                format!("{added}\nThe password is {password} and is not shown again.")
            }
            None => added,
        }
    }
}

/// One line, since `echo` and editors end what they write with a newline that is not meant.
fn read_password() -> anyhow::Result<Password> {
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .context("the password cannot be read from standard input")?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(Password::parse(line.strip_suffix('\r').unwrap_or(line))?)
}
