//! Forgets jobs that were finished long ago.

use serde_json::{Value, json};

use super::Environment;
use super::schedule::Schedule;
use crate::clock;
use crate::models::jobs;

/// Once a day.
pub(super) fn schedules() -> Vec<Schedule> {
    vec![Schedule {
        subject: String::new(),
        cron: "41 4 * * *".to_owned(),
    }]
}

/// Deletes them, with their histories.
pub(super) async fn run(environment: &Environment) -> anyhow::Result<Value> {
    let state = &environment.state;
    let before = clock::now() - state.config.job_retention.get();
    let deleted = state
        .with_database(move |c| jobs::remove_finished(c, before))
        .await?;
    Ok(json!({"jobs": deleted}))
}
