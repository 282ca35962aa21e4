//! A collected metric that has as many series as it may have.

use std::sync::Arc;

use chrono::TimeDelta;
use metrics_runtime::{
    Collected, Collector, Limits, Recorder, Registry, Scope, TimeSeriesMetric, Window, register,
};

use super::source::at;
use super::{backends, range};
use crate::support::database::Database;

/// Rooms that were entered.
#[derive(Debug, Clone, TimeSeriesMetric)]
#[metric(intervals("1h"), max_series = 2, collect = "*/15 * * * *")]
struct Visit {
    /// Which.
    #[dimension]
    room: String,
    /// How often.
    #[counter]
    visits: u64,
}

/// Rooms, each with its minute of the first day and with what it counts.
struct Visits(Vec<(&'static str, i64, u64)>);

impl Collector for Visits {
    type Metric = Visit;

    async fn collect(&self, window: Window) -> Collected<Visit> {
        let all = self.0.iter();
        let events = all.map(|(room, minute, visits)| {
            let room = (*room).to_owned();
            let visits = *visits;
            (at(-1, *minute), Visit { room, visits })
        });
        Ok(events.filter(|(at, _)| window.contains(*at)).collect())
    }

    fn lag(&self) -> TimeDelta {
        TimeDelta::zero()
    }
}

fn registry() -> Registry {
    register![Visit].build().expect("one metric")
}

#[test]
fn a_recount_that_is_rolled_back_leaves_no_room_for_more_series() {
    for backend in backends() {
        let database = Database::new(backend, &registry());
        let start = || Recorder::start(&database.store, Arc::new(registry()), Limits::default());
        let first = start();
        let two = Visits(vec![("a", 0, 1), ("b", 1, 1)]);
        pollster::block_on(first.collect(&two, at(-1, 60))).expect("collected");
        first.shutdown();

        let second = start();
        let most = i64::MAX.unsigned_abs();
        let beyond = Visits(vec![("a", 0, most), ("a", 1, most)]);
        let hour = range(at(-1, 0), at(-1, 60));
        let recount = pollster::block_on(second.recount(&beyond, hour, at(-1, 60)));
        recount.expect_err("the sum has more than 64 bits");
        let third = Visits(vec![("c", 61, 1)]);
        pollster::block_on(second.collect(&third, at(-1, 120))).expect("collected");
        second.shutdown();

        let of = |filter| {
            let query = Visit::query(Scope::everyone())
                .range(range(at(-1, 0), at(-1, 120)))
                .interval("1h".parse().expect("an interval"))
                .filter(filter);
            query.series(&database.store).expect("an answer").summary()[0].total
        };
        let of_c = VisitFilter {
            room: vec!["c".to_owned()],
        };
        assert_eq!(
            [of(VisitFilter::default()), of(of_c)],
            [3, 0],
            "{backend:?}"
        );
    }
}
