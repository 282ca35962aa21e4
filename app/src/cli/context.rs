//! What every command starts from: the settings, a way to answer, and a database that is up to date.

use std::path::Path;

use metrics_runtime::Store;

use super::output::Output;
use crate::access::Permissions;
use crate::config::{Config, Entry, Flags, Sources};
use crate::database::{self, Connection, Pool};
use crate::logging;
use crate::metrics;
use crate::models::roles;

/// What every command starts from.
pub(super) struct Context {
    pub(super) config: Config,
    /// Where each setting came from.
    pub(super) entries: Vec<Entry>,
    pub(super) output: Output,
}

impl Context {
    /// Reads the settings and starts logging.
    pub(super) fn new(flags: &Flags, file: Option<&Path>, json: bool) -> anyhow::Result<Self> {
        let environment = |name: &str| Some(std::env::var_os(name)?.to_string_lossy().into_owned());
        let (config, entries) = Config::read(&Sources::open(flags, &environment, file)?)?;
        logging::start(&config)?;
        Ok(Self {
            config,
            entries,
            output: Output::new(json),
        })
    }

    /// Opens the database, creates it when there is none, applies what is pending, and writes down the roles that
    /// the program defines: no command meets a schema that it was not written for.
    pub(super) fn open_database(&self) -> anyhow::Result<Pool> {
        database::check_declared(&metrics::registry())?;
        if !database::exists(&self.config) {
            tracing::info!("creating the database {}", self.config.database_url);
        }
        let pool = database::open(&self.config)?;
        database::migrate(&pool)?;
        roles::synchronise(&mut pool.get()?, &Permissions::of(&metrics::registry()))?;
        Ok(pool)
    }

    /// Opens the metrics in the database, once it is up to date.
    pub(super) fn open_store(&self) -> anyhow::Result<Store> {
        Ok(self.open_database()?.store())
    }

    /// One connection, for commands that need no more.
    pub(super) fn connect(&self) -> anyhow::Result<Connection> {
        Ok(self.open_database()?.get()?)
    }
}
