//! Teams.

use diesel::prelude::*;
use serde::Serialize;

use super::{AccountError, is_duplicate};
use crate::clock;
use crate::database::{Connection, on_each};
use crate::schema::teams;
use crate::values::{Id, Line};

/// A team to be added.
#[derive(Debug, Insertable)]
#[diesel(table_name = teams)]
pub struct NewTeam<'a> {
    id: &'a str,
    name: &'a str,
    created_at: i64,
}

impl<'a> NewTeam<'a> {
    /// A team, as of now.
    #[must_use]
    pub fn new(id: &'a Id, name: &'a Line) -> Self {
        Self {
            id: id.as_str(),
            name: name.as_str(),
            created_at: clock::now(),
        }
    }

    /// Adds the team.
    ///
    /// # Errors
    ///
    /// When the id is taken.
    pub fn insert(&self, connection: &mut Connection) -> Result<(), AccountError> {
        let insert = diesel::insert_into(teams::table).values(self);
        match on_each!(connection, c => insert.execute(c)) {
            Ok(_) => Ok(()),
            Err(error) if is_duplicate(&error) => {
                Err(AccountError::TeamIdTaken(self.id.to_owned()))
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// A team.
#[derive(Debug, Clone, Queryable, Selectable, Serialize)]
#[diesel(table_name = teams)]
pub struct Team {
    /// The value of a metric's team dimension in this team's rows.
    pub id: String,
    /// What it is called.
    pub name: String,
}

/// Teams by their ids, from after one of them on.
///
/// # Errors
///
/// When the database fails.
pub fn list(connection: &mut Connection, after: &str, limit: i64) -> QueryResult<Vec<Team>> {
    let page = teams::table
        .filter(teams::id.gt(after))
        .order(teams::id)
        .limit(limit);
    on_each!(connection, c => page.select(Team::as_select()).load(c))
}

/// Whether there is a team with an id.
///
/// # Errors
///
/// When the database fails.
pub fn exists(connection: &mut Connection, id: &str) -> QueryResult<bool> {
    let exists = diesel::select(diesel::dsl::exists(teams::table.find(id)));
    on_each!(connection, c => exists.get_result(c))
}
