//! A database and two processes that write to it, beside the model of what they do.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use metrics_runtime::migrate::Backend;
use metrics_runtime::{
    Batch, Event, EventBuilder, Interval, Limits, QueryError, RawValue, Receipt, Recorder, Scope,
    Series, SeriesQuery, TimeRange,
};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::model::{Model, What};
use super::step::{AGES, Happening, Journal, PAGES, PEOPLE, Sent, Step, TEAMS};
use super::{LEVELS, METRICS, registry};
use crate::support::database::Database;

pub(super) struct World {
    database: Database,
    writers: [Recorder; 2],
    /// An hour that is over.
    hour: DateTime<Utc>,
    model: Model,
}

impl World {
    pub(super) fn new(backend: Backend) -> Self {
        let database = Database::empty(backend);
        database.execute("CREATE TABLE people (id TEXT NOT NULL PRIMARY KEY)");
        database.create(&registry());
        let writers =
            [Journal::Usual, Journal::NeverFolded].map(|journal| start(&database, journal));
        let hour = (Utc::now() - TimeDelta::hours(1)).duration_trunc(TimeDelta::hours(1));
        Self {
            database,
            writers,
            hour: hour.expect("hours are whole"),
            model: Model::default(),
        }
    }

    pub(super) fn does(&mut self, step: &Step) -> Result<(), TestCaseError> {
        match step {
            Step::Record(writer, sent) => return self.record(*writer, sent),
            Step::Restart(writer, journal) => self.restart(*writer, *journal),
            Step::Leave(person) => {
                self.model.leave(person);
                let delete = format!("DELETE FROM people WHERE id = '{person}'");
                self.database.execute(&delete);
            }
            Step::Return(person) => {
                self.model.people.insert(person);
                let insert =
                    format!("INSERT INTO people VALUES ('{person}') ON CONFLICT DO NOTHING");
                self.database.execute(&insert);
            }
            Step::CleanUp(hours) => self.clean_up(*hours),
            Step::Fold => self.fold(),
            Step::Migrate => {
                let folder = self.database.folder.path().join("migrations");
                let applied = self.database.store.apply_migrations(&folder);
                prop_assert_eq!(applied.expect("there is nothing to do"), [""; 0]);
            }
        }
        Ok(())
    }

    /// Hands all batches over before the first answer, so that they share transactions.
    fn record(&mut self, writer: usize, sent: &[Sent]) -> Result<(), TestCaseError> {
        let mut answers = Vec::new();
        for (id, happenings) in sent {
            // Which series are told apart depends on who has seen which: of errors, the first writer sees all.
            let mut happenings = happenings.clone();
            happenings.retain(|one| writer == 0 || one.metric == "visit");
            let events = happenings.iter().map(|one| self.event(one)).collect();
            let batch = Batch {
                id: id.map(|id| id.to_owned().into()),
                ..Batch::of(events)
            };
            let answer = self.writers[writer].try_submit(batch);
            answers.push((id, happenings, answer.expect("there is room")));
        }
        for (id, happenings, answer) in answers {
            let receipt = pollster::block_on(answer).expect("the database takes it");
            let expected = self.model.record(*id, &happenings, self.hour.timestamp());
            prop_assert_eq!(told(&receipt), expected);
        }
        Ok(())
    }

    fn event(&self, happening: &Happening) -> Event {
        let registry = self.writers[0].registry();
        let metric = registry.metric(happening.metric).expect("registered");
        let mut event = EventBuilder::new(Arc::clone(metric));
        let mut set = |name, value: &str| {
            let set = event.set(name, RawValue::Text(value.to_owned().into()));
            set.expect("a field");
        };
        // Errors are nobody's.
        if happening.metric == "visit" {
            set("person", happening.person);
        }
        set("team", happening.team);
        set("page", happening.page);
        set("count", &happening.count.to_string());
        let at = self.hour - TimeDelta::hours(happening.hours_ago) + TimeDelta::seconds(100);
        event.finish(at.timestamp()).expect("complete")
    }

    fn restart(&mut self, writer: usize, journal: Journal) {
        self.writers[writer].shutdown();
        self.writers[writer] = start(&self.database, journal);
        if writer == 0 {
            self.model.told_apart = None;
        }
    }

