//! Recounts: what was counted in a range is replaced, in every interval that keeps it.

use std::sync::Arc;
use std::time::Duration;

use metrics_runtime::migrate::Backend;
use metrics_runtime::{Limits, Recorder, Scope, TimeSeriesMetric};

use super::source::{Signups, at};
use super::{counted, days, on_every_backend, range, registry};
use crate::support::database::Database;
use crate::support::metrics::Login;

#[test]
fn a_recount_replaces_what_was_counted_in_every_interval() {
    on_every_backend(|database, recorder| {
        let signups = Signups::of(&[
            ("ann", at(-1, 600)),
            ("ann", at(-1, 601)),
            ("bob", at(-1, 700)),
            ("bob", at(0, 10)),
        ]);
        let now = at(0, 60);
        pollster::block_on(recorder.collect(&signups, now)).expect("collected");
        signups.remove("ann");
        signups.add("carl", at(-1, 30));
        for _ in 0..2 {
            let hour = range(at(-1, 605), at(-1, 606));
            let report = pollster::block_on(recorder.recount(&signups, hour, now)).expect("done");
            let window = report.window.expect("it was counted");
            assert_eq!(
                (window.start(), window.end()),
                (at(-1, 0), at(0, 0)),
                "the whole day"
            );
            assert_eq!((report.events, report.collected_until), (2, now));
            assert_eq!(counted(database, days()), [3, 3, 3]);
        }
        assert_eq!(database.count("signup_metrics WHERE signups = 0"), 0);
    });
}

#[test]
fn a_recount_ends_at_the_watermark_and_reaches_back_to_what_is_kept() {
    on_every_backend(|database, recorder| {
        let signups = Signups::of(&[("ann", at(0, 20))]);
        let now = at(0, 50);
        pollster::block_on(recorder.collect(&signups, now)).expect("collected");
        signups.add("bob", at(0, 46));
        let recount =
            |from, to| pollster::block_on(recorder.recount(&signups, range(from, to), now));
        let report = recount(at(0, 1), at(0, 45)).expect("all of it is collected");
        assert_eq!(report.window.expect("counted").end(), at(0, 45));
        assert_eq!(counted(database, days()), [1, 1, 1]);
        let error = recount(at(0, 1), at(0, 46)).expect_err("the last minute is not");
        let text = error.to_string();
        assert!(
            text.contains("signup: it is collected up to") && text.contains(":45:00Z"),
            "{text}"
        );
        let old = recount(at(-800, 0), at(0, 0))
            .expect_err("two years are kept")
            .to_string();
        assert!(old.contains("signup: nothing is kept from before"), "{old}");
        // Older than what the quarters keep, and not than the days.
        let report = recount(at(-100, 0), at(-99, 0)).expect("days are kept");
        assert_eq!(report.events, 0);
    });
}

#[test]
fn what_is_older_than_a_fine_interval_is_counted_and_recounted_in_the_others() {
    on_every_backend(|database, recorder| {
        let signups = Signups::of(&[("ann", at(-40, 600)), ("bob", at(-40, 700))]);
        let now = at(0, 60);
        pollster::block_on(recorder.collect(&signups, now)).expect("collected");
        assert_eq!(
            database.count("signup_metrics"),
            2,
            "the buckets of days alone"
        );
        signups.remove("bob");
        let day = range(at(-40, 600), at(-40, 601));
        pollster::block_on(recorder.recount(&signups, day, now)).expect("recounted");
        assert_eq!(database.count("signup_metrics"), 1);
    });
}

#[test]
fn a_recount_finds_what_is_still_in_the_journal() {
    let database = Database::new(Backend::Sqlite, &registry());
    let limits = Limits {
        fold_interval: Duration::from_secs(3_600),
        ..Limits::default()
    };
    let recorder = Recorder::start(&database.store, Arc::new(registry()), limits);
    let signups = Signups::of(&[("ann", at(0, 10))]);
    let now = at(0, 60);
    pollster::block_on(recorder.collect(&signups, now)).expect("collected");
    pollster::block_on(recorder.record(&Login { count: 7 })).expect("recorded");
    signups.add("bob", at(0, 20));
    pollster::block_on(recorder.recount(&signups, range(at(0, 0), at(0, 60)), now)).expect("done");
    assert_eq!(counted(&database, days()), [2, 2, 2]);
    recorder.shutdown();
    assert_eq!(
        counted(&database, days()),
        [2, 2, 2],
        "and after the last fold"
    );
    let logins = Login::query(Scope::everyone())
        .load(&database.store)
        .expect("an answer");
    assert_eq!(logins.iter().map(|bucket| bucket.count).sum::<u64>(), 7);
}
