//! People in the application's database, as many as the load speaks of, some of whom are signed in.

use std::path::Path;

use rusqlite::{Connection, Result};
use sha2::{Digest, Sha256};

/// People who are signed in.
pub(crate) const SIGNED_IN: u32 = 100;

/// Members of one team.
const PER_TEAM: u32 = 10;

/// Adds people, their teams, and sessions.
pub(crate) fn add(database: &Path, people: u32, now: i64) {
    let added = Connection::open(database).and_then(|connection| {
        connection.execute_batch(&format!(
            "CREATE TEMP TABLE p AS
                 WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {people}) SELECT i FROM n;
             INSERT INTO users (id, email, password_hash, role, created_at)
                 SELECT printf('user-%06d', i), printf('user-%06d@example.com', i), '-', 'global_user', {now} FROM p;
             INSERT INTO teams (id, name, created_at)
                 SELECT printf('team-%04d', i), 'Team', {now} FROM p WHERE i <= {people} / {PER_TEAM};
             INSERT INTO team_members (team_id, user_id, role)
                 SELECT printf('team-%04d', i / {PER_TEAM}), printf('user-%06d', i), 'team_user' FROM p;"
        ))?;
        (0..SIGNED_IN).try_for_each(|person| sign_in(&connection, person, now))
    });
    added.expect("the accounts are new");
}

/// What somebody's browser holds.
pub(crate) fn session_of(person: u32) -> String {
    format!("token-of-{person:06}")
}

/// The team that somebody belongs to.
pub(crate) fn team_of(person: u32) -> String {
    format!("team-{:04}", person / PER_TEAM)
}

fn sign_in(connection: &Connection, person: u32, now: i64) -> Result<()> {
    let token: [u8; 32] = Sha256::digest(session_of(person)).into();
    let user = format!("user-{person:06}");
    let insert = "INSERT INTO sessions (token_hash, id, user_id, created_at, seen_at, expires_at)
         VALUES (?1, ?2, ?2, ?3, ?3, ?4)";
    connection.execute(insert, (token, user, now, now + 86_400))?;
    Ok(())
}
