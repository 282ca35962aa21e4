//! Who is signed in.

use diesel::prelude::*;

use super::team_members::Membership;
use super::users::User;
use crate::clock;
use crate::credentials::Digest;
use crate::database::{Connection, on_either};
use crate::schema::{roles, sessions, team_members, teams, users};
use crate::values::Grants;

/// A person who is signed in, as of this request.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The person.
    pub user: User,
    /// What is stored of what their role grants.
    pub grants: Grants,
    /// Their teams, by id.
    pub teams: Vec<Membership>,
}

impl SignedIn {
    /// The person of all rows, in the team of this one too.
    fn with_row(
        person: Option<Self>,
        (user, grants, team): (User, Grants, Option<Membership>),
    ) -> Option<Self> {
        let mut person = person.unwrap_or(Self {
            user,
            grants,
            teams: Vec::new(),
        });
        person.teams.extend(team);
        Some(person)
    }
}

/// A session to be started.
#[derive(Debug, Insertable)]
#[diesel(table_name = sessions)]
pub struct NewSession<'a> {
    token_hash: &'a [u8],
    user_id: &'a str,
    created_at: i64,
    expires_at: i64,
}

impl<'a> NewSession<'a> {
    /// A session of a person, from now on.
    #[must_use]
    pub fn new(token: &'a Digest, user_id: &'a str, seconds: i64) -> Self {
        let now = clock::now();
        Self {
            token_hash: token.as_bytes(),
            user_id,
            created_at: now,
            expires_at: now + seconds,
        }
    }

    /// Starts the session, and sweeps out those that have ended by themselves.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn insert(&self, connection: &mut Connection) -> QueryResult<()> {
        let over = sessions::table.filter(sessions::expires_at.le(self.created_at));
        // Writing first: on SQLite, a transaction that has read before cannot always write.
        connection.transaction(|connection| {
            let sweep = diesel::delete(over);
            on_either!(connection, c => sweep.execute(c))?;
            let start = diesel::insert_into(sessions::table).values(self);
            on_either!(connection, c => start.execute(c)).map(drop)
        })
    }
}

/// Whose session this is, unless it is over; in one statement, since every request asks.
///
/// The digest is looked for and not compared in constant time: what an answer's time could tell is a digest, and a
/// digest opens nothing.
///
/// # Errors
///
/// When the database fails.
pub fn find(connection: &mut Connection, token: &Digest) -> QueryResult<Option<SignedIn>> {
    let in_team = team_members::user_id.eq(users::id);
    let team = teams::id.nullable().eq(team_members::team_id.nullable());
    let user = (users::id, users::email, users::role);
    let role = roles::table.on(users::role.eq(roles::id));
    let membership = (
        teams::id.assume_not_null(),
        teams::name.assume_not_null(),
        team_members::role.assume_not_null(),
    )
        .nullable();
    let live = sessions::table
        .inner_join(users::table)
        .inner_join(role)
        // One after the other, and not as one: SQLite would first put together all members of all teams.
        .left_join(team_members::table.on(in_team))
        .left_join(teams::table.on(team))
        .filter(sessions::token_hash.eq(token.as_bytes()))
        .filter(sessions::expires_at.gt(clock::now()))
        .select((user, roles::permissions, membership))
        .order(teams::id);
    let rows: Vec<(User, Grants, Option<Membership>)> = on_either!(connection, c => live.load(c))?;
    Ok(rows.into_iter().fold(None, SignedIn::with_row))
}

/// Ends a session, if there is one.
///
/// # Errors
///
/// When the database fails.
pub fn remove(connection: &mut Connection, token: &Digest) -> QueryResult<()> {
    let session = diesel::delete(sessions::table.find(token.as_bytes()));
    on_either!(connection, c => session.execute(c)).map(drop)
}
