//! `migrations`: the schema of the database.

mod applied;

use std::path::PathBuf;

use chrono::Utc;
use clap::{Args, Subcommand, ValueEnum};
use metrics_runtime::Store;
use metrics_runtime::migrate::{Backend, Loss, MigrateError, Plan, Project, Scale};
use serde_json::json;

use super::context::Context;
use super::figures::counted;
use crate::config::kinds::Setting;
use crate::config::{Config, DatabaseUrl};
use crate::database;
use crate::metrics;
use applied::Revert;

#[derive(Subcommand)]
pub(super) enum Migrations {
    /// Write the migration that brings every backend to the declared metrics
    Generate(Generate),
    /// Compare the declared metrics with the committed migrations
    Check(Check),
    /// Apply what is pending
    Apply,
    /// Take back the newest one that is applied, to start an older version afterwards
    Revert(Revert),
    /// Show which migrations the database has
    Status,
}

impl Migrations {
    pub(super) fn run(&self, context: &Context) -> anyhow::Result<()> {
        match self {
            Self::Generate(generate) => generate.run(context),
            Self::Check(check) => check.run(context),
            Self::Apply => applied::apply(context),
            Self::Revert(revert) => revert.run(context),
            Self::Status => applied::status(context),
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
    /// Say how many rows of this database a loss would concern
    #[arg(long, value_name = "URL", value_parser = DatabaseUrl::read)]
    database: Option<DatabaseUrl>,
    /// Spread the tables on PostgreSQL where this extension is installed; it is remembered
    #[arg(long, value_name = "EXTENSION", value_enum)]
    scale: Option<Extension>,
    #[command(flatten)]
    folder: Folder,
}

/// What spreads tables.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Extension {
    /// Over the nodes of Citus
    Citus,
    /// Over the chunks of TimescaleDB
    Timescale,
}

#[derive(Args)]
pub(super) struct Check {
    /// Compare this database with the migrations, too
    #[arg(long, value_name = "URL", value_parser = DatabaseUrl::read)]
    database: Option<DatabaseUrl>,
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
    fn lock(&self) -> PathBuf {
        self.path.join("metrics.lock")
    }

