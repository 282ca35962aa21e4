//! The kinds of jobs, in one place: what each is called, when it happens, and what it does.

use metrics_runtime::Registry;
use serde_json::Value;

use super::schedule::Schedule;
use super::{Environment, clean_up_accounts, clean_up_jobs, clean_up_metric, collect_metric};
use crate::values::words;

words! {
    /// What a job does.
    Kind {
        /// Forgets jobs that were finished long ago.
        CleanUpJobs = "clean_up_jobs",
        /// Forgets what was told in the audit log long ago, and old attempts to sign in.
        CleanUpAccounts = "clean_up_accounts",
        /// Deletes what is past its retention in one metric, which is its subject.
        CleanUpMetric = "clean_up_metric",
        /// Counts a metric from tables that are there already, up to now.
        CollectMetric = "collect_metric",
    }
}

/// A kind of job is not about what it was said to be about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a job of the kind {kind} cannot be about {subject:?}: it is about {known}")]
pub struct UnknownSubject {
    kind: Kind,
    subject: String,
    known: String,
}

impl Kind {
    /// When jobs of this kind happen by themselves, one for each subject.
    pub(super) fn schedules(self, registry: &Registry) -> Vec<Schedule> {
        match self {
            Self::CleanUpJobs => clean_up_jobs::schedules(),
            Self::CleanUpAccounts => clean_up_accounts::schedules(),
            Self::CleanUpMetric => clean_up_metric::schedules(registry),
            Self::CollectMetric => collect_metric::schedules(registry),
        }
    }

    /// Does it. What comes of it is kept with the job, as is the error.
    pub(super) async fn run(
        self,
        environment: &Environment,
        subject: &str,
    ) -> anyhow::Result<Value> {
        match self {
            Self::CleanUpJobs => clean_up_jobs::run(environment).await,
            Self::CleanUpAccounts => clean_up_accounts::run(environment).await,
            Self::CleanUpMetric => clean_up_metric::run(environment, subject).await,
            Self::CollectMetric => collect_metric::run(environment, subject).await,
        }
    }

    /// Checks that a job of this kind can be about something.
    ///
    /// # Errors
    ///
    /// When it cannot: the error lists what it can be about.
    pub fn check_subject(self, registry: &Registry, subject: &str) -> Result<(), UnknownSubject> {
        let schedules = self.schedules(registry);
        if schedules.iter().any(|schedule| schedule.subject == subject) {
            return Ok(());
        }
        let known: Vec<_> = schedules
            .iter()
            .map(|schedule| schedule.subject.as_str())
            .filter(|subject| !subject.is_empty())
            .collect();
        let known = match known.as_slice() {
            [] => "nothing in particular: leave the subject out".to_owned(),
            known => format!("one of {}", known.join(", ")),
        };
        Err(UnknownSubject {
            kind: self,
            subject: subject.to_owned(),
            known,
        })
    }
}
