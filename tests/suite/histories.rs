//! Whatever happens to a database: batches with refused events, the same batches again, two writers, restarts, people who
//! leave and come back, cleanups. A naive model says what must be counted, and what must be answered.

mod model;
mod step;
mod world;

use metrics_runtime::{Registry, TimeSeriesMetric, register};
use proptest::collection::vec;
use proptest::test_runner::TestRunner;

use crate::support::database::backends;
use crate::support::property::cases;
use step::{PEOPLE, Step, step};
use world::World;

/// What belongs to somebody, who may leave.
#[derive(Debug, Clone, TimeSeriesMetric)]
#[metric(intervals("15m", "1h"), retention("15m" = "1d", "1h" = "2d"))]
struct Visit {
    #[dimension(user, references = "people(id)")]
    person: String,
    #[dimension(team)]
    team: String,
    #[dimension]
    page: String,
    #[counter]
    count: u64,
}

/// Fewer series than there could be.
#[derive(Debug, Clone, TimeSeriesMetric)]
#[metric(intervals("15m", "1h"), retention("15m" = "1d", "1h" = "2d"), max_series = 3)]
struct Error {
    #[dimension(team)]
    team: String,
    #[dimension]
    page: String,
    #[counter]
    count: u64,
}

const METRICS: [&str; 2] = ["visit", "error"];
/// The intervals in seconds, and how many seconds each is kept.
const LEVELS: [(i64, i64); 2] = [(900, 86_400), (3_600, 2 * 86_400)];

fn registry() -> Registry {
    register![Visit, Error].build().expect("two metrics")
}

#[test]
fn whatever_happens_answers_say_what_was_acknowledged() {
    for backend in backends() {
        let steps = vec(step(), 1..30);
        let lived = TestRunner::new(cases(16)).run(&steps, |steps| {
            let mut world = World::new(backend);
            for step in PEOPLE.map(Step::Return).iter().chain(&steps) {
                world.does(step)?;
                world.all_agree()?;
            }
            world.each_agrees()
        });
        lived.unwrap_or_else(|error| panic!("on {}: {error}", backend.name()));
    }
}
