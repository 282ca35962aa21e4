//! Puts the people, teams and keys of the world into a database, as far as they are not there yet.

use std::slice;

use super::keys::{TeamKey, team_keys};
use super::timetable::airline_name;
use super::world::{PASSWORD, PEOPLE, Person, SATELLITES, Satellite, TEAMS, Team, Work};
use crate::accounts::NewAccount;
use crate::credentials::{Password, SatelliteKey};
use crate::database::Connection;
use crate::models::audit::Actor;
use crate::models::satellite_keys::{self, NewSatelliteKey};
use crate::models::team_members::NewMember;
use crate::models::teams::{self, NewTeam};
use crate::models::users;
use crate::values::{Email, GlobalRole, Id, Line, TeamRole};

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
    let known = |person: &Person<'_>| users::find_by_email(connection, person.email);
    let mut known = PEOPLE.iter().map(known);
    has_people && !known.any(|found| matches!(found, Ok(Some(_))))
}

/// Adds whatever is missing at `now` of the world and of these satellites, all of it or nothing.
///
/// # Errors
///
/// When the database fails, or an address is taken by somebody else.
pub fn settle(
    connection: &mut Connection,
    satellites: &[&Satellite],
    now: i64,
) -> anyhow::Result<()> {
    connection.transaction(|connection| {
        for team in TEAMS {
            add_team(connection, team)?;
        }
        for person in PEOPLE {
            add_person(connection, person)?;
        }
        for satellite in satellites {
            add_key(connection, satellite)?;
            if let Work::Timetable(timetable) = &satellite.work {
                for code in timetable.airlines() {
                    add_airline(connection, code)?;
                }
            }
        }
        for key in team_keys(SATELLITES, now) {
            add_team_key(connection, &key, now)?;
        }
        Ok(())
    })
}

fn add_team(connection: &mut Connection, team: &Team<'_>) -> anyhow::Result<()> {
    if !teams::exists(connection, team.id)? {
        let (id, name) = (Id::parse("team", team.id)?, Line::name(team.name)?);
        NewTeam::new(&id, &name).insert(connection)?;
    }
    Ok(())
}

/// Memberships are made together with the person: what was changed since stays changed.
fn add_person(connection: &mut Connection, person: &Person<'_>) -> anyhow::Result<()> {
    if users::exists(connection, person.id)? {
        return Ok(());
    }
    let account = NewAccount {
        id: Id::parse("user", person.id)?,
        email: Email::parse(person.email)?,
        role: person.role.to_string(),
        password: Password::parse(PASSWORD)?,
    };
    account.store(connection, &Actor::service(), &account.password.hash()?)?;
    for (team, role) in person.teams {
        NewMember::new(&Id::parse("team", team)?, &account.id, *role).upsert(connection)?;
    }
    Ok(())
}

/// An airline is a team, with one person who administers it.
fn add_airline(connection: &mut Connection, code: &'static str) -> anyhow::Result<()> {
    let name = airline_name(code);
    add_team(connection, &Team { id: code, name })?;
    let (id, email) = (format!("crew-{code}"), format!("{code}@example.com"));
    let person = Person {
        id: &id,
        email: &email,
        role: GlobalRole::User,
        teams: &[(code, TeamRole::Admin)],
        pace: 0.0,
    };
    add_person(connection, &person)
}

fn add_key(connection: &mut Connection, satellite: &Satellite) -> anyhow::Result<()> {
    let Some(key) = SatelliteKey::parse(satellite.key) else {
        anyhow::bail!("the key of {} is none", satellite.id);
    };
    if satellite_keys::find_holders(connection, slice::from_ref(&key))? == [None] {
        let id = Id::parse("satellite", satellite.id)?;
        NewSatelliteKey::new(&key, &id, None).insert(connection)?;
    }
    Ok(())
}

/// What a team was given, and what has been renewed since.
fn add_team_key(connection: &mut Connection, given: &TeamKey, now: i64) -> anyhow::Result<()> {
    let Some(key) = SatelliteKey::parse(&given.key) else {
        anyhow::bail!("the key of {} is none", given.team);
    };
    if !satellite_keys::exists(connection, key.id())? {
        let satellite = Id::parse("satellite", given.satellite)?;
        let team = Id::parse("team", given.team)?;
        NewSatelliteKey::new(&key, &satellite, Some(&team))
            .given_at(given.given)
            .insert(connection)?;
    }
    if given.ends() <= now {
        satellite_keys::end(connection, key.id(), given.ends())?;
    }
    Ok(())
}
