//! Random rows, runs, recounts and late rows, against a naive model that counts each quarter by going through all rows.

use std::collections::BTreeMap;

use metrics_runtime::migrate::Backend;
use metrics_runtime::{Recorder, Scope, TimeRange, TimeSeriesMetric};
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};

use super::source::{Signup, SignupFilter, Signups, at};
use super::{registry, start};
use crate::support::database::{Database, backends};
use crate::support::property::cases;

const PEOPLE: [&str; 3] = ["ann", "bob", "carl"];

/// Minutes that rows lie in, from the first midnight on: three days.
const MINUTES: i64 = 3 * 1_440;

#[derive(Debug, Clone)]
enum Step {
    /// A row comes into being, on time or late.
    Add(&'static str, i64),
    /// Somebody's rows are deleted.
    Remove(&'static str),
    /// The collector runs, so many minutes after its last run.
    Collect(i64),
    /// A range that is collected is recounted, from a minute on for so many.
    Recount(i64, i64),
    /// Another recorder takes over.
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    let person = || prop::sample::select(&PEOPLE[..]);
    prop_oneof![
        8 => (person(), 0..MINUTES).prop_map(|(person, minute)| Step::Add(person, minute)),
        1 => person().prop_map(Step::Remove),
        4 => (0..900_i64).prop_map(Step::Collect),
        3 => (0..MINUTES, 1..1_500_i64).prop_map(|(from, length)| Step::Recount(from, length)),
        1 => Just(Step::Restart),
    ]
}

/// What must be counted, by person and quarter.
#[derive(Default)]
struct Model {
    rows: Vec<(&'static str, i64)>,
    counted: BTreeMap<(&'static str, i64), u64>,
    /// The minute up to which it is collected.
    collected: i64,
}

impl Model {
    /// Counts the quarters from one minute up to another as the rows are now.
    fn count(&mut self, from: i64, to: i64) {
        self.counted
            .retain(|(_, quarter), _| !(from..to).contains(quarter));
        for (person, minute) in self
            .rows
            .iter()
            .filter(|(_, minute)| (from..to).contains(minute))
        {
            *self
                .counted
                .entry((person, minute - minute % 15))
                .or_default() += 1;
        }
    }

    fn collect(&mut self, now: i64) {
        let until = now - now % 15;
        if until > self.collected {
            self.count(self.collected, until);
            self.collected = until;
        }
    }

    /// Whole days, up to the watermark.
    fn recount(&mut self, from: i64, to: i64) {
        let end = (to + 1_439) / 1_440 * 1_440;
        self.count(from - from % 1_440, end.min(self.collected));
    }

    fn total(&self, person: &str, from: i64, to: i64) -> u64 {
        let of = self
            .counted
            .iter()
            .filter(|((counted, quarter), _)| *counted == person && (from..to).contains(quarter));
        of.map(|(_, count)| count).sum()
    }
}

fn agrees(backend: Backend, steps: &[Step]) -> Result<(), TestCaseError> {
    let database = Database::new(backend, &registry());
    let mut recorder = start(&database);
    let (mut model, signups, mut now) = (Model::default(), Signups::of(&[]), 0);
    // From the first midnight on: before it, the model counts nothing.
    pollster::block_on(recorder.collect(&signups, moment(0))).expect("collected");
    for step in steps {
        match *step {
            Step::Add(person, minute) => {
                model.rows.push((person, minute));
                signups.add(person, moment(minute));
            }
            Step::Remove(person) => {
                model.rows.retain(|(known, _)| *known != person);
                signups.remove(person);
            }
            Step::Collect(after) => {
                now = (now + after).min(MINUTES);
                model.collect(now);
                pollster::block_on(recorder.collect(&signups, moment(now))).expect("collected");
            }
            Step::Recount(from, length) => {
                let to = from + length;
                let range = TimeRange::new(moment(from), moment(to)).expect("a range");
                let done = pollster::block_on(recorder.recount(&signups, range, moment(now)));
                let allowed = (to + 14) / 15 * 15 <= model.collected;
                prop_assert_eq!(done.is_ok(), allowed);
                if allowed {
                    model.recount(from, to);
                }
            }
            Step::Restart => {
                let next = start(&database);
                std::mem::replace::<Recorder>(&mut recorder, next).shutdown();
            }
        }
        same(&database, &model)?;
    }
    recorder.shutdown();
    same(&database, &model)
}

fn moment(minute: i64) -> chrono::DateTime<chrono::Utc> {
    at(-2, minute)
}

/// Every interval says of every person what the model says.
fn same(database: &Database, model: &Model) -> Result<(), TestCaseError> {
    for (interval, width) in [("15m", 15), ("1h", 60), ("1d", 1_440)] {
        for person in PEOPLE {
            let range = TimeRange::new(moment(0), moment(MINUTES)).expect("a range");
            let filter = SignupFilter {
                person: vec![person.to_owned()],
            };
            let query = Signup::query(Scope::everyone()).range(range).filter(filter);
            let buckets = query
                .interval(interval.parse().expect("an interval"))
                .load(&database.store)
                .expect("an answer");
            for bucket in buckets {
                let from = (bucket.timestamp - moment(0)).num_minutes();
                let expected = model.total(person, from, from + width);
                prop_assert_eq!(
                    bucket.signups,
                    expected,
                    "{} at {} in {}",
                    person,
                    from,
                    interval
                );
            }
        }
    }
    Ok(())
}

#[test]
fn whatever_runs_every_interval_says_what_a_naive_count_says() {
    for backend in backends() {
        let mut runner = TestRunner::new(cases(24));
        let steps = prop::collection::vec(step(), 1..30);
        runner
            .run(&steps, |steps| agrees(backend, &steps))
            .unwrap_or_else(|error| panic!("on {}: {error}", backend.name()));
    }
}
