//! A world to look at: teams, people, and satellites that report without a pause, with a month of history.
//!
//! What happens in it follows from the time alone: every quarter of an hour of every satellite is drawn from its own
//! seed. History and live traffic are therefore the same, and how far a satellite has come is read from the database.

mod chance;
mod happenings;
mod history;
mod keys;
mod position;
mod report;
mod rhythm;
mod settle;
mod timetable;
mod traffic;
mod world;

pub use history::{Step, write as write_history};
pub use position::{Position, positions};
pub use rhythm::{Incident, last_incident};
pub use settle::{NotADemo, belongs_to_somebody_else, settle};
pub use timetable::{Timetable, airline_name};
pub use traffic::Traffic;
pub use world::{PASSWORD, Satellite, Work, satellites};

/// How far back teams have keys, in seconds.
pub const MONTH_OF_KEYS: i64 = keys::MONTH;

/// How often a satellite reports, in seconds.
const TICK: i64 = 5;

/// What is drawn from one seed, in seconds: the finest interval of the metrics.
const QUARTER: i64 = 900;
