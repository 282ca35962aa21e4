//! Puts the people, teams and keys of the world into a database, as far as they are not there yet.

use diesel::Connection as _;

use super::world::{PASSWORD, PEOPLE, Person, SATELLITES, Satellite, TEAMS, Team};
use crate::accounts::NewAccount;
use crate::credentials::{Password, SatelliteKey};
use crate::database::Connection;
use crate::models::satellite_keys::{self, NewSatelliteKey};
use crate::models::team_members::NewMember;
use crate::models::teams::{self, NewTeam};
use crate::models::users;
use crate::values::{Email, Id, TeamName};

/// Somebody else's database.
#[derive(Debug, thiserror::Error)]
#[error(
    "{0} has people in it who are not the demo's, and stays as it is: \
     name a database of the demo's own with --database-url, or leave it out"
)]
pub struct NotADemo(pub String);

/// Whether a database has people in it, and none of the demo.
pub fn belongs_to_somebody_else(connection: &mut Connection) -> bool {
    // A database without the tables, and so without people, is as good as a new one.
    let has_people = users::any(connection).unwrap_or(false);
    let known = |person: &Person| users::find_by_email(connection, person.email);
    let mut known = PEOPLE.iter().map(known);
    has_people && !known.any(|found| matches!(found, Ok(Some(_))))
}

/// Adds whatever is missing, all of it or nothing.
///
/// # Errors
///
/// When the database fails, or an address is taken by somebody else.
pub fn settle(connection: &mut Connection) -> anyhow::Result<()> {
    connection.transaction(|connection| {
        for team in TEAMS {
            add_team(connection, team)?;
        }
        for person in PEOPLE {
            add_person(connection, person)?;
        }
        for satellite in SATELLITES {
            add_key(connection, satellite)?;
        }
        Ok(())
    })
}

fn add_team(connection: &mut Connection, team: &Team) -> anyhow::Result<()> {
    if !teams::exists(connection, team.id)? {
        let (id, name) = (Id::parse("team", team.id)?, TeamName::parse(team.name)?);
        NewTeam::new(&id, &name).insert(connection)?;
    }
    Ok(())
}

/// Memberships are made together with the person: what was changed since stays changed.
fn add_person(connection: &mut Connection, person: &Person) -> anyhow::Result<()> {
    if users::exists(connection, person.id)? {
        return Ok(());
    }
    let account = NewAccount {
        id: Id::parse("user", person.id)?,
        email: Email::parse(person.email)?,
        role: person.role,
        password: Password::parse(PASSWORD)?,
    };
    account.store(connection)?;
    for (team, role) in person.teams {
        NewMember::new(&Id::parse("team", team)?, &account.id, *role).upsert(connection)?;
    }
    Ok(())
}

fn add_key(connection: &mut Connection, satellite: &Satellite) -> anyhow::Result<()> {
    let Some(key) = SatelliteKey::parse(satellite.key) else {
        anyhow::bail!("the key of {} is none", satellite.id);
    };
    if satellite_keys::find_holder(connection, &key)?.is_none() {
        let id = Id::parse("satellite", satellite.id)?;
        NewSatelliteKey::new(&key, &id, None).insert(connection)?;
    }
    Ok(())
}
