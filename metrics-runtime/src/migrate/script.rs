//! Migrations whose statements run one by one: so that what takes long is seen, and so that PostgreSQL takes those
//! that no transaction can hold. It makes one transaction of a text that is sent as a whole.

use std::borrow::Cow;
use std::fmt;
use std::fs;
use std::path::Path;

use diesel::backend::Backend;
use diesel::connection::BoxableConnection;
use diesel::migration::{
    Migration, MigrationMetadata, MigrationName, MigrationSource, MigrationVersion, Result,
};
use diesel::r2d2::{ManageConnection, Pool};
use diesel_migrations::FileBasedMigrations;

use super::apply::Exclusive;
use super::history::MARK;
use super::progress::Progress;
use super::reading::counted;
use super::statements::statements;
use super::watch::{Watch, process_of};

/// A migration as text. Those that the framework has generated run statement by statement, others as a whole.
#[derive(Debug, Clone)]
pub struct Script {
    name: Cow<'static, str>,
    up: Cow<'static, str>,
    down: Cow<'static, str>,
    metadata: Metadata,
    watch: Option<Watch>,
}

#[derive(Debug, Clone, Copy)]
struct Metadata {
    in_transaction: bool,
}

impl Script {
    /// A migration that is compiled into the program: the name of its folder, and the texts in it.
    #[must_use]
    pub const fn embedded(name: &'static str, up: &'static str, down: &'static str) -> Self {
        Self {
            name: Cow::Borrowed(name),
            up: Cow::Borrowed(up),
            down: Cow::Borrowed(down),
            metadata: Metadata {
                in_transaction: true,
            },
            watch: None,
        }
    }

    /// The same outside of a transaction, as its `metadata.toml` says.
    #[must_use]
    pub const fn without_transaction(mut self) -> Self {
        self.metadata.in_transaction = false;
        self
    }

    fn perform<DB: Backend>(&self, text: &str, conn: &mut dyn BoxableConnection<DB>) -> Result<()> {
        let statements = if text.starts_with(MARK) {
            statements(text)
        } else {
            vec![text]
        };
        let process = self.watch.as_ref().and_then(|_| process_of(conn));
        for (index, statement) in statements.iter().enumerate() {
            let (sent, reading) = counted(conn, statement);
            let progress = Progress {
                migration: &self.name,
                number: index + 1,
                of: statements.len(),
                statement,
                reading,
                watch: self.watch.as_ref().zip(process),
            };
            progress
                .tell(|| conn.batch_execute(&sent))
                .map_err(|error| format!("{} failed: {error}", self.name))?;
        }
        Ok(())
    }
}

/// The migrations of one backend, as a source that [`apply`](super::apply()) takes.
#[derive(Debug, Clone)]
pub struct Scripts(Cow<'static, [Script]>);

impl Scripts {
    /// Those that are compiled into the program.
    #[must_use]
    pub const fn embedded(scripts: &'static [Script]) -> Self {
        Self(Cow::Borrowed(scripts))
    }

    /// Those in a folder in diesel's layout.
    ///
    /// # Errors
    ///
    /// When it is no such folder, or a file cannot be read.
    pub fn read<DB: Backend>(folder: &Path) -> Result<Self> {
        let found = FileBasedMigrations::from_path(folder)?;
        let read = |migration: Box<dyn Migration<DB>>| {
            let name = migration.name().to_string();
            let text = |file| fs::read_to_string(folder.join(&name).join(file));
            Ok(Script {
                up: text("up.sql")?.into(),
                // A migration need not have a way back.
                down: text("down.sql").unwrap_or_default().into(),
                metadata: Metadata {
                    in_transaction: migration.metadata().run_in_transaction(),
                },
                name: name.into(),
                watch: None,
            })
        };
        let scripts: Result<Vec<_>> = found.migrations()?.into_iter().map(read).collect();
        Ok(Self(scripts?.into()))
    }

    /// The same, so that the log tells what PostgreSQL is doing meanwhile: it is asked by a further connection of the
    /// pool, if one is free.
    #[must_use]
    pub fn watched_from<M>(self, pool: &Pool<M>) -> Self
    where
        M: ManageConnection,
        M::Connection: Exclusive,
    {
        let watch = Watch::from_pool(pool);
        let mut scripts = self.0.into_owned();
        for script in &mut scripts {
            script.watch = Some(watch.clone());
        }
        Self(scripts.into())
    }
}

impl<DB: Backend> MigrationSource<DB> for Scripts {
    fn migrations(&self) -> Result<Vec<Box<dyn Migration<DB>>>> {
        let boxed = |script: &Script| Box::new(script.clone()) as Box<dyn Migration<DB>>;
        Ok(self.0.iter().map(boxed).collect())
    }
}

impl<DB: Backend> Migration<DB> for Script {
    fn run(&self, conn: &mut dyn BoxableConnection<DB>) -> Result<()> {
        self.perform(&self.up, conn)
    }

    fn revert(&self, conn: &mut dyn BoxableConnection<DB>) -> Result<()> {
        self.perform(&self.down, conn)
    }

    fn metadata(&self) -> &dyn MigrationMetadata {
        &self.metadata
    }

    fn name(&self) -> &dyn MigrationName {
        self
    }
}

impl MigrationMetadata for Metadata {
    fn run_in_transaction(&self) -> bool {
        self.in_transaction
    }
}

impl MigrationName for Script {
    /// What diesel takes for it: the name up to the first underscore, without hyphens.
    fn version(&self) -> MigrationVersion<'_> {
        let version = self.name.split('_').next().unwrap_or_default();
        version.replace('-', "").into()
    }
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}
