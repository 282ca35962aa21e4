//! Random events, through the writer, against a naive model that keeps them all.

mod naive;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use metrics_runtime::migrate::Backend;
use metrics_runtime::{Limits, Recorder, Scope, Series, SeriesQuery, TimeRange};
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};

use crate::support::database::{Database, backends};
use crate::support::metrics::{ToolCall, Transport, registry};
use crate::support::property::cases;
use naive::{check, word};

/// An event, and how many seconds ago it happened.
#[derive(Debug, Clone)]
struct Event {
    ago: i64,
    call: ToolCall,
}

#[derive(Debug, Clone)]
enum Who {
    Own(&'static str, &'static str),
    Team(&'static str),
    Everyone,
}

#[derive(Debug, Clone)]
struct Question {
    who: Who,
    interval: &'static str,
    from: i64,
    length: i64,
    tools: Vec<&'static str>,
    transport: Option<Transport>,
    /// A dimension, and how many groups.
    group_by: Option<(&'static str, u32)>,
    zone: Option<Tz>,
}

const ZONES: [Tz; 5] = [
    Tz::UTC,
    Tz::Europe__Berlin,
    Tz::Asia__Kathmandu,
    Tz::Australia__Lord_Howe,
    Tz::America__St_Johns,
];

const USERS: [&str; 3] = ["u1", "u2", "u'3"];
const TEAMS: [&str; 2] = ["t1", "t\"2"];
const TOOLS: [&str; 3] = ["", "grep", "žluť"];

fn call() -> impl Strategy<Value = ToolCall> {
    let who = (
        prop::sample::select(&USERS[..]),
        prop::sample::select(&TEAMS[..]),
    );
    let labels = (prop::sample::select(&TOOLS[..]), any::<bool>(), -1..3_i32);
    (
        who,
        labels,
        0..5_u64,
        prop_oneof![0..100_u64, Just((1 << 53) + 1)],
    )
        .prop_map(
            |((user, team), (tool, http, attempt), calls, sent)| ToolCall {
                user_id: user.to_owned(),
                team_id: team.to_owned(),
                tool: tool.to_owned(),
                transport: if http {
                    Transport::Http
                } else {
                    Transport::Stdio
                },
                attempt,
                calls,
                sent,
            },
        )
}

fn question() -> impl Strategy<Value = Question> {
    let own = (
        prop::sample::select(&USERS[..]),
        prop::sample::select(&TEAMS[..]),
    )
        .prop_map(|(u, t)| Who::Own(t, u));
    let who = prop_oneof![
        own,
        prop::sample::select(&TEAMS[..]).prop_map(Who::Team),
        Just(Who::Everyone)
    ];
    let interval = prop::sample::select(&["15m", "30m", "1h", "6h", "1d"][..]);
    let filters = (
        prop::collection::vec(prop::sample::select(&TOOLS[..]), 0..3),
        any::<Option<bool>>(),
    );
    let zone = prop::option::of(prop::sample::select(&ZONES[..]));
    let dimensions = ["user_id", "team_id", "tool", "transport", "attempt"];
    let grouping = (prop::sample::select(dimensions.to_vec()), 1..4_u32);
    let grouping = prop::option::weighted(0.7, grouping);
    let range = (interval, 1..150_000_i64, 1..100_000_i64, zone);
    (who, range, filters, grouping).prop_map(
        |(who, (interval, from, length, zone), (tools, transport), group_by)| Question {
            // Who asks for their own rows knows whose they are.
            group_by: group_by.filter(|(dimension, _)| match who {
                Who::Own(..) => !["user_id", "team_id"].contains(dimension),
                Who::Team(_) => *dimension != "team_id",
                Who::Everyone => true,
            }),
            who,
            interval: zone.map_or(interval, |_| "1d"),
            zone,
            from,
            length,
            tools,
            transport: transport.map(|http| {
                if http {
                    Transport::Http
                } else {
                    Transport::Stdio
                }
            }),
        },
    )
}

fn ask(database: &Database, question: &Question, now: DateTime<Utc>) -> Series {
    let registry = registry();
    let scope = match question.who {
        Who::Own(team, user) => Scope::own(team, user),
        Who::Team(team) => Scope::team(team),
        Who::Everyone => Scope::everyone(),
    };
    let start = now - TimeDelta::seconds(question.from);
    let range =
        TimeRange::new(start, start + TimeDelta::seconds(question.length)).expect("a range");
    let mut query = SeriesQuery::new(
        Arc::clone(registry.metric("tool_call").expect("registered")),
        scope,
    )
    .range(range)
    .interval(question.interval.parse().expect("an interval"));
    if !question.tools.is_empty() {
        let tools: Vec<String> = question.tools.iter().map(ToString::to_string).collect();
        query = query.filter("tool", &tools).expect("a dimension");
    }
    if let Some(transport) = question.transport {
        query = query
            .filter("transport", &[word(transport).to_owned()])
            .expect("a dimension");
    }
    if let Some((dimension, top)) = question.group_by {
        query = query.group_by(dimension, top).expect("a dimension");
    }
    if let Some(zone) = question.zone {
        query = query.zone(zone.name().parse().expect("a zone"));
    }
    let query = query.compare_previous();
    query.load_at(&database.store, now).expect("an answer")
}

fn agrees(backend: Backend, events: &[Event], questions: &[Question]) -> Result<(), TestCaseError> {
    let registry = Arc::new(registry());
    let database = Database::new(backend, &registry);
    let recorder = Recorder::start(&database.store, Arc::clone(&registry), Limits::default());
    let now = DateTime::from_timestamp(Utc::now().timestamp(), 0).expect("a time");
    let record = events
        .iter()
        .map(|event| recorder.record_at(&event.call, now - TimeDelta::seconds(event.ago)));
    for recorded in pollster::block_on(join_all(record)) {
        recorded.expect("a valid event is recorded");
    }
    for question in questions {
        check(&ask(&database, question, now), events, question, now)?;
    }
    recorder.shutdown();
    Ok(())
}

/// Awaits all at once, so that the recorder merges them.
async fn join_all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut waiting: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(move |context| {
        for (future, done) in waiting.iter_mut().filter(|(_, done)| done.is_none()) {
            if let std::task::Poll::Ready(output) = future.as_mut().poll(context) {
                *done = Some(output);
            }
        }
        if waiting.iter().any(|(_, done)| done.is_none()) {
            return std::task::Poll::Pending;
        }
        std::task::Poll::Ready(
            waiting
                .iter_mut()
                .filter_map(|(_, done)| done.take())
                .collect(),
        )
    })
    .await
}

#[test]
fn queries_answer_what_a_model_that_keeps_all_events_answers() {
    for backend in backends() {
        let events = prop::collection::vec(
            (0..150_000_i64, call()).prop_map(|(ago, call)| Event { ago, call }),
            0..60,
        );
        let strategy = (events, prop::collection::vec(question(), 1..8));
        let mut runner = TestRunner::new(cases(40));
        runner
            .run(&strategy, |(events, questions)| {
                agrees(backend, &events, &questions)
            })
            .unwrap_or_else(|error| panic!("on {}: {error}", backend.name()));
    }
}
