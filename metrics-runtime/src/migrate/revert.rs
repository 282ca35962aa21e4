//! Taking migrations back, newest first, by their way down.

use diesel::migration::{Migration, MigrationSource, Result};
use diesel_migrations::MigrationHarness;

use super::apply::{Exclusive, refuse_newer};

/// Takes back the migration of this name, which has to be the newest that is applied: so asking twice takes back one.
/// What its way down drops is dropped; the migration says what that is. A program that knows it applies it again when
/// it starts.
///
/// # Errors
///
/// When it is not applied or not the newest, when its way down fails, which is rolled back then, when another process
/// does not finish its own migrations, or when the database has migrations that `source` does not know.
pub fn revert<C: Exclusive + MigrationHarness<C::Backend>>(
    conn: &mut C,
    source: &impl MigrationSource<C::Backend>,
    name: &str,
) -> Result<()> {
    let known = source.migrations()?;
    conn.exclusively(|conn| {
        refuse_newer(conn, &known)?;
        let migration = newest(conn, &known, name)?;
        conn.settle_journal()?;
        tracing::info!(migration = name, "taking back migration");
        conn.revert_migration(migration)?;
        tracing::info!(migration = name, "taken back");
        Ok(())
    })
}

/// The newest of the applied migrations, which has to be the one of this name.
fn newest<'m, C: Exclusive + MigrationHarness<C::Backend>>(
    conn: &mut C,
    known: &'m [Box<dyn Migration<C::Backend>>],
    name: &str,
) -> Result<&'m dyn Migration<C::Backend>> {
    let applied = conn.applied()?;
    let newest = known
        .iter()
        .filter(|migration| applied.contains(&migration.name().version().as_owned()))
        .max_by_key(|migration| migration.name().version().as_owned())
        .ok_or("no migration is applied")?;
    let newest_name = newest.name().to_string();
    if newest_name == name {
        Ok(newest.as_ref())
    } else {
        Err(format!("the newest that is applied is {newest_name}: take that one back first").into())
    }
}
