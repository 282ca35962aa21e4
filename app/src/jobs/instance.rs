//! One instance among those that share a database: it makes the jobs whose times have come, takes those that are due,
//! and lets go of them when it ends.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::rt::task::JoinHandle;
use actix_web::rt::time::sleep;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::attempt::Attempt;
use super::{Environment, Kind, Timetable};
use crate::clock;
use crate::error::AppResult;
use crate::models::jobs::{self, Claim};
use crate::values::Id;

/// How many jobs an instance runs at the same time.
const AT_ONCE: usize = 4;

/// The jobs of this process.
pub struct Jobs {
    end: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Jobs {
    /// Takes no more jobs, and gives back those that are not done, for another instance to begin them again.
    pub async fn end(self) {
        self.end.send_replace(true);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the jobs ended early");
        }
    }
}

/// Schedules and runs jobs until it is told to end.
///
/// # Errors
///
/// When the operating system has no randomness to name the instance with.
pub fn start(environment: Environment) -> Result<Jobs, getrandom::Error> {
    let (end, ending) = watch::channel(false);
    let name = Id::random()?;
    tracing::info!(instance = %name, "runs jobs");
    let instance = Instance {
        timetable: Arc::new(Mutex::new(Timetable::of(&environment.state.registry))),
        name,
        environment,
        ending,
        troubled: false,
    };
    let task = actix_web::rt::spawn(instance.work());
    Ok(Jobs { end, task })
}

struct Instance {
    name: Id,
    environment: Environment,
    timetable: Arc<Mutex<Timetable>>,
    ending: watch::Receiver<bool>,
    /// Whether the database did not answer the last time.
    troubled: bool,
}

impl Instance {
    async fn work(mut self) {
        let pause = u64::try_from(self.environment.state.config.job_poll_ms.get());
        let pause = Duration::from_millis(pause.unwrap_or(u64::MAX));
        let mut running = JoinSet::new();
        while !*self.ending.borrow() {
            let taken = self.take(AT_ONCE - running.len()).await;
            for claim in self.told(taken) {
                let attempt = Attempt::new(self.environment.clone(), claim, self.ending.clone());
                running.spawn_local(attempt.make());
            }
            tokio::select! {
                _ = self.ending.changed() => {}
                Some(_) = running.join_next() => {}
                () = sleep(pause) => {}
            }
        }
        while running.join_next().await.is_some() {}
    }

    /// Makes what is to be made, and takes what is due. What was taken before the database failed is run all the same:
    /// otherwise nobody would until its lease is over.
    async fn take(&self, most: usize) -> AppResult<Vec<Claim>> {
        let timetable = Arc::clone(&self.timetable);
        let (config, name) = (self.environment.state.config.clone(), self.name.clone());
        let work = move |connection: &mut _| {
            let mut timetable = timetable.lock().unwrap_or_else(PoisonError::into_inner);
            timetable.catch_up(connection, config.attempts_of_a_job(), clock::now())?;
            let (kinds, lease) = (Kind::names(), config.job_lease.get());
            let mut claims = Vec::new();
            while claims.len() < most {
                match jobs::claim(connection, &kinds, name.as_str(), lease, clock::now()) {
                    Ok(Some(claim)) => claims.push(claim),
                    Err(error) if claims.is_empty() => return Err(error),
                    Ok(None) | Err(_) => break,
                }
            }
            Ok(claims)
        };
        self.environment.state.with_database(work).await
    }

    /// Says once that the database does not answer, and once that it does again.
    fn told(&mut self, taken: AppResult<Vec<Claim>>) -> Vec<Claim> {
        match &taken {
            Err(error) if !self.troubled => {
                tracing::warn!(%error, "jobs wait for the database");
            }
            Ok(_) if self.troubled => tracing::info!("jobs go on"),
            _ => {}
        }
        self.troubled = taken.is_err();
        taken.unwrap_or_default()
    }
}
