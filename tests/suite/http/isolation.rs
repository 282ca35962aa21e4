//! Nobody is ever answered with a number that is not theirs to see: random people, teams, events and questions against
//! a naive model of who may see what.

#[cfg(feature = "postgres")]
mod equality;
mod model;
mod steps;

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use metrics_runtime::Limits;
use metrics_runtime::web::ApiLimits;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::{Value, json};

use super::in_process::Mounted;
use super::{hours_ago, text};
use crate::support::app::http::{Answer, encoded};
use crate::support::property::cases;
use model::{HOURS, Model, Question, Route, Row};
use steps::{Step, beginning, step};

fn url(question: &Question, start: DateTime<Utc>) -> String {
    let route = match &question.route {
        Route::Own => "/users/me".to_owned(),
        Route::Team(team) => format!("/teams/{}", encoded(team)),
        Route::Everyone => "/admin".to_owned(),
    };
    let end = start + TimeDelta::hours(HOURS);
    let mut url = format!(
        "{route}/metrics/{}{}?start={}&end={}",
        encoded(question.path),
        if question.watched { "/stream" } else { "" },
        text(start),
        text(end)
    );
    for (name, value) in &question.parameters {
        url.push_str(&format!("&{}={}", encoded(name), encoded(value)));
    }
    url
}

/// The data that is answered, or the first event of the stream; otherwise the refusal.
fn ask(app: &Mounted, question: &Question, url: &str) -> Result<Value, Box<Answer>> {
    if let Some(caller) = question.caller.filter(|_| question.watched) {
        return app.try_watch(caller, url).map(|events| events.snapshot());
    }
    let answer = app.ask(question.caller, url);
    match answer.status {
        200 => Ok(answer.data()),
        _ => Err(Box::new(answer)),
    }
}

fn check(
    app: &Mounted,
    model: &Model,
    question: &Question,
    start: DateTime<Utc>,
) -> Result<(), TestCaseError> {
    let answer = ask(app, question, &url(question, start));
    // There is no route whose team is nothing at all.
    let nowhere = matches!(&question.route, Route::Team(team) if team.is_empty());
    let expected = match nowhere {
        true => Err(404),
        false => model.answer(question),
    };
    let (data, rows) = match (answer, expected) {
        (Ok(data), Ok(rows)) => (data, rows),
        (Err(answer), Err(status)) => {
            prop_assert_eq!(answer.status, status, "{}", answer.body);
            prop_assert!(nowhere || answer.error().0 == status);
            return Ok(());
        }
        (Ok(data), Err(status)) => {
            return Err(TestCaseError::fail(format!("{data} instead of {status}")));
        }
        (Err(answer), Ok(_)) => return Err(TestCaseError::fail(answer.body)),
    };
    let rows_of = |value: &str, dimension: &str| -> Vec<&Row> {
        let rows = rows.iter().copied();
        rows.filter(|row| row.dimension(dimension) == value)
            .collect()
    };
    if let Some(dimension) = question.group_by() {
        let values: BTreeSet<_> = rows
            .iter()
            .filter(|row| row.count > 0)
            .map(|row| row.dimension(dimension))
            .collect();
        let groups = data["groups"].as_array().expect("groups");
        let named = groups.iter().map(|group| group["value"].as_str());
        prop_assert_eq!(
            named.collect::<BTreeSet<_>>(),
            values.into_iter().map(Some).collect()
        );
        for group in groups {
            let value = group["value"].as_str().expect("there are few values");
            counted(group, &rows_of(value, dimension))?;
        }
    }
    counted(&data, &rows)
}

/// Buckets, and their summary, are those of some rows.
fn counted(data: &Value, rows: &[&Row]) -> Result<(), TestCaseError> {
    let mut expected = vec![0_u64; usize::try_from(HOURS).expect("hours")];
    for row in rows {
        expected[usize::try_from(HOURS - 1 - row.hours_ago).expect("an hour")] += row.count;
    }
    let counter = data["buckets"][0]
        .as_object()
        .expect("a bucket")
        .keys()
        .find(|key| ["calls", "builds", "count"].contains(&key.as_str()));
    let counter = counter.expect("the metric has a counter").clone();
    let buckets = data["buckets"].as_array().expect("buckets").iter();
    let counts: Vec<_> = buckets
        .map(|bucket| bucket[&counter].as_u64().expect("a count"))
        .collect();
    prop_assert_eq!(&counts, &expected);
    prop_assert_eq!(
        &data["summary"][format!("total_{counter}")],
        &json!(expected.iter().sum::<u64>())
    );
    Ok(())
}

fn live_through(steps: &[Step]) -> Result<(), TestCaseError> {
    let limits = ApiLimits {
        max_streams: usize::MAX,
        max_streams_of_one: usize::MAX,
        ..ApiLimits::default()
    };
    let app = Mounted::with_limits(Limits::default(), limits);
    let start = hours_ago(HOURS - 1);
    let mut model = Model::default();
    app.add_key("key", "sat", None);
    for step in steps {
        match step {
            Step::Report(rows) => {
                let events: Vec<_> = rows.iter().map(|row| row.event(start)).collect();
                let answer = app.report("key", &events);
                prop_assert_eq!(
                    &answer.json()["processed"],
                    &json!(rows.len()),
                    "{}",
                    answer.body
                );
                model.rows.extend(rows.iter().cloned());
            }
            Step::Member(user, team, role) => {
                model.members.remove(&(*user, *team));
                model
                    .members
                    .extend(role.map(|role| ((*user, *team), role)));
                app.add_caller(user, model.caller(user));
            }
            Step::Role(user, role) => {
                model.roles.insert(user, role);
                app.add_caller(user, model.caller(user));
            }
            Step::Ask(question) => check(&app, &model, question, start)?,
        }
    }
    Ok(())
}

#[test]
fn nobody_sees_a_number_that_is_not_theirs_to_see() {
    let steps = (beginning(), proptest::collection::vec(step(), 20..60))
        .prop_map(|(beginning, steps)| [beginning, steps].concat());
    let config = Config {
        max_shrink_iters: 300,
        ..cases(48)
    };
    TestRunner::new(config)
        .run(&steps, |steps| live_through(&steps))
        .unwrap_or_else(|error| panic!("{error}"));
}