    fn project(&self) -> Project {
        Project::new(self.lock())
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
        let project = match self.scale {
            None => project,
            Some(Extension::Citus) => project.scale(Scale::Citus),
            Some(Extension::Timescale) => project.scale(Scale::Timescale),
        };
        let begins = !self.folder.lock().exists();
        let generated = project
            .generate(&metrics::registry(), self.name.as_deref(), Utc::now())
            .map_err(|error| self.counted(context, error))?;
        let Some(generated) = generated else {
            let nothing = json!({"migration": null, "finish": null, "changes": [], "files": []});
            return context.output.answer(&nothing, || {
                "Nothing has changed: nothing was written.".to_owned()
            });
        };
        let document = json!({
            "migration": generated.name,
            "finish": generated.finish,
            "changes": words(&generated.plan),
            "files": generated.files,
        });
        context.output.answer(&document, || {
            let files: Vec<_> = generated
                .files
                .iter()
                .map(|file| format!("  {}", file.display()))
                .collect();
            let finish = generated.finish.as_ref().map_or("", |_| FINISH);
            let begins = if begins { BEGINS } else { "" };
            format!(
                "{}\nWritten:\n{}\n{begins}{finish}Review and commit them; they apply at the next start.",
                generated.plan,
                files.join("\n")
            )
        })
    }
}

impl Generate {
    /// Adds to what would be lost how many rows that concerns, when a database is given.
    fn counted(&self, context: &Context, error: MigrateError) -> anyhow::Error {
        let (MigrateError::Destructive(losses), Some(url)) = (&error, &self.database) else {
            return error.into();
        };
        let counted = open(context, url).and_then(|store| {
            let lines = losses
                .iter()
                .map(|loss| Ok(loss_line(loss, store.rows_lost(loss)?)));
            lines.collect::<anyhow::Result<Vec<_>>>()
        });
        match counted {
            Ok(lines) => anyhow::anyhow!(
                "nothing was written, since something would be lost:\n{}\n{ALLOW}",
                lines.join("\n")
            ),
            Err(reason) => reason.context(error),
        }
    }
}

/// What to look at when there should have been migrations already.
const BEGINS: &str = "There was no metrics.lock in this folder, so that a history begins here. If yours is elsewhere, delete these files, and say --folder.\n";

/// Why there are two migrations.
const FINISH: &str = "The second one does what takes long on PostgreSQL, outside of a transaction, so that others can go on meanwhile.\n";

/// What to do when it may be lost.
const ALLOW: &str = "if that is meant, say --allow-destructive";

fn loss_line(loss: &Loss, rows: Option<i64>) -> String {
    match rows {
        Some(rows) => format!("- {loss} ({})", counted(rows, "row", "rows")),
        None => format!("- {loss}"),
    }
}

/// A database that is there already: asking what one has must not make one.
fn open(context: &Context, url: &DatabaseUrl) -> anyhow::Result<Store> {
    let config = Config {
        database_url: url.clone(),
        ..context.config.clone()
    };
    anyhow::ensure!(database::exists(&config), "there is no database at {url}");
    Ok(database::open(&config)?.store())
}

impl Check {
    /// Ends with 1 when there is drift, and with 2 when it cannot be told.
    fn run(&self, context: &Context) -> anyhow::Result<()> {
        let project = self.folder.project();
        let plan = project
            .check(&metrics::registry())
            .map_err(CheckFailed::cannot_tell)?;
        let differences = match &self.database {
            Some(url) => {
                let store = open(context, url).map_err(CheckFailed::cannot_tell)?;
                store
                    .differences(&project)
                    .map_err(CheckFailed::cannot_tell)?
            }
            None => Vec::new(),
        };
        let drift = !plan.is_empty() || !differences.is_empty();
        let document = json!({"drift": drift, "changes": words(&plan), "database": differences});
        context.output.answer(&document, || {
            let declared = match plan.is_empty() {
                true => "The migrations amount to what is declared.".to_owned(),
                false => format!("The migrations do not amount to what is declared:\n{plan}"),
            };
            let found: String = differences
                .iter()
                .map(|words| format!("\n- {words}"))
                .collect();
            match (&self.database, differences.is_empty()) {
                (None, _) => declared,
                (Some(_), true) => {
                    format!("{declared}\nThe database is what the migrations amount to.")
                }
                (Some(_), false) => {
                    format!("{declared}\nThe database is not what the migrations amount to:{found}")
                }
            }
        })?;
        match (plan.is_empty(), differences.is_empty()) {
            (true, true) => Ok(()),
            (false, _) => Err(CheckFailed::Drift.into()),
            (true, false) => Err(CheckFailed::DatabaseDrift.into()),
        }
    }
}

/// Why `migrations check` does not end with 0.
#[derive(Debug, thiserror::Error)]
pub(super) enum CheckFailed {
    /// There are differences.
    #[error("there is drift: `app migrations generate` writes the missing migration")]
    Drift,
    /// The migrations are what is declared, and the database is not.
    #[error(
        "the database has drifted: `app migrations apply` applies what is pending; what was changed by hand has to be \
         changed back by hand"
    )]
    DatabaseDrift,
    /// There may be differences.
    #[error("it cannot be told whether there is drift: {0}")]
    CannotTell(String),
}

impl CheckFailed {
    fn cannot_tell(reason: impl std::fmt::Display) -> Self {
        Self::CannotTell(reason.to_string())
    }

    /// The exit code that scripts rely on.
    pub(super) fn exit_code(&self) -> u8 {
        match self {
            Self::Drift | Self::DatabaseDrift => 1,
            Self::CannotTell(_) => 2,
        }
    }
}

fn words(plan: &Plan) -> Vec<String> {
    plan.steps.iter().map(ToString::to_string).collect()
}
