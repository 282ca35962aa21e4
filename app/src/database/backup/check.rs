//! Whether a copy is whole, and one of ours.

use std::path::Path;

use diesel::prelude::*;
use diesel::{sql_query, sql_types};

use super::{BackupError, Failure, open};
use crate::database::migrations::{self, MigrationStatus};

/// Reads all of it, and whether it is one of ours. Answers the migrations that it lacks.
pub(super) fn check(file: &Path) -> Result<Vec<String>, BackupError> {
    let unsound = |reason: String| BackupError::NotSound {
        file: file.to_owned(),
        reason,
    };
    let faults = faults(file).map_err(|error| unsound(error.to_string()))?;
    if faults != ["ok"] {
        return Err(unsound(faults.join("; ")));
    }
    let status = open(file).and_then(|mut copy| Ok(migrations::status_of_file(&mut copy)?));
    let status = status.map_err(|error| unsound(error.to_string()))?;
    if !status.iter().any(|migration| migration.applied) {
        return Err(unsound("it has none of its tables".to_owned()));
    }
    if let Some(newer) = status.iter().find(|migration| !migration.known) {
        let name = &newer.name;
        return Err(unsound(format!("a later version of it has applied {name}")));
    }
    let pending = status.into_iter().filter(|migration| !migration.applied);
    Ok(pending.map(|MigrationStatus { name, .. }| name).collect())
}

fn faults(file: &Path) -> Result<Vec<String>, Failure> {
    #[derive(QueryableByName)]
    struct Fault {
        #[diesel(sql_type = sql_types::Text)]
        integrity_check: String,
    }

    let found: Vec<Fault> = sql_query("PRAGMA integrity_check").load(&mut open(file)?)?;
    Ok(found
        .into_iter()
        .map(|fault| fault.integrity_check)
        .collect())
}
