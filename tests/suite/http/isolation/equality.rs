//! The same events and questions to each backend, and to a copy on another one: every answer is the same, byte for byte.

mod oddity;

use chrono::{DateTime, Utc};
use metrics_runtime::CopyPlan;
use metrics_runtime::migrate::Backend;
use metrics_runtime::web::Caller;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::{Value, json};

use super::model::{HOURS, Model, Question, Route, Row, USERS};
use super::steps::{Step, beginning, row, step};
use super::url;
use crate::http::hours_ago;
use crate::http::in_process::Mounted;
use crate::support::app::http::Answer;
#[cfg(feature = "libsql")]
use crate::support::database::Database;
use crate::support::metrics::registry;
use crate::support::property::cases;
use oddity::{Oddity, oddity};

/// Somebody who may see everything.
const CHIEF: &str = "chief";

/// Where a side keeps what it is told.
#[derive(Debug, Clone, Copy)]
enum On {
    File,
    Postgres,
    #[cfg(feature = "libsql")]
    Libsql,
}

const ALL: &[On] = &[
    On::File,
    On::Postgres,
    #[cfg(feature = "libsql")]
    On::Libsql,
];

/// From where to where copies are made.
const WAYS: &[[On; 2]] = &[
    [On::File, On::Postgres],
    [On::Postgres, On::File],
    #[cfg(feature = "libsql")]
    [On::File, On::Libsql],
    #[cfg(feature = "libsql")]
    [On::Libsql, On::Postgres],
];

