//! The answer by going through all events for each bucket.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, Utc};
use metrics_runtime::{Buckets, GroupName, Interval, Previous, Series};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::{Event, Question, Who};
use crate::support::metrics::{ToolCall, Transport};

pub(super) fn word(transport: Transport) -> &'static str {
    match transport {
        Transport::Stdio => "stdio",
        Transport::Http => "http",
    }
}

impl Question {
    /// Whether an event is one of those that are asked about.
    fn concerns(&self, call: &ToolCall) -> bool {
        let mine = match self.who {
            Who::Own(team, user) => call.team_id == team && call.user_id == user,
            Who::Team(team) => call.team_id == team,
            Who::Everyone => true,
        };
        let tool = self.tools.is_empty() || self.tools.contains(&call.tool.as_str());
        let transport = self
            .transport
            .is_none_or(|transport| call.transport == transport);
        mine && tool && transport
    }

    /// The bucket in which a moment lies, as a number that grows from one to the next.
    fn bucket_of(&self, moment: i64) -> i64 {
        match self.zone {
            Some(zone) => {
                let clock = at(moment).with_timezone(&zone);
                clock.date_naive().num_days_from_ce().into()
            }
            None => moment.div_euclid(self.interval.parse::<Interval>().expect("one").seconds()),
        }
    }
}

fn at(moment: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(moment, 0).expect("a time")
}

fn value<'a>(call: &'a ToolCall, dimension: &str) -> Cow<'a, str> {
    match dimension {
        "user_id" => call.user_id.as_str().into(),
        "team_id" => call.team_id.as_str().into(),
        "tool" => call.tool.as_str().into(),
        "transport" => word(call.transport).into(),
        _ => call.attempt.to_string().into(),
    }
}

type Sums = Vec<[i64; 2]>;

/// The sums of some events, by going through all of them for each bucket.
fn naive<'a>(
    events: impl Iterator<Item = &'a Event> + Clone,
    question: &Question,
    starts: &[i64],
    now: DateTime<Utc>,
) -> Sums {
    let concerned = events.filter(|event| question.concerns(&event.call));
    let sum = |start: &i64| {
        let bucket = question.bucket_of(*start);
        let inside = concerned
            .clone()
            .filter(|event| question.bucket_of(now.timestamp() - event.ago) == bucket);
        inside.fold([0, 0], |[calls, sent], event| {
            [
                calls + event.call.calls.cast_signed(),
                sent + event.call.sent.cast_signed(),
            ]
        })
    };
    starts.iter().map(sum).collect()
}

/// The groups as a model sees them: each value that has something, and what it has.
fn naive_groups(
    events: &[Event],
    dimension: &str,
    question: &Question,
    starts: &[i64],
    now: DateTime<Utc>,
) -> BTreeMap<String, Sums> {
    let values: BTreeSet<_> = events
        .iter()
        .map(|event| value(&event.call, dimension))
        .collect();
    let sums = values.into_iter().map(|wanted| {
        let has = |event: &&Event| value(&event.call, dimension) == wanted;
        let sums = naive(events.iter().filter(has), question, starts, now);
        (wanted.into_owned(), sums)
    });
    sums.filter(|(_, sums)| sums.iter().flatten().any(|sum| *sum != 0))
        .collect()
}

fn total(sums: &Sums) -> [i64; 2] {
    sums.iter().fold([0, 0], |total, sums| {
        [total[0] + sums[0], total[1] + sums[1]]
    })
}

fn found(buckets: &Buckets) -> (Vec<i64>, Sums) {
    buckets
        .iter()
        .map(|(start, sums)| (start, [sums[0], sums[1]]))
        .unzip()
}

/// Buckets follow each other, and cover a range.
fn check_starts(
    starts: &[i64],
    question: &Question,
    start: i64,
    end: i64,
) -> Result<(), TestCaseError> {
    let numbers: Vec<_> = starts
        .iter()
        .map(|start| question.bucket_of(*start))
        .collect();
    let first = question.bucket_of(start);
    let last = question.bucket_of(end - 1);
    prop_assert_eq!(numbers, (first..=last).collect::<Vec<_>>());
    for start in starts {
        prop_assert_eq!(
            question.bucket_of(*start - 1),
            question.bucket_of(*start) - 1
        );
    }
    Ok(())
}

/// Whether an answer is what the model says.
pub(super) fn check(
    series: &Series,
    events: &[Event],
    question: &Question,
    now: DateTime<Utc>,
) -> Result<(), TestCaseError> {
    let start = now.timestamp() - question.from;
    let (starts, sums) = found(series.all());
    check_starts(&starts, question, start, start + question.length)?;
    prop_assert_eq!(&sums, &naive(events.iter(), question, &starts, now));
    match series.previous().expect("it was asked for") {
        Previous::Kept(before) => {
            let (starts, sums) = found(before);
            check_starts(&starts, question, start - question.length, start)?;
            prop_assert_eq!(sums, naive(events.iter(), question, &starts, now));
        }
        // Quarters of an hour are kept for three days, and some zones have no other days.
        Previous::Gone(_) => {
            prop_assert!(question.zone.is_some() || question.interval.ends_with('m'));
        }
    }
    let Some((dimension, top)) = question.group_by else {
        prop_assert_eq!(series.groups(), &[]);
        return Ok(());
    };
    let mut left = naive_groups(events, dimension, question, &starts, now);
    let mut totals: Vec<_> = left.values().map(total).collect();
    totals.sort_unstable_by(|a, b| b.cmp(a));
    totals.truncate(usize::try_from(top).expect("small"));
    let mut largest = Vec::new();
    let mut other = None;
    for group in series.groups() {
        let (_, sums) = found(&group.buckets);
        match &group.name {
            GroupName::Value(value) => {
                prop_assert_eq!(left.remove(value), Some(sums.clone()), "{}", value);
                largest.push(total(&sums));
            }
            GroupName::Other => other = Some(sums),
            GroupName::Overflow => prop_assert!(false, "there are few series"),
        }
    }
    prop_assert_eq!(largest, totals);
    let rest = left.into_values().reduce(|mut all, sums| {
        for (all, sums) in all.iter_mut().zip(sums) {
            *all = [all[0] + sums[0], all[1] + sums[1]];
        }
        all
    });
    prop_assert_eq!(other, rest);
    Ok(())
}
