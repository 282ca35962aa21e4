//! Imports the flights: CSV by the csv crate, upserts in batches of 1,000.

use std::collections::HashMap;
use std::fs::File;
use std::path::Path;

use csv::StringRecord;
use flate2::read::GzDecoder;
use rusqlite::{Connection, Result, params, params_from_iter};

use super::database::{self, in_transaction};
use crate::synchronous::Synchronous;

const SCHEMA: &str = "
    CREATE TABLE carriers (id INTEGER PRIMARY KEY, carrier TEXT NOT NULL UNIQUE);
    CREATE TABLE routes (id INTEGER PRIMARY KEY, origin TEXT NOT NULL, dest TEXT NOT NULL, UNIQUE (origin, dest));
    CREATE TABLE departures (
        carrier_id INTEGER NOT NULL, bucket_interval INTEGER NOT NULL, bucket_timestamp INTEGER NOT NULL,
        route_id INTEGER NOT NULL, departures INTEGER NOT NULL, cancellations INTEGER NOT NULL,
        delayed INTEGER NOT NULL, delay_minutes INTEGER NOT NULL, miles INTEGER NOT NULL,
        PRIMARY KEY (carrier_id, bucket_interval, bucket_timestamp, route_id)) WITHOUT ROWID;";
const CARRIER: &str = "INSERT INTO carriers (carrier) VALUES (?1)
    ON CONFLICT DO UPDATE SET carrier = excluded.carrier RETURNING id";
const ROUTE: &str = "INSERT INTO routes (origin, dest) VALUES (?1, ?2)
    ON CONFLICT DO UPDATE SET origin = excluded.origin RETURNING id";
const UPSERT: &str = "INSERT INTO departures VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
    ON CONFLICT DO UPDATE SET departures = departures + excluded.departures,
        cancellations = cancellations + excluded.cancellations, delayed = delayed + excluded.delayed,
        delay_minutes = delay_minutes + excluded.delay_minutes, miles = miles + excluded.miles";

const BATCH: usize = 1_000;
const INTERVALS: [i64; 3] = [900, 3_600, 86_400];

/// Carrier, interval, bucket, route.
type Key = (i64, i64, i64, i64);

/// Makes a database file with the tables.
pub(crate) fn create(path: &Path) {
    let made = database::open(path, Synchronous::Normal);
    let made = made.and_then(|connection| connection.execute_batch(SCHEMA));
    made.expect("a new file");
}

/// Imports a file into a database that was created before.
pub(crate) fn run(file: &str, database: &str) {
    let connection = database::open(Path::new(database), Synchronous::Normal).expect("opens");
    let reader = GzDecoder::new(File::open(file).expect("it is there"));
    let mut records = csv::Reader::from_reader(reader);
    let (mut ids, mut batch) = (Ids::default(), Vec::with_capacity(BATCH));
    let mut record = StringRecord::new();
    while records.read_record(&mut record).expect("it is CSV") {
        let row = row(&connection, &mut ids, &record);
        batch.push(row.expect("the database works"));
        if batch.len() == BATCH {
            write(&connection, &mut batch).expect("the database works");
        }
    }
    write(&connection, &mut batch).expect("the database works");
}

/// Ids that are known; a route is looked for by both of its airports in one text.
#[derive(Default)]
struct Ids {
    carriers: HashMap<String, i64>,
    routes: HashMap<String, i64>,
    route: String,
}

/// A flight: its carrier, its time, its route, and what is counted.
type Row = ((i64, i64, i64), [i64; 5]);

/// The columns are in a fixed order: it is one file.
fn row(connection: &Connection, ids: &mut Ids, record: &StringRecord) -> Result<Row> {
    let at = chrono::DateTime::parse_from_rfc3339(&record[0]).expect("RFC 3339");
    let carrier = match ids.carriers.get(&record[1]) {
        Some(id) => *id,
        None => {
            let id = id(connection, CARRIER, [&record[1]])?;
            *ids.carriers.entry(record[1].to_owned()).or_insert(id)
        }
    };
    ids.route.clear();
    ids.route.extend([&record[2], "-", &record[3]]);
    let route = match ids.routes.get(&ids.route) {
        Some(id) => *id,
        None => {
            let id = id(connection, ROUTE, [&record[2], &record[3]])?;
            *ids.routes.entry(ids.route.clone()).or_insert(id)
        }
    };
    let counts = [4, 5, 6, 7, 8].map(|column| record[column].parse().expect("a number"));
    Ok(((carrier, at.timestamp(), route), counts))
}

fn id<const N: usize>(connection: &Connection, sql: &str, values: [&str; N]) -> Result<i64> {
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_row(params_from_iter(values), |row| row.get(0))
}

/// One transaction: rows of the same bucket are summed up, and all come in the order of their keys.
fn write(connection: &Connection, batch: &mut Vec<Row>) -> Result<()> {
    let mut merged: HashMap<Key, [i64; 5]> = HashMap::with_capacity(3 * BATCH);
    for ((carrier, at, route), counts) in batch.drain(..) {
        for interval in INTERVALS {
            let key = (carrier, interval, at - at.rem_euclid(interval), route);
            let sums = merged.entry(key).or_default();
            sums.iter_mut()
                .zip(counts)
                .for_each(|(sum, count)| *sum += count);
        }
    }
    let mut rows: Vec<_> = merged.into_iter().collect();
    rows.sort_unstable_by_key(|(key, _)| *key);
    in_transaction(connection, |connection| {
        let mut upsert = connection.prepare_cached(UPSERT)?;
        for ((carrier, interval, bucket, route), [a, b, c, d, e]) in rows {
            upsert.execute(params![carrier, interval, bucket, route, a, b, c, d, e])?;
        }
        Ok(())
    })
}
