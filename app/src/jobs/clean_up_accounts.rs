//! Forgets what was told in the audit log long ago, and attempts to sign in that nobody has to wait for any more.

use serde_json::{Value, json};

use super::Environment;
use super::schedule::Schedule;
use crate::clock;
use crate::models::{audit, sign_in_attempts};

/// Once a day.
pub(super) fn schedules() -> Vec<Schedule> {
    vec![Schedule {
        subject: String::new(),
        cron: "17 4 * * *".to_owned(),
    }]
}

/// Deletes them.
pub(super) async fn run(environment: &Environment) -> anyhow::Result<Value> {
    let state = &environment.state;
    let now = clock::now();
    let before = now - state.config.audit_retention.get();
    let entries = state
        .with_database(move |c| audit::remove_before(c, before))
        .await?;
    let attempts = state
        .with_database(move |c| sign_in_attempts::remove_forgotten(c, now))
        .await?;
    Ok(json!({"audit_entries": entries, "sign_in_attempts": attempts}))
}
