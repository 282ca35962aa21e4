//! Who belongs to which team.

use diesel::prelude::*;
use serde::Serialize;

use super::{AccountError, misses_reference, teams as team_rows};
use crate::database::{Connection, on_each};
use crate::schema::{team_members, teams, users};
use crate::values::{Id, TeamRole};

/// A person's place in a team.
#[derive(Debug, Clone, Queryable, Serialize)]
pub struct Membership {
    /// The team.
    #[serde(rename = "id")]
    pub team_id: String,
    /// What the team is called.
    #[serde(rename = "name")]
    pub team_name: String,
    /// What the person is in it.
    pub role: TeamRole,
}

/// A person in a team, as those who administer it see them.
#[derive(Debug, Clone, Queryable, Serialize)]
pub struct Member {
    /// The person.
    pub user_id: String,
    /// Their address.
    pub email: String,
    /// What they are in the team.
    pub role: TeamRole,
}

/// The members of a team, by their ids.
///
/// # Errors
///
/// When the database fails.
pub fn list(connection: &mut Connection, team_id: &str) -> QueryResult<Vec<Member>> {
    let members = team_members::table
        .inner_join(users::table)
        .filter(team_members::team_id.eq(team_id))
        .order(users::id)
        .select((users::id, users::email, team_members::role));
    on_each!(connection, c => members.load(c))
}

/// The teams of a person, by their ids.
///
/// # Errors
///
/// When the database fails.
pub fn of_person(connection: &mut Connection, user_id: &str) -> QueryResult<Vec<Membership>> {
    let teams = team_members::table
        .inner_join(teams::table)
        .filter(team_members::user_id.eq(user_id))
        .order(teams::id)
        .select((teams::id, teams::name, team_members::role));
    on_each!(connection, c => teams.load(c))
}

/// A membership to be added or changed.
#[derive(Debug, Insertable)]
#[diesel(table_name = team_members)]
pub struct NewMember<'a> {
    team_id: &'a str,
    user_id: &'a str,
    role: TeamRole,
}

impl<'a> NewMember<'a> {
    /// A membership.
    #[must_use]
    pub fn new(team_id: &'a Id, user_id: &'a Id, role: TeamRole) -> Self {
        Self {
            team_id: team_id.as_str(),
            user_id: user_id.as_str(),
            role,
        }
    }

    /// Adds the person to the team, or changes what they are in it.
    ///
    /// # Errors
    ///
    /// When there is no such team or person.
    pub fn upsert(&self, connection: &mut Connection) -> Result<(), AccountError> {
        let upsert = diesel::insert_into(team_members::table)
            .values(self)
            .on_conflict((team_members::team_id, team_members::user_id))
            .do_update()
            .set(team_members::role.eq(self.role));
        // Within a transaction, PostgreSQL answers nothing after a failure, unless that was in one of its own.
        let done =
            connection.transaction(|connection| on_each!(connection, c => upsert.execute(c)));
        match done {
            Ok(_) => Ok(()),
            Err(error) if misses_reference(&error) => Err(self.missing(connection)?),
            Err(error) => Err(error.into()),
        }
    }

    fn missing(&self, connection: &mut Connection) -> QueryResult<AccountError> {
        Ok(if team_rows::exists(connection, self.team_id)? {
            AccountError::NoSuchUser(self.user_id.to_owned())
        } else {
            AccountError::NoSuchTeam(self.team_id.to_owned())
        })
    }
}

/// Takes a person out of a team.
///
/// # Errors
///
/// When they are not in it.
pub fn remove(connection: &mut Connection, team_id: &Id, user_id: &Id) -> Result<(), AccountError> {
    let membership = team_members::table.find((team_id.as_str(), user_id.as_str()));
    let delete = diesel::delete(membership);
    match on_each!(connection, c => delete.execute(c))? {
        0 => Err(AccountError::NotAMember {
            team_id: team_id.to_string(),
            user_id: user_id.to_string(),
        }),
        _ => Ok(()),
    }
}
