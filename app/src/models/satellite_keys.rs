//! The keys that satellites report with.

use diesel::prelude::*;

use super::{AccountError, misses_reference};
use crate::clock;
use crate::credentials::SatelliteKey;
use crate::database::{Connection, on_each};
use crate::schema::satellite_keys;
use crate::values::Id;

/// Who reports with a key, and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyHolder {
    /// The satellite.
    pub satellite_id: String,
    /// The only team that it may write to; `None` for any.
    pub team_id: Option<String>,
}

/// A key to be stored.
#[derive(Debug)]
pub struct NewSatelliteKey<'a> {
    key: &'a SatelliteKey,
    satellite_id: &'a Id,
    team_id: Option<&'a Id>,
    created_at: i64,
}

impl<'a> NewSatelliteKey<'a> {
    /// A key of a satellite.
    #[must_use]
    pub fn new(key: &'a SatelliteKey, satellite_id: &'a Id, team_id: Option<&'a Id>) -> Self {
        Self {
            key,
            satellite_id,
            team_id,
            created_at: clock::now(),
        }
    }

    /// The same key, given at another moment than now.
    #[must_use]
    pub fn given_at(self, created_at: i64) -> Self {
        Self { created_at, ..self }
    }

    /// Stores the key.
    ///
    /// # Errors
    ///
    /// When there is no such team.
    pub fn insert(&self, connection: &mut Connection) -> Result<(), AccountError> {
        let team_id = self.team_id.map(Id::as_str);
        let digest = self.key.digest();
        let insert = diesel::insert_into(satellite_keys::table).values((
            satellite_keys::id.eq(self.key.id()),
            satellite_keys::satellite_id.eq(self.satellite_id.as_str()),
            satellite_keys::team_id.eq(team_id),
            satellite_keys::secret_hash.eq(digest.as_bytes()),
            satellite_keys::created_at.eq(self.created_at),
        ));
        let inserted = on_each!(connection, c => insert.execute(c));
        inserted.map(drop).map_err(|error| match team_id {
            Some(team_id) if misses_reference(&error) => AccountError::NoSuchTeam(team_id.into()),
            _ => error.into(),
        })
    }
}

/// The id of a key, its satellite, its team, and the digest of its secret.
type Stored = (String, String, Option<String>, Vec<u8>);

/// Whose keys these are, in their order: `None` for one that is unknown, revoked, or has another secret.
///
/// # Errors
///
/// When the database fails.
pub fn find_holders(
    connection: &mut Connection,
    keys: &[SatelliteKey],
) -> QueryResult<Vec<Option<KeyHolder>>> {
    let ids = keys.iter().map(SatelliteKey::id);
    let live = satellite_keys::table.filter(is_live(clock::now())).select((
        satellite_keys::id,
        satellite_keys::satellite_id,
        satellite_keys::team_id,
        satellite_keys::secret_hash,
    ));
    let one = |id| live.filter(satellite_keys::id.eq(id));
    let found: QueryResult<Vec<Stored>> = match connection {
        // A list is prepared anew each time, which takes longer than to look each up; so is a limit, which `first` sets.
        Connection::Sqlite(c) => ids
            .filter_map(|id| one(id).get_result(c).optional().transpose())
            .collect(),
        #[cfg(any(feature = "postgres", feature = "turso"))]
        c => {
            let given = live.filter(satellite_keys::id.eq_any(ids));
            on_each!(c, c => given.load(c))
        }
    };
    let found = found?;
    let holder = |key: &SatelliteKey| {
        let digest = key.digest();
        let mut stored = found.iter();
        let (_, satellite_id, team_id, _) =
            stored.find(|(id, _, _, secret)| id == key.id() && digest.matches(secret))?;
        Some(KeyHolder {
            satellite_id: satellite_id.clone(),
            team_id: team_id.clone(),
        })
    };
    Ok(keys.iter().map(holder).collect())
}

/// Ends a key at a moment, unless it ends sooner. Answers whether that changed anything.
///
/// # Errors
///
/// When there is no such key.
pub fn end(connection: &mut Connection, id: &str, moment: i64) -> Result<bool, AccountError> {
    let later = satellite_keys::table.find(id).filter(is_live(moment));
    let end = diesel::update(later).set(satellite_keys::revoked_at.eq(moment));
    let ended = on_each!(connection, c => end.execute(c))?;
    if ended == 1 || exists(connection, id)? {
        Ok(ended == 1)
    } else {
        Err(AccountError::NoSuchKey(id.to_owned()))
    }
}

/// A key as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = satellite_keys)]
pub struct Key {
    /// The part of it that may be shown.
    pub id: String,
    /// Who reports with it.
    pub satellite_id: String,
    /// The only team that it may write to; `None` for any.
    pub team_id: Option<String>,
    /// When it was given.
    pub created_at: i64,
    /// When it ends, or ended: ahead while its successor takes over.
    pub revoked_at: Option<i64>,
}

/// Keys by their ids, from after one of them on.
///
/// # Errors
///
/// When the database fails.
pub fn list(connection: &mut Connection, after: &str, limit: i64) -> QueryResult<Vec<Key>> {
    let page = satellite_keys::table
        .filter(satellite_keys::id.gt(after))
        .order(satellite_keys::id)
        .limit(limit);
    on_each!(connection, c => page.select(Key::as_select()).load(c))
}

/// The key with an id.
///
/// # Errors
///
/// When there is none.
pub fn find(connection: &mut Connection, id: &str) -> Result<Key, AccountError> {
    let key = satellite_keys::table.find(id);
    let found = on_each!(connection, c => key
        .select(Key::as_select())
        .get_result(c)
        .optional())?;
    found.ok_or_else(|| AccountError::NoSuchKey(id.to_owned()))
}

/// Whether there is a key with an id, be it revoked.
///
/// # Errors
///
/// When the database fails.
pub fn exists(connection: &mut Connection, id: &str) -> QueryResult<bool> {
    let exists = diesel::select(diesel::dsl::exists(satellite_keys::table.find(id)));
    on_each!(connection, c => exists.get_result(c))
}

/// Whether a key opens anything at a moment.
#[diesel::dsl::auto_type]
fn is_live(moment: i64) -> _ {
    let ends_later = satellite_keys::revoked_at.gt(moment).assume_not_null();
    satellite_keys::revoked_at.is_null().or(ends_later)
}

/// A key that writes to one team, and when it was given and revoked.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct TeamKey {
    /// The team.
    pub team_id: String,
    /// The satellite.
    pub satellite_id: String,
    /// When it was given, in epoch seconds.
    pub created_at: i64,
    /// When it was revoked, if it was.
    pub revoked_at: Option<i64>,
}

/// The keys of teams that were given or revoked from one moment up to another, in epoch seconds.
///
/// # Errors
///
/// When the database fails.
pub fn changed_between(
    connection: &mut Connection,
    start: i64,
    end: i64,
) -> QueryResult<Vec<TeamKey>> {
    let given = satellite_keys::created_at
        .ge(start)
        .and(satellite_keys::created_at.lt(end));
    let revoked = satellite_keys::revoked_at
        .ge(start)
        .and(satellite_keys::revoked_at.lt(end));
    let changed = satellite_keys::table
        .filter(satellite_keys::team_id.is_not_null())
        .filter(given.nullable().or(revoked))
        .select((
            satellite_keys::team_id.assume_not_null(),
            satellite_keys::satellite_id,
            satellite_keys::created_at,
            satellite_keys::revoked_at,
        ));
    on_each!(connection, c => changed.load(c))
}
