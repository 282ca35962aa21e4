//! `migrations`: the schema of the database.

use std::path::PathBuf;

use chrono::Utc;
use clap::{Args, Subcommand};
use metrics_runtime::migrate::{Backend, MigrateError, Plan, Project};
use serde_json::json;

use super::context::Context;
use super::output::table;
use crate::database::{self, MigrationStatus};
use crate::metrics;

#[derive(Subcommand)]
pub(super) enum Migrations {
    /// Write the migration that brings every backend to the declared metrics
    Generate(Generate),
    /// Compare the declared metrics with the committed migrations
    Check(Check),
    /// Apply what is pending
    Apply,
    /// Show which migrations the database has
    Status,
}

impl Migrations {
    pub(super) fn run(&self, context: &Context) -> anyhow::Result<()> {
        match self {
            Self::Generate(generate) => generate.run(context),
            Self::Check(check) => check.run(context),
            Self::Apply => apply(context),
            Self::Status => status(context),
        }
    }
}

#[derive(Args)]
pub(super) struct Generate {
    /// What the migration is called, as in add_server_installs [default: after what it does]
    #[arg(long, value_name = "VERB_NOUN")]
    name: Option<String>,
    /// Write it even if something is lost that was recorded
    #[arg(long)]
    allow_destructive: bool,
    #[command(flatten)]
    folder: Folder,
}

#[derive(Args)]
pub(super) struct Check {
    #[command(flatten)]
    folder: Folder,
}

/// Where the committed migrations are.
#[derive(Args)]
struct Folder {
    /// The folder with the lock file and a folder for each backend
    #[arg(long = "folder", value_name = "FOLDER", default_value = "migrations")]
    path: PathBuf,
}

impl Folder {
    fn project(&self) -> Project {
        Project::new(self.path.join("metrics.lock"))
            .folder(Backend::Sqlite, self.path.join(Backend::Sqlite.name()))
            .folder(Backend::Postgres, self.path.join(Backend::Postgres.name()))
    }
}

impl Generate {
    fn run(&self, context: &Context) -> anyhow::Result<()> {
        let project = match self.allow_destructive {
            true => self.folder.project().allow_destructive(),
            false => self.folder.project(),
        };
        let generated = project.generate(&metrics::registry(), self.name.as_deref(), Utc::now())?;
        let Some(generated) = generated else {
            let nothing = json!({"migration": null, "changes": [], "files": []});
            return context.output.answer(&nothing, || {
                "Nothing has changed: nothing was written.".to_owned()
            });
        };
        let document = json!({
            "migration": generated.name,
            "changes": words(&generated.plan),
            "files": generated.files,
        });
        context.output.answer(&document, || {
            let files: Vec<_> = generated
                .files
                .iter()
                .map(|file| format!("  {}", file.display()))
                .collect();
            format!(
                "{}\nWritten:\n{}\nReview and commit them; they apply at the next start.",
                generated.plan,
                files.join("\n")
            )
        })
    }
}

impl Check {
    /// Ends with 1 when there is drift, and with 2 when it cannot be told.
    fn run(&self, context: &Context) -> anyhow::Result<()> {
        let plan = self
            .folder
            .project()
            .check(&metrics::registry())
            .map_err(CheckFailed::CannotTell)?;
        let document = json!({"drift": !plan.is_empty(), "changes": words(&plan)});
        context.output.answer(&document, || match plan.is_empty() {
            true => "The migrations amount to what is declared.".to_owned(),
            false => format!("The migrations do not amount to what is declared:\n{plan}"),
        })?;
        if plan.is_empty() {
            Ok(())
        } else {
            Err(CheckFailed::Drift.into())
        }
    }
}

/// Why `migrations check` does not end with 0.
#[derive(Debug, thiserror::Error)]
pub(super) enum CheckFailed {
    /// There are differences.
    #[error("there is drift: `app migrations generate` writes the missing migration")]
    Drift,
    /// There may be differences.
    #[error("it cannot be told whether there is drift: {0}")]
    CannotTell(MigrateError),
}

impl CheckFailed {
    /// The exit code that scripts rely on.
    pub(super) fn exit_code(&self) -> u8 {
        match self {
            Self::Drift => 1,
            Self::CannotTell(_) => 2,
        }
    }
}

fn words(plan: &Plan) -> Vec<String> {
    plan.steps.iter().map(ToString::to_string).collect()
}

fn apply(context: &Context) -> anyhow::Result<()> {
    let pool = database::open(&context.config)?;
    let applied = database::migrate(&mut *pool.get()?)?;
    context
        .output
        .answer(&json!({"applied": applied}), || match applied.as_slice() {
            [] => "Nothing to apply: the database is up to date.".to_owned(),
            names => format!("Applied {}.", names.join(", ")),
        })
}

/// Does not create a database: asking what one has must not make one.
fn status(context: &Context) -> anyhow::Result<()> {
    let migrations = if database::exists(&context.config) {
        let pool = database::open(&context.config)?;
        database::migration_status(Some(&mut *pool.get()?))?
    } else {
        database::migration_status(None)?
    };
    context
        .output
        .answer(&json!({"migrations": migrations}), || {
            let rows: Vec<_> = migrations.iter().map(row).collect();
            table(["MIGRATION", "STATUS"], &rows)
        })
}

fn row(migration: &MigrationStatus) -> [String; 2] {
    let status = match (migration.applied, migration.known) {
        (true, true) => "applied",
        (true, false) => "applied, and unknown to this version",
        (false, _) => "pending",
    };
    [migration.name.clone(), status.to_owned()]
}
