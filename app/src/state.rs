//! What all requests share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::SystemTime;

use actix_web::web;
use diesel::QueryResult;
use metrics_runtime::Registry;
use tokio::sync::{AcquireError, Semaphore, SemaphorePermit};

use crate::access::{Permissions, Person};
use crate::config::Config;
use crate::config::kinds::available_cpus;
use crate::credentials::{Password, PasswordHash};
use crate::database::{Connection, Pool};
use crate::error::{AppError, AppResult};
use crate::models::AccountError;
use crate::models::sessions::SignedIn;
use crate::presence::Presence;
use crate::traffic::Traffic;

/// How many passwords are checked at once, at most. Each takes a CPU for a while, and 19 MiB, so that more than there
/// are CPUs would only make everybody wait. And each counts as a failure until its session is written: they should be
/// fewer than what may fail from one address for nothing.
const MOST_PASSWORDS_AT_ONCE: usize = 8;

/// What all requests share.
pub struct State {
    /// The settings.
    pub config: Config,
    pool: Pool,
    /// The declared metrics.
    pub registry: Arc<Registry>,
    /// The permissions that follow from them, and the application's own.
    pub permissions: Permissions,
    /// What comes in over HTTP.
    pub traffic: Traffic,
    /// When the process began.
    pub started: SystemTime,
    stopping: AtomicBool,
    /// When sessions were last seen.
    pub presence: Presence,
    password_checks: Semaphore,
    passwords_hashed: AtomicU64,
}

impl State {
    /// Puts it together.
    #[must_use]
    pub fn new(config: Config, pool: Pool, registry: Arc<Registry>) -> Self {
        PasswordHash::prepare();
        let password_checks = Semaphore::new(available_cpus().min(MOST_PASSWORDS_AT_ONCE));
        let presence = Presence::start(pool.clone());
        Self {
            config,
            pool,
            permissions: Permissions::of(&registry),
            registry,
            traffic: Traffic::default(),
            started: SystemTime::now(),
            stopping: AtomicBool::new(false),
            presence,
            password_checks,
            passwords_hashed: AtomicU64::new(0),
        }
    }

    /// From now on, whoever asks whether the service is ready is told to ask elsewhere.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Whether the process has been asked to end.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// The connections to the database.
    #[must_use]
    pub fn pool(&self) -> &Pool {
        &self.pool
    }

    /// Somebody who is signed in, as decisions know them.
    #[must_use]
    pub fn person(&self, signed_in: &SignedIn) -> Person {
        let SignedIn {
            user,
            grants,
            teams,
            ..
        } = signed_in;
        Person {
            id: user.id.clone(),
            permissions: self.permissions.granted_by(&user.role, grants),
            role: user.role.clone(),
            teams: teams.clone(),
        }
    }

    /// Does some work with the database, on a thread that may wait.
    ///
    /// # Errors
    ///
    /// When the database is busy for too long, or fails.
    pub async fn with_database<T, F>(&self, work: F) -> AppResult<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> QueryResult<T> + Send + 'static,
    {
        let pool = self.pool.clone();
        web::block(move || with_connection(&pool, work)).await?
    }

    /// Does something to accounts, on a thread that may wait.
    ///
    /// # Errors
    ///
    /// When it is refused, or as [`with_database`](Self::with_database).
    pub async fn with_accounts<T, F>(&self, work: F) -> AppResult<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T, AccountError> + Send + 'static,
    {
        let pool = self.pool.clone();
        let work = move || {
            let mut connection = pool.get()?;
            work(&mut connection).map_err(|error| AppError::of_account(connection, error))
        };
        web::block(work).await?
    }

    /// Does some work with the database on this thread, which may wait.
    ///
    /// # Errors
    ///
    /// As [`with_database`](Self::with_database).
    pub fn with_connection<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> QueryResult<T>,
    ) -> AppResult<T> {
        with_connection(&self.pool, work)
    }

    /// Waits for a turn at a password, in the order in which people came.
    pub async fn password_turn(&self) -> PasswordTurn<'_> {
        PasswordTurn {
            hashed: &self.passwords_hashed,
            _permit: self.password_checks.acquire().await,
        }
    }

    /// How often a password was hashed, to be stored or to be compared.
    #[must_use]
    pub fn passwords_hashed(&self) -> u64 {
        self.passwords_hashed.load(Ordering::Relaxed)
    }
}

/// A turn at a password, until it is dropped.
pub struct PasswordTurn<'a> {
    hashed: &'a AtomicU64,
    _permit: Result<SemaphorePermit<'a>, AcquireError>,
}

impl PasswordTurn<'_> {
    /// Checks a password against what is stored; `None` for people who do not exist takes as long.
    ///
    /// # Errors
    ///
    /// When the check could not be made.
    pub async fn verify(&self, stored: Option<PasswordHash>, candidate: String) -> AppResult<bool> {
        let verified = web::block(move || match stored {
            Some(hash) => hash.verifies(&candidate),
            None => {
                PasswordHash::pretend_to_verify(&candidate);
                false
            }
        })
        .await?;
        self.hashed.fetch_add(1, Ordering::Relaxed);
        Ok(verified)
    }

    /// What to store of a password.
    ///
    /// # Errors
    ///
    /// When it could not be hashed.
    pub async fn hash(&self, password: Password) -> AppResult<PasswordHash> {
        let hash = web::block(move || password.hash()).await?;
        self.hashed.fetch_add(1, Ordering::Relaxed);
        hash.map_err(|error| AppError::Unforeseen(error.into()))
    }
}

fn with_connection<T>(
    pool: &Pool,
    work: impl FnOnce(&mut Connection) -> QueryResult<T>,
) -> AppResult<T> {
    let mut connection = pool.get()?;
    work(&mut connection).map_err(|error| AppError::of_statement(connection, error))
}
