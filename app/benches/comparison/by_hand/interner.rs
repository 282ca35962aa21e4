//! From texts to small integers.

use std::collections::HashMap;

use rusqlite::{Connection, Result};

const OWNER: &str = "INSERT INTO owners (team_id, user_id) VALUES (?1, ?2)
    ON CONFLICT DO UPDATE SET user_id = excluded.user_id RETURNING id";
const LABELS: &str = "INSERT INTO labels (server_id, satellite_id) VALUES (?1, ?2)
    ON CONFLICT DO UPDATE SET server_id = excluded.server_id RETURNING id";

/// Whose it is, and how it is labelled.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Series {
    pub(super) owner: i64,
    pub(super) labels: i64,
}

/// The series that have been seen.
#[derive(Default)]
pub(super) struct Interner(HashMap<[String; 4], Series>);

impl Interner {
    /// The series of some dimensions, made if there is none.
    pub(super) fn series(
        &mut self,
        connection: &Connection,
        dimensions: &[String; 4],
    ) -> Result<Series> {
        if let Some(series) = self.0.get(dimensions) {
            return Ok(*series);
        }
        let [team, user, server, satellite] = dimensions;
        let id = |sql, values: [&String; 2]| -> Result<i64> {
            connection
                .prepare_cached(sql)?
                .query_row(values, |row| row.get(0))
        };
        let series = Series {
            owner: id(OWNER, [team, user])?,
            labels: id(LABELS, [server, satellite])?,
        };
        self.0.insert(dimensions.clone(), series);
        Ok(series)
    }
}
