//! Who is signed in.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::result::Error;

use super::users::User;
use crate::clock;
use crate::credentials::Digest;
use crate::database::{Connection, on_each};
use crate::schema::{roles, sessions, team_members, users};
use crate::values::{Client, Grants, Id, TeamRole};

/// A person who is signed in, as of this request.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The person.
    pub user: User,
    /// What is stored of what their role grants.
    pub grants: Grants,
    /// What they are in their teams, by the teams' ids.
    pub teams: BTreeMap<String, TeamRole>,
    /// The session that the request belongs to.
    pub session: Current,
}

/// The session that a request belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Current {
    /// What people see of it.
    pub id: String,
    /// When a request of it was last noted.
    pub seen_at: i64,
}

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct Session {
    /// Neither the cookie nor what is stored of it.
    pub id: String,
    /// When they signed in.
    pub created_at: i64,
    /// When a request of it was last noted.
    pub seen_at: i64,
    /// When it ends by itself.
    pub expires_at: i64,
    /// From where they signed in.
    pub address: Option<String>,
    /// With what.
    pub user_agent: Option<String>,
}

/// A session to be started.
#[derive(Debug)]
pub struct NewSession<'a> {
    /// What is stored of its cookie.
    pub token: &'a Digest,
    /// Whose it is.
    pub user_id: &'a str,
    /// How long it lasts.
    pub seconds: i64,
    /// From where it is started.
    pub client: &'a Client,
}

impl NewSession<'_> {
    /// Starts the session, and sweeps out those that have ended by themselves.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn insert(&self, connection: &mut Connection) -> QueryResult<()> {
        let now = clock::now();
        let id = Id::random().map_err(|error| Error::SerializationError(error.into()))?;
        let start = diesel::insert_into(sessions::table).values((
            sessions::token_hash.eq(self.token.as_bytes()),
            sessions::id.eq(id.as_str()),
            sessions::user_id.eq(self.user_id),
            sessions::created_at.eq(now),
            sessions::seen_at.eq(now),
            sessions::expires_at.eq(now + self.seconds),
            sessions::address.eq(self.client.address_text()),
            sessions::user_agent.eq(self.client.user_agent()),
        ));
        let over = diesel::delete(sessions::table.filter(sessions::expires_at.le(now)));
        // Writing first: on SQLite, a transaction that has read before cannot always write.
        connection.transaction(|connection| {
            on_each!(connection, c => over.execute(c))?;
            on_each!(connection, c => start.execute(c)).map(drop)
        })
    }
}

/// A person, and one of their teams if they have any.
type Found = (User, Grants, Current, Option<(String, TeamRole)>);

/// Whose session this is, unless it is over or the person disabled; in one statement, since every request asks.
///
/// The digest is looked for and not compared in constant time: what an answer's time could tell is a digest, and a
/// digest opens nothing.
///
/// # Errors
///
/// When the database fails.
pub fn find(connection: &mut Connection, token: &Digest) -> QueryResult<Option<SignedIn>> {
    let in_team = team_members::user_id.eq(users::id);
    let user = (users::id, users::email, users::role);
    let role = roles::table.on(users::role.eq(roles::id));
    let membership = (team_members::team_id, team_members::role).nullable();
    let live = sessions::table
        .inner_join(users::table)
        .inner_join(role)
        .left_join(team_members::table.on(in_team))
        .filter(sessions::token_hash.eq(token.as_bytes()))
        .filter(sessions::expires_at.gt(clock::now()))
        .filter(users::disabled_at.is_null())
        .select((
            user,
            roles::permissions,
            (sessions::id, sessions::seen_at),
            membership,
        ));
    let rows: Vec<Found> = on_each!(connection, c => live.load(c))?;
    let mut found = None;
    for (user, grants, session, membership) in rows {
        let signed_in = found.get_or_insert(SignedIn {
            user,
            grants,
            teams: BTreeMap::new(),
            session,
        });
        signed_in.teams.extend(membership);
    }
    Ok(found)
}

/// The sessions of a person that are not over, latest first.
///
/// # Errors
///
/// When the database fails.
pub fn list(connection: &mut Connection, user_id: &str) -> QueryResult<Vec<Session>> {
    let live = sessions::table
        .filter(sessions::user_id.eq(user_id))
        .filter(sessions::expires_at.gt(clock::now()))
        .order((sessions::created_at.desc(), sessions::id));
    on_each!(connection, c => live.select(Session::as_select()).load(c))
}

/// Whose session has a cookie, if there is one.
///
/// # Errors
///
/// When the database fails.
pub fn owner(connection: &mut Connection, token: &Digest) -> QueryResult<Option<String>> {
    let owner = sessions::table
        .find(token.as_bytes())
        .select(sessions::user_id);
    on_each!(connection, c => owner.get_result(c).optional())
}

/// Ends the session of a cookie. Answers whether there was one.
///
/// # Errors
///
/// When the database fails.
pub fn remove(connection: &mut Connection, token: &Digest) -> QueryResult<bool> {
    let session = diesel::delete(sessions::table.find(token.as_bytes()));
    on_each!(connection, c => session.execute(c)).map(|ended| ended == 1)
}

/// Ends one session of a person. Answers whether there was one.
///
/// # Errors
///
/// When the database fails.
pub fn end(connection: &mut Connection, user_id: &str, id: &str) -> QueryResult<bool> {
    let one = sessions::table
        .filter(sessions::user_id.eq(user_id))
        .filter(sessions::id.eq(id));
    on_each!(connection, c => diesel::delete(one).execute(c)).map(|ended| ended == 1)
}

/// Ends all sessions of a person but one. Answers how many there were.
///
/// # Errors
///
/// When the database fails.
pub fn end_others(connection: &mut Connection, user_id: &str, kept: &str) -> QueryResult<usize> {
    let others = sessions::table
        .filter(sessions::user_id.eq(user_id))
        .filter(sessions::id.ne(kept));
    on_each!(connection, c => diesel::delete(others).execute(c))
}

/// Ends all sessions of a person. Answers how many there were.
///
/// # Errors
///
/// When the database fails.
pub fn end_all(connection: &mut Connection, user_id: &str) -> QueryResult<usize> {
    let all = sessions::table.filter(sessions::user_id.eq(user_id));
    on_each!(connection, c => diesel::delete(all).execute(c))
}

/// Notes that there was a request of a session, unless that was noted since `before`.
///
/// # Errors
///
/// When the database fails.
pub fn note_seen(connection: &mut Connection, id: &str, before: i64) -> QueryResult<()> {
    let session = sessions::table
        .filter(sessions::id.eq(id))
        .filter(sessions::seen_at.le(before));
    let note = diesel::update(session).set(sessions::seen_at.eq(clock::now()));
    on_each!(connection, c => note.execute(c)).map(drop)
}
