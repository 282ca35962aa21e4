//! `restore`: a copy put in the place of the database.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::ensure;
use chrono::Utc;
use clap::Args;
use serde_json::json;

use super::context::Context;
use crate::config::DatabaseUrl;
use crate::database;
use crate::database::backup::{self, Restored};

#[derive(Args)]
pub(super) struct Restore {
    /// A copy that `backup` has made
    file: PathBuf,
    /// Take the place of the database that is there, which is kept under another name
    #[arg(long)]
    force: bool,
}

impl Restore {
    pub(super) fn run(&self, context: &Context) -> anyhow::Result<()> {
        let config = &context.config;
        let database = match &config.database_url {
            DatabaseUrl::Sqlite(database) => database,
            #[cfg(feature = "postgres")]
            DatabaseUrl::Postgres(url) => anyhow::bail!(
                "the database is on a server, whose own tools know how: \
                 `pg_restore --clean --if-exists --single-transaction --dbname='{url}' {}` puts it back",
                self.file.display()
            ),
            #[cfg(feature = "turso")]
            DatabaseUrl::Libsql(url) => anyhow::bail!(
                "the database is on a server, {url}, whose own tools know how: `turso db shell NAME` for Turso's, and \
                 sqld's backups for one of your own"
            ),
        };
        ensure!(
            self.force || !database::exists(config),
            "there is a database {database}: with --force the copy takes its place, and it is kept under another name"
        );
        let kept = format!(
            "{database}.before-{}",
            Utc::now().format("%Y%m%dT%H%M%S%3fZ")
        );
        let restored = backup::restore(&self.file, Path::new(database), Path::new(&kept))?;
        let document = json!({
            "database": database,
            "file": self.file,
            "kept": restored.kept,
            "pending_migrations": restored.pending,
        });
        let words = || self.in_words(database, &restored);
        context.output.answer(&document, words)
    }

    fn in_words(&self, database: &str, restored: &Restored) -> String {
        let file = self.file.display();
        let mut words = format!("{database} is what {file} holds, sound and whole.");
        if let Some(kept) = &restored.kept {
            let _ = write!(words, " What was there before is {}.", kept.display());
        }
        if !restored.pending.is_empty() {
            let pending = restored.pending.join(", ");
            let _ = write!(words, " The next start applies {pending}.");
        }
        words
    }
}
