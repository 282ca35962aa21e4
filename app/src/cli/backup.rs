//! `backup`: a copy of the database while it is in use.

use std::path::{Path, PathBuf};

use anyhow::ensure;
use clap::Args;
use serde_json::json;

use super::context::Context;
use super::figures::grouped;
use crate::config::DatabaseUrl;
use crate::database::{self, backup};

#[derive(Args)]
pub(super) struct Backup {
    /// The file that the copy is written to
    file: PathBuf,
    /// Replace the file if there is one
    #[arg(long)]
    force: bool,
}

impl Backup {
    pub(super) fn run(&self, context: &Context) -> anyhow::Result<()> {
        let config = &context.config;
        // Without applying migrations: a copy is wanted most just before that.
        let database = match &config.database_url {
            DatabaseUrl::Sqlite(database) => database,
            #[cfg(feature = "postgres")]
            DatabaseUrl::Postgres(url) => anyhow::bail!(
                "the database is on a server, whose own tools know how: \
                 `pg_dump --format=custom --file={} '{url}'` copies it while it is in use",
                self.file.display()
            ),
            #[cfg(feature = "turso")]
            DatabaseUrl::Libsql(url) => anyhow::bail!(
                "the database is on a server, {url}, whose own tools know how: `turso db shell NAME .dump` for \
                 Turso's, and sqld's backups for one of your own"
            ),
        };
        ensure!(database::exists(config), "there is no database {database}");
        let file = self.file.display();
        ensure!(
            !backup::belongs_to(&self.file, Path::new(database)),
            "{file} is the database itself, or belongs to it: choose another file"
        );
        ensure!(
            self.force || !self.file.exists(),
            "there is a file {file}: choose another, or replace it with --force"
        );
        let bytes = backup::back_up(Path::new(database), &self.file)?;
        let document = json!({"database": database, "file": self.file, "bytes": bytes});
        context.output.answer(&document, || {
            let bytes = grouped(bytes);
            format!("{file} is a copy of {database}, sound and whole ({bytes} bytes).")
        })
    }
}