/// What is done to all sides.
#[derive(Debug, Clone)]
enum Deed {
    /// What may happen anyway.
    Usual(Step),
    /// Events with something odd in them, under the id of a batch or without one.
    Report(Vec<(Row, Oddity)>, Option<&'static str>),
    /// A question for buckets of some width.
    Ask(Question, &'static str),
}

fn deed() -> impl Strategy<Value = Deed> {
    let ids = select(&[None, None, Some("a"), Some("b")][..]);
    let of_all_kinds = vec((row(), oddity()), 1..8);
    // Numbers add up in one bucket, until they are too large.
    let of_a_kind = (row(), vec(oddity(), 2..8)).prop_map(|(row, oddities)| {
        let events = oddities.into_iter().map(|oddity| (row.clone(), oddity));
        events.collect()
    });
    let report = (prop_oneof![of_all_kinds, of_a_kind], ids);
    let interval = select(&["15m", "30m", "1h", "6h", "1d", "7h", "0", "1.5h"][..]);
    let question = super::steps::question();
    prop_oneof![
        4 => step().prop_map(Deed::Usual),
        2 => report.prop_map(|(events, id)| Deed::Report(events, id)),
        4 => (question, interval).prop_map(|(question, interval)| Deed::Ask(question, interval)),
    ]
}

/// Applications that are all told the same.
struct Sides {
    sides: Vec<Mounted>,
    model: Model,
    start: DateTime<Utc>,
}

impl Sides {
    fn on(places: &[On]) -> Self {
        Self {
            sides: places.iter().copied().map(side).collect(),
            model: Model::default(),
            start: hours_ago(HOURS - 1),
        }
    }

    /// Adds a copy of the first side.
    fn add_copy_on(&mut self, place: On) {
        let copy = side(place);
        let original = &self.sides[0].database.store;
        let plan = CopyPlan {
            source: "original",
            tables: &[],
            preset: &[],
            registry: &registry(),
        };
        let copied = original.copy_to(&copy.database.store, &plan, &mut |_| {});
        copied.expect("an empty database takes it");
        self.sides.push(copy);
        for user in USERS {
            self.introduce(user);
        }
    }

    fn does(&mut self, deed: &Deed) -> Result<(), TestCaseError> {
        match deed {
            Deed::Usual(Step::Report(rows)) => {
                let plain = rows.iter().map(|row| row.event(self.start));
                self.report(&plain.collect::<Vec<_>>(), None)
            }
            Deed::Report(rows, id) => {
                let odd = rows
                    .iter()
                    .map(|(row, oddity)| oddity.applied_to(row.event(self.start)));
                self.report(&odd.collect::<Vec<_>>(), *id)
            }
            Deed::Usual(Step::Member(user, team, role)) => {
                self.model.members.remove(&(*user, *team));
                let member = role.map(|role| ((*user, *team), role));
                self.model.members.extend(member);
                self.introduce(user);
                Ok(())
            }
            Deed::Usual(Step::Role(user, role)) => {
                self.model.roles.insert(user, role);
                self.introduce(user);
                Ok(())
            }
            Deed::Usual(Step::Ask(question)) => self.ask(question, ""),
            Deed::Ask(question, interval) => self.ask(question, &format!("&interval={interval}")),
        }
    }

    fn introduce(&self, user: &'static str) {
        for side in &self.sides {
            side.add_caller(user, self.model.caller(user));
        }
    }

    fn report(&self, events: &[Value], id: Option<&str>) -> Result<(), TestCaseError> {
        let body = json!({"events": events});
        self.same(&body.to_string(), |side| {
            let report = side.reporting("key").json(&body);
            match id {
                Some(id) => report.header("Idempotency-Key", id).send(),
                None => report.send(),
            }
        })
    }

    fn ask(&self, question: &Question, more: &str) -> Result<(), TestCaseError> {
        // A stream begins with the same answer, and does not end.
        let question = Question {
            watched: false,
            ..question.clone()
        };
        let url = url(&question, self.start) + more;
        self.same(&url, |side| side.ask(question.caller, &url))
    }

    /// Everything that has been counted.
    fn ask_for_everything(&self) -> Result<(), TestCaseError> {
        for (path, intervals) in [
            ("tool-call", &["15m", "1h", "1d"][..]),
            ("login", &["1h"]),
            ("build", &["5m", "1h"]),
        ] {
            let question = Question {
                caller: Some(CHIEF),
                route: Route::Everyone,
                path,
                parameters: Vec::new(),
                watched: false,
            };
            for interval in intervals {
                self.ask(&question, &format!("&interval={interval}"))?;
            }
        }
        Ok(())
    }

    fn same(&self, what: &str, act: impl Fn(&Mounted) -> Answer) -> Result<(), TestCaseError> {
        let answers: Vec<_> = self.sides.iter().map(act).collect();
        let one = &answers[0];
        prop_assert!(one.status < 500, "{}", what);
        for other in &answers[1..] {
            prop_assert_eq!(one.status, other.status, "{}", what);
            prop_assert_eq!(timeless(&one.body), timeless(&other.body), "{}", what);
        }
        Ok(())
    }
}

/// An answer without how far ahead of the clock something is: one side is asked after the other.
fn timeless(body: &str) -> String {
    const BEFORE: &str = "timestamp is ";
    let mut pieces = body.split(BEFORE);
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |said, piece| {
        let piece = piece.trim_start_matches(|c: char| c.is_ascii_digit());
        said + BEFORE + piece
    })
}

/// An application that nobody has told anything yet.
fn side(place: On) -> Mounted {
    let side = match place {
        On::File => Mounted::on(Backend::Sqlite),
        On::Postgres => Mounted::on(Backend::Postgres),
        #[cfg(feature = "libsql")]
        On::Libsql => Mounted::over(Database::on_libsql(&registry())),
    };
    side.add_key("key", "sat", None);
    let chief = Caller {
        permissions: registry().permissions_of("boss"),
        ..Caller::default()
    };
    side.add_caller(CHIEF, chief);
    side
}

/// A beginning with people, and then anything.
fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let beginning = beginning().prop_map(|steps| steps.into_iter().map(Deed::Usual).collect());
    let deeds = (beginning, vec(deed(), 20..60));
    deeds.prop_map(|(beginning, deeds): (Vec<_>, _)| [beginning, deeds].concat())
}

fn check<T: Strategy>(
    number: u32,
    worlds: &T,
    live_through: impl Fn(T::Value) -> Result<(), TestCaseError>,
) {
    let config = Config {
        max_shrink_iters: 200,
        ..cases(number)
    };
    TestRunner::new(config)
        .run(worlds, live_through)
        .unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn all_backends_answer_the_same_byte_for_byte() {
    check(32, &deeds(), |deeds| {
        let mut sides = Sides::on(ALL);
        deeds.iter().try_for_each(|deed| sides.does(deed))?;
        sides.ask_for_everything()
    });
}

#[test]
fn a_copy_answers_the_same_byte_for_byte_and_goes_on_from_there() {
    let worlds = (select(WAYS), deeds(), vec(deed(), 20..40));
    check(24, &worlds, |([from, to], before, after)| {
        let mut sides = Sides::on(&[from]);
        before.iter().try_for_each(|deed| sides.does(deed))?;
        sides.add_copy_on(to);
        sides.ask_for_everything()?;
        // Among them are batches that were recorded before under the same id.
        after.iter().try_for_each(|deed| sides.does(deed))?;
        sides.ask_for_everything()
    });
}
