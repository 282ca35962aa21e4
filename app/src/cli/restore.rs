//! `restore`: a copy put in the place of the database.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{bail, ensure};
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
        let DatabaseUrl::Sqlite(database) = &config.database_url else {
            let (url, file) = (&config.database_url, self.file.display());
            bail!(
                "the database is on a server, whose own tools know how: \
                 `pg_restore --clean --if-exists --single-transaction --dbname='{url}' {file}` puts it back"
            );
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
