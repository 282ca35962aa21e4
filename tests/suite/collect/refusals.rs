//! What fails changes nothing, and who may collect what.

use chrono::Utc;
use metrics_runtime::{CollectError, Reason, RecordError, Recorder, TimeSeriesMetric};

use super::source::{self, Signup, Signups, at};
use super::{counted, days, on_every_backend, range};

#[test]
fn a_collector_that_fails_leaves_everything_as_it_was() {
    on_every_backend(|database, recorder| {
        let signups = Signups::of(&[("ann", at(-1, 10)), ("bob", at(0, 10))]);
        let now = at(0, 60);
        pollster::block_on(recorder.collect(&signups, at(0, 0))).expect("collected");
        let before = database
            .store
            .collected_until(layout(recorder))
            .expect("an answer");
        assert_eq!(before, Some(at(0, 0)));
        let run = |signups: &Signups| {
            let error = pollster::block_on(recorder.collect(signups, now)).expect_err("it fails");
            let again =
                pollster::block_on(recorder.recount(signups, range(at(-1, 0), at(0, 0)), now));
            again.expect_err("the recount fails, too");
            assert_eq!(counted(database, days()), [1, 1, 1], "after: {error}");
            let after = database
                .store
                .collected_until(layout(recorder))
                .expect("an answer");
            assert_eq!(after, before, "after: {error}");
            error
        };
        let broken = run(&Signups::broken("the disk is gone"));
        assert!(
            broken.to_string().contains("Signups found nothing of"),
            "{broken}"
        );
        assert!(broken.to_string().ends_with("the disk is gone"), "{broken}");

        let outside = run(&signups.clone().answering(at(3, 0)));
        assert!(matches!(outside, CollectError::Outside { .. }), "{outside}");
        assert!(
            outside.to_string().contains("Signups answered an event at"),
            "{outside}"
        );

        let too_long = "x".repeat(300);
        let rejected = run(&Signups::of(&[
            (&too_long, at(0, 20)),
            (&too_long, at(-1, 20)),
        ]));
        let CollectError::Rejected {
            index: 0,
            rejection,
            ..
        } = rejected
        else {
            panic!("{rejected}");
        };
        assert_eq!(rejection.field.as_deref(), Some("person"));
        // A counter beyond 64 bits is only found by the database.
        let huge = Signups::of(&[("ann", at(0, 20)), ("ann", at(-1, 20))])
            .counting(i64::MAX.unsigned_abs());
        huge.add("ann", at(0, 21));
        huge.add("ann", at(-1, 21));
        let overflow = run(&huge);
        let CollectError::Rejected { rejection, .. } = overflow else {
            panic!("{overflow}");
        };
        assert_eq!(rejection.reason, Reason::Overflow);
        pollster::block_on(recorder.collect(&signups, now)).expect("the next run is fine");
        assert_eq!(counted(database, days()), [2, 2, 2]);
    });
}

#[test]
fn only_a_metric_with_a_collector_is_collected_and_nobody_else_records_it() {
    on_every_backend(|database, recorder| {
        let error = pollster::block_on(recorder.collect(&source::Nothing, Utc::now()));
        let text = error.expect_err("logins are recorded").to_string();
        assert!(
            text.starts_with("login is not collected: declare it with"),
            "{text}"
        );
        let signup = Signup {
            person: "ann".into(),
            signups: 1,
        };
        let recorded = pollster::block_on(recorder.record(&signup));
        let Err(RecordError::Rejected(rejection)) = recorded else {
            panic!("{recorded:?}");
        };
        assert_eq!(
            (rejection.reason, rejection.field.as_deref()),
            (Reason::Collected, Some("type"))
        );
        assert!(
            rejection
                .message
                .contains("signup is counted by its collector"),
            "{rejection}"
        );
        let upserted = Signup::upsert(&database.store, &[(Utc::now(), signup)]).expect("an answer");
        assert_eq!((upserted.processed, upserted.failures.len()), (0, 1));
    });
}

fn layout(recorder: &Recorder) -> &metrics_runtime::Layout {
    recorder.registry().metric("signup").expect("registered")
}
