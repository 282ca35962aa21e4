//! Runs on schedule: each window is counted once, by whoever comes first, where the last one ended.

use chrono::TimeDelta;

use super::source::{Signups, at};
use super::{counted, days, on_every_backend, start};

#[test]
fn a_window_is_counted_once_however_often_it_is_collected() {
    on_every_backend(|database, recorder| {
        let signups = Signups::of(&[
            ("ann", at(-1, 600)),
            ("ann", at(-1, 601)),
            ("bob", at(0, 60)),
        ]);
        let now = at(0, 120);
        for (events, watermark) in [(3, now), (0, now)] {
            let report = pollster::block_on(recorder.collect(&signups, now)).expect("collected");
            assert_eq!((report.events, report.collected_until), (events, watermark));
        }
        assert_eq!(counted(database, days()), [3, 3, 3]);
        assert_eq!(recorder.stats().committed, 3);
    });
}

#[test]
fn a_later_run_goes_on_at_the_watermark_and_finds_nothing_that_came_too_late() {
    on_every_backend(|database, recorder| {
        let signups = Signups::of(&[("ann", at(0, 10))]);
        pollster::block_on(recorder.collect(&signups, at(0, 50))).expect("collected");
        signups.add("late", at(0, 20));
        signups.add("next", at(0, 50));
        let report = pollster::block_on(recorder.collect(&signups, at(0, 75))).expect("collected");
        let window = report.window.expect("two quarters have passed");
        assert_eq!((window.start(), window.end()), (at(0, 45), at(0, 75)));
        assert_eq!(counted(database, days()), [2, 2, 2]);
    });
}

#[test]
fn a_window_is_left_alone_until_its_lag_has_passed() {
    on_every_backend(|_, recorder| {
        let signups = Signups::of(&[("ann", at(0, 10))]).lagging(TimeDelta::minutes(2));
        for (minute, until) in [(16, 0), (17, 15), (31, 15), (32, 30)] {
            let now = at(0, minute);
            let report = pollster::block_on(recorder.collect(&signups, now)).expect("collected");
            assert_eq!(report.collected_until, at(0, until), "at minute {minute}");
        }
    });
}

#[test]
fn two_recorders_that_collect_at_the_same_time_count_each_window_once() {
    on_every_backend(|database, recorder| {
        let rows: Vec<_> = (0..2_000).map(|minute| ("ann", at(-2, minute))).collect();
        let signups = Signups::of(&rows);
        let other = start(database);
        let events: usize = std::thread::scope(|scope| {
            let runs = [recorder, &other].map(|recorder| {
                let signups = &signups;
                // Quarter by quarter, so that they meet again and again.
                scope.spawn(move || {
                    let run = |quarter| {
                        let now = at(-2, quarter * 15);
                        let run = pollster::block_on(recorder.collect(signups, now));
                        run.expect("collected").events
                    };
                    (1..=140_i64).map(run).sum::<usize>()
                })
            });
            runs.map(|run| run.join().expect("no panic")).iter().sum()
        });
        other.shutdown();
        assert_eq!(events, 2_000, "each event is counted by one of them");
        assert_eq!(counted(database, days()), [2_000; 3]);
    });
}

#[test]
fn the_first_run_begins_after_what_is_there_already() {
    on_every_backend(|database, recorder| {
        let signups = Signups::of(&[("ann", at(0, 10))]);
        pollster::block_on(recorder.collect(&signups, at(0, 30))).expect("collected");
        // As if the table had had another name, or another origin.
        database.execute("DELETE FROM metrics_watermarks");
        signups.add("bob", at(0, 40));
        let report = pollster::block_on(recorder.collect(&signups, at(0, 60))).expect("collected");
        assert_eq!(report.window.expect("counted").start(), at(0, 15));
        assert_eq!(counted(database, days()), [2, 2, 2]);
    });
}
