//! `migrations apply`, `revert` and `status`: those that a database has, and those that it gets and gives back.

use clap::Args;
use serde_json::json;

use super::super::context::Context;
use super::super::figures::{Style, words_table};
use crate::database::{self, MigrationStatus};

#[derive(Args)]
pub(in crate::cli) struct Revert {
    /// Which one, as `migrations status` names it; its down.sql says what is lost
    migration: String,
}

pub(super) fn apply(context: &Context) -> anyhow::Result<()> {
    let pool = database::open(&context.config)?;
    let applied = database::migrate(&pool)?;
    context
        .output
        .answer(&json!({"applied": applied}), || match applied.as_slice() {
            [] => "Nothing to apply: the database is up to date.".to_owned(),
            names => format!("Applied {}.", names.join(", ")),
        })
}

impl Revert {
    pub(super) fn run(&self, context: &Context) -> anyhow::Result<()> {
        let url = &context.config.database_url;
        anyhow::ensure!(
            database::exists(&context.config),
            "there is no database at {url}"
        );
        let pool = database::open(&context.config)?;
        database::revert_migration(&mut pool.get()?, &self.migration)?;
        context
            .output
            .answer(&json!({"reverted": self.migration}), || {
                format!(
                    "Took {} back. This version would apply it again when it starts: start the one before.",
                    self.migration
                )
            })
    }
}

/// Does not create a database: asking what one has must not make one.
pub(super) fn status(context: &Context) -> anyhow::Result<()> {
    let migrations = if database::exists(&context.config) {
        let pool = database::open(&context.config)?;
        database::migration_status(&mut pool.get()?)?
    } else {
        database::pending_migrations()?
    };
    context
        .output
        .answer(&json!({"migrations": migrations}), || {
            let rows: Vec<_> = migrations.iter().map(row).collect();
            words_table(["MIGRATION", "STATUS"], rows, Style::of_stdout())
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
