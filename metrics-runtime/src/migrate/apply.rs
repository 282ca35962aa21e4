//! Applying migrations: once, whoever else starts at the same moment, and never to a database of a later version.

use std::time::Instant;

use diesel::Connection;
use diesel::migration::{Migration, MigrationSource, MigrationVersion, Result};
use diesel_migrations::MigrationHarness;

/// A connection that can keep others from applying migrations.
pub trait Exclusive: Connection + Sized {
    /// Does `work` while no other process applies migrations. On SQLite it is one transaction, all or nothing.
    ///
    /// # Errors
    ///
    /// Those of `work`, and when the lock cannot be had.
    fn exclusively<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T>;

    /// The versions that the database has applied.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    fn applied(&mut self) -> Result<Vec<MigrationVersion<'static>>>
    where
        Self: MigrationHarness<Self::Backend>,
    {
        self.applied_migrations()
    }

    /// What the process of another connection is doing, where more can be told than that it is at it.
    fn doing(&mut self, _process: i64) -> Option<String> {
        None
    }

    /// Adds what the journal holds to its buckets, while no other process applies migrations: events find the tables
    /// as they were when they were recorded.
    ///
    /// # Errors
    ///
    /// When the database fails.
    fn settle_journal(&mut self) -> Result<()> {
        Ok(())
    }
}

/// Applies what is pending, oldest first. Answers the names of what was applied. Where nothing is pending, nobody is
/// waited for: neither for one who migrates nor for one who writes.
///
/// # Errors
///
/// When a migration fails, when another process does not finish its own, or when the database has migrations that
/// `source` does not know: a later version has been there.
pub fn apply<C: Exclusive + MigrationHarness<C::Backend>>(
    conn: &mut C,
    source: &impl MigrationSource<C::Backend>,
) -> Result<Vec<String>> {
    let known = source.migrations()?;
    if is_up_to_date(conn, &known) {
        return Ok(Vec::new());
    }
    conn.exclusively(|conn| {
        refuse_newer(conn, &known)?;
        let names = pending(conn, &known)?;
        if !names.is_empty() {
            conn.settle_journal()?;
        }
        let named = |name: &String| {
            known
                .iter()
                .find(|migration| migration.name().to_string() == *name)
        };
        let pending: Vec<_> = names.iter().filter_map(named).collect();
        let numbered = pending.iter().zip(1..);
        numbered
            .map(|(migration, number)| {
                let place = format!("{number} of {}", pending.len());
                apply_one(conn, migration.as_ref(), &place)
            })
            .collect()
    })
}

/// Whether exactly what is known has been applied. What keeps us from looking will keep us from applying, too, and is
/// told there.
fn is_up_to_date<C: Exclusive + MigrationHarness<C::Backend>>(
    conn: &mut C,
    known: &[Box<dyn Migration<C::Backend>>],
) -> bool {
    pending(conn, known).is_ok_and(|pending| pending.is_empty())
        && unknown_versions(conn, known).is_ok_and(|unknown| unknown.is_empty())
}

/// The names of those of `known` that the database has not applied, oldest first.
///
/// # Errors
///
/// When the database does not answer.
pub fn pending<C: Exclusive + MigrationHarness<C::Backend>>(
    conn: &mut C,
    known: &[Box<dyn Migration<C::Backend>>],
) -> Result<Vec<String>> {
    let applied = conn.applied()?;
    let mut pending: Vec<_> = known.iter().map(|migration| migration.name()).collect();
    pending.retain(|name| !applied.contains(&name.version().as_owned()));
    pending.sort_by_key(|name| name.version());
    Ok(pending.iter().map(ToString::to_string).collect())
}

/// Versions that the database has applied and `known` does not contain.
///
/// # Errors
///
/// When the database does not answer.
pub fn unknown_versions<C: Exclusive + MigrationHarness<C::Backend>>(
    conn: &mut C,
    known: &[Box<dyn Migration<C::Backend>>],
) -> Result<Vec<String>> {
    let is_known = |version: &diesel::migration::MigrationVersion<'_>| {
        known
            .iter()
            .any(|migration| migration.name().version() == *version)
    };
    let mut versions = conn.applied()?;
    versions.sort_unstable();
    Ok(versions
        .iter()
        .filter(|version| !is_known(version))
        .map(ToString::to_string)
        .collect())
}

pub(super) fn refuse_newer<C: Exclusive + MigrationHarness<C::Backend>>(
    conn: &mut C,
    known: &[Box<dyn Migration<C::Backend>>],
) -> Result<()> {
    match unknown_versions(conn, known)?.as_slice() {
        [] => Ok(()),
        unknown => Err(format!(
            "the database is newer than this program, which does not know its migration {}: start the version that \
             applied it, or restore a backup from before",
            unknown.join(", ")
        )
        .into()),
    }
}

fn apply_one<C: MigrationHarness<C::Backend> + Connection>(
    conn: &mut C,
    migration: &dyn Migration<C::Backend>,
    place: &str,
) -> Result<String> {
    let name = migration.name().to_string();
    tracing::info!(migration = name, "applying migration {place}");
    let start = Instant::now();
    conn.run_migration(migration)?;
    let seconds = start.elapsed().as_secs_f64();
    tracing::info!(migration = name, seconds, "applied");
    Ok(name)
}
