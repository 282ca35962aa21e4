//! How far a collector has come, for who wonders whether a number is final.

use chrono::DateTime;
use metrics_runtime::{Scope, TimeSeriesMetric};

use super::source::{Signup, Signups, at};
use super::{on_every_backend, range};

#[test]
fn a_bucket_is_final_when_its_collector_has_passed_it() {
    on_every_backend(|database, recorder| {
        let now = at(0, 62);
        let until = |metric: &str| {
            let layout = recorder.registry().metric(metric).expect("registered");
            database.store.final_until(layout, now).expect("an answer")
        };
        assert_eq!(
            until("signup"),
            DateTime::UNIX_EPOCH,
            "it was never collected"
        );
        assert_eq!(
            until("login"),
            at(0, 52),
            "ten minutes for clocks that differ"
        );
        pollster::block_on(recorder.collect(&Signups::of(&[]), at(0, 50))).expect("collected");
        assert_eq!(until("signup"), at(0, 45));
    });
}

#[test]
fn an_answer_says_how_far_its_collector_has_come() {
    on_every_backend(|database, recorder| {
        let told = || {
            let query = Signup::query(Scope::everyone()).range(range(at(0, 0), at(0, 120)));
            let query = query.interval("15m".parse().expect("an interval"));
            assert_eq!(
                query.series(&database.store).expect("one").completeness(),
                None
            );
            let series = query.with_completeness().series(&database.store);
            let told = series.expect("an answer").completeness().expect("asked");
            (told.final_until, told.final_buckets)
        };
        assert_eq!(told(), (DateTime::UNIX_EPOCH, 0));
        pollster::block_on(recorder.collect(&Signups::of(&[]), at(0, 50))).expect("collected");
        assert_eq!(told(), (at(0, 45), 3));
        pollster::block_on(recorder.collect(&Signups::of(&[]), at(1, 0))).expect("collected");
        assert_eq!(told(), (at(1, 0), 8), "the range has no more");
    });
}
