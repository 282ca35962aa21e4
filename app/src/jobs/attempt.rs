//! One attempt at a job: it is made until it is done, takes too long, belongs to another instance, or has to be given
//! back.

use std::time::{Duration, Instant};

use actix_web::rt::time::{sleep, timeout};
use serde_json::Value;
use tokio::sync::watch;

use super::{Environment, Kind};
use crate::clock;
use crate::models::jobs::Claim;
use crate::state::State;

/// How often a lease is renewed before it is over.
const RENEWALS: u32 = 3;

/// What is written down of an attempt that was broken off.
const ENDED: &str = "the instance that ran it was asked to end";

/// One attempt at a job.
pub(super) struct Attempt {
    environment: Environment,
    claim: Claim,
    ending: watch::Receiver<bool>,
}

/// How an attempt went.
enum Outcome {
    /// It is done.
    Done(Value),
    /// It is not, for this reason. It is tried again after some seconds.
    Failed { error: String, wait: i64 },
    /// The instance ends: another one begins it again, as often as it might before.
    GivenBack,
    /// Another instance has it.
    Lost,
}

impl Attempt {
    pub(super) fn new(
        environment: Environment,
        claim: Claim,
        ending: watch::Receiver<bool>,
    ) -> Self {
        Self {
            environment,
            claim,
            ending,
        }
    }

    /// Makes it, and writes down how it went.
    pub(super) async fn make(self) {
        let mut ending = self.ending.clone();
        let outcome = tokio::select! {
            outcome = self.run() => outcome,
            () = self.keep() => Outcome::Lost,
            _ = ending.wait_for(|ending| *ending) => Outcome::GivenBack,
        };
        self.settle(outcome).await;
    }

    async fn run(&self) -> Outcome {
        let Some(kind) = Kind::named(&self.claim.kind) else {
            return self.failed(format!(
                "this instance does not know the kind {}",
                self.claim.kind
            ));
        };
        let deadline = self.state().config.job_deadline;
        let run = kind.run(&self.environment, &self.claim.subject);
        match timeout(seconds(deadline.get()), run).await {
            Ok(Ok(result)) => Outcome::Done(result),
            Ok(Err(error)) => self.failed(format!("{error:#}")),
            Err(_) => self.failed(format!(
                "it was not done within {deadline}, and was given up"
            )),
        }
    }

    /// Renews the lease for as long as the job is this attempt's.
    async fn keep(&self) {
        let lease = self.state().config.job_lease.get();
        let mut heard_of = Instant::now();
        loop {
            sleep(seconds(lease) / RENEWALS).await;
            let claim = self.claim.clone();
            let renew = move |connection: &mut _| claim.renew(connection, lease, clock::now());
            match self.state().with_database(renew).await {
                Ok(true) => heard_of = Instant::now(),
                Ok(false) => return,
                // Others believe by now that it is lost.
                Err(_) if heard_of.elapsed() > seconds(lease) => return,
                Err(error) => {
                    tracing::warn!(job = self.claim.id, %error, "a lease was not renewed");
                }
            }
        }
    }

    /// An error of its own: waits longer each time.
    fn failed(&self, error: String) -> Outcome {
        let config = &self.state().config;
        let before = (config.attempts_of_a_job() - self.claim.attempts_left - 1).clamp(0, 30);
        let wait = config.job_backoff.get().saturating_mul(1 << before);
        Outcome::Failed { error, wait }
    }

    async fn settle(self, outcome: Outcome) {
        let Claim {
            id,
            kind,
            subject,
            attempt,
            attempts_left,
        } = self.claim.clone();
        match &outcome {
            Outcome::Done(result) => {
                tracing::info!(job = id, kind, subject, attempt, %result, "a job is done");
            }
            Outcome::Failed { error, .. } => {
                tracing::error!(
                    job = id,
                    kind,
                    subject,
                    attempt,
                    attempts_left,
                    error,
                    "a job failed"
                );
            }
            Outcome::GivenBack => {
                tracing::info!(job = id, kind, subject, attempt, "a job is given back");
            }
            Outcome::Lost => {
                return tracing::warn!(
                    job = id,
                    kind,
                    subject,
                    attempt,
                    "a job was lost to another instance"
                );
            }
        }
        let claim = self.claim.clone();
        let write = move |connection: &mut _| match outcome {
            Outcome::Done(result) => claim.succeed(connection, &result.to_string(), clock::now()),
            Outcome::Failed { error, wait } => claim.fail(connection, &error, wait, clock::now()),
            Outcome::GivenBack => claim.give_back(connection, ENDED, clock::now()),
            Outcome::Lost => Ok(true),
        };
        match self.state().with_database(write).await {
            Ok(true) => {}
            Ok(false) => tracing::warn!(job = id, "another instance has taken the job"),
            // Its lease will be over, and somebody will do it again.
            Err(error) => {
                tracing::error!(job = id, %error, "it could not be written down how a job went");
            }
        }
    }

    fn state(&self) -> &State {
        &self.environment.state
    }
}

fn seconds(seconds: i64) -> Duration {
    Duration::from_secs(seconds.unsigned_abs())
}