    fn fold(&self) {
        self.database.store.fold().expect("the buckets take it");
    }

    /// The second writer does it.
    fn clean_up(&mut self, hours: i64) {
        // What is in the journal is no row yet, and would be there after the next fold.
        self.fold();
        let at = self.hour + TimeDelta::hours(hours) + TimeDelta::minutes(30);
        for metric in registry().metrics() {
            let report = pollster::block_on(self.writers[1].cleanup(metric, at));
            report.expect("the database takes it");
        }
        self.model.clean_up(at.timestamp());
        if hours == AGES {
            // No process remembers for as long.
            self.restart(0, Journal::Usual);
        }
    }

    /// What everybody has had recently, by page.
    pub(super) fn all_agree(&self) -> Result<(), TestCaseError> {
        for (metric, (interval, _)) in pairs(METRICS, LEVELS) {
            let what = self.what(metric, interval, 20);
            let question = self.about(metric, Scope::everyone());
            let grouped = question.group_by("page", 10).expect("a dimension");
            self.model.check_groups(what, self.ask(grouped, what))?;
        }
        Ok(())
    }

    /// What each team and each person has on each page, as far back as there is anything.
    pub(super) fn each_agrees(&self) -> Result<(), TestCaseError> {
        for (team, page) in pairs(TEAMS, PAGES) {
            for (metric, (interval, _)) in pairs(METRICS, LEVELS) {
                let hours = if interval == 3_600 { 45 } else { 20 };
                let what = self.what(metric, interval, hours);
                let on_page = |scope| {
                    let question = self.about(metric, scope);
                    let narrowed = question.filter("page", &[page.to_owned()]);
                    self.ask(narrowed.expect("a dimension"), what)
                };
                let answer = on_page(Scope::team(team));
                self.model.check(what, answer, |series| {
                    (series.team, series.page) == (team, Some(page))
                })?;
                for person in PEOPLE.iter().filter(|_| metric == "visit") {
                    let answer = on_page(Scope::own(team, *person));
                    self.model.check(what, answer, |series| {
                        (series.person, series.team, series.page) == (*person, team, Some(page))
                    })?;
                }
            }
        }
        Ok(())
    }

    fn what(&self, metric: &'static str, interval: i64, hours: i64) -> What {
        What {
            metric,
            interval,
            since: self.hour.timestamp() - hours * 3_600,
        }
    }

    fn about(&self, metric: &str, scope: Scope) -> SeriesQuery {
        let registry = self.writers[0].registry();
        let metric = registry.metric(metric).expect("registered");
        SeriesQuery::new(Arc::clone(metric), scope)
    }

    fn ask(&self, question: SeriesQuery, what: What) -> Result<Series, QueryError> {
        let since = DateTime::from_timestamp(what.since, 0).expect("a time");
        let range = TimeRange::new(since, self.hour + TimeDelta::hours(1)).expect("a range");
        let interval = Interval::from_seconds(what.interval.try_into().expect("it is small"));
        let question = question.range(range).interval(interval);
        question.load(&self.database.store)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.writers.iter().for_each(Recorder::shutdown);
    }
}

fn start(database: &Database, journal: Journal) -> Recorder {
    let mut limits = Limits::default();
    match journal {
        Journal::Usual => {}
        Journal::NeverFolded => limits.fold_interval = Duration::from_secs(3_600),
        Journal::None => limits.journal_events = 0,
    }
    Recorder::start(&database.store, Arc::new(registry()), limits)
}

/// What a receipt says: which events are not counted, and whether they had been recorded before.
fn told(receipt: &Receipt) -> (Vec<usize>, bool) {
    let failures = receipt.failures.iter().map(|failure| failure.index);
    (failures.collect(), receipt.replayed)
}

fn pairs<A: Copy, B: Copy, const M: usize, const N: usize>(
    left: [A; M],
    right: [B; N],
) -> impl Iterator<Item = (A, B)> {
    left.into_iter()
        .flat_map(move |one| right.into_iter().map(move |other| (one, other)))
}
