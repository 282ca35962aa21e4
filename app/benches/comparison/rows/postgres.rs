//! PostgreSQL: 64 producers beside `unnest` by hand, and the sums of a range beside the same SQL by hand.

use std::sync::Arc;
use std::time::Instant;

use metrics_runtime::chrono::{TimeDelta, Utc};
use metrics_runtime::{Interval, Store, TimeRange};

use crate::by_hand::postgres::{self as by_hand, Reader};
use crate::cluster::Cluster;
use crate::fill;
use crate::load::{Load, SERIES_PER_OWNER};
use crate::ours::{self, Ours};
use crate::producers::events_per_second;
use crate::rounds::in_turns;
use crate::settings::{ROUND, Settings};
use crate::table::{self, Pair, Target};

/// What is asked, in words, with the range in hours and the interval.
const QUESTIONS: [(&str, i64, &str); 2] = [
    ("24 h by 15 min", 24, "15m"),
    ("30 days by hour", 720, "1h"),
];

/// Events a call that meet every series within a round.
const ALL_SERIES: usize = 100;

/// Rows of a series that `fill` makes.
const ROWS_PER_SERIES: u32 = 1_000;

/// The rows of recording, and of reading.
pub(crate) fn print(settings: &Settings) {
    let recording = [(1, "1 event"), (100, "100 events")].map(|(per_call, words)| {
        let name = format!("postgres: 64 producers, {words} a call, unnest");
        (name, per_call)
    });
    let reading = QUESTIONS.iter().flat_map(|question| {
        [1, 32].map(|connections| {
            let (words, rows) = (question.0, settings.rows_in_words());
            let name = format!("postgres: {words}, {rows}, {connections} connections");
            (name, question, connections)
        })
    });
    let recording: Vec<_> = recording
        .into_iter()
        .filter(|(name, _)| settings.wants(name))
        .collect();
    let reading: Vec<_> = reading.filter(|(name, ..)| settings.wants(name)).collect();
    if recording.is_empty() && reading.is_empty() {
        return;
    }
    let cluster = Cluster::start();
    for (name, per_call) in recording {
        let pair = record(&cluster, settings.rounds, per_call);
        table::print(&name, "events/s", pair, Target::AtLeast(0.8));
    }
    if !reading.is_empty() {
        create(&cluster, "read", settings.rows);
    }
    for (name, (_, hours, interval), connections) in reading {
        let question = Question::new(*hours, interval, settings.rows);
        let pair = read(&cluster, settings.rounds, &question, connections);
        table::print(&name, "queries/s", pair, Target::AtLeast(0.85));
    }
}

fn record(cluster: &Cluster, rounds: usize, per_call: usize) -> Pair {
    let [of_ours, of_hand] = ["ours", "by_hand"].map(|side| format!("{side}_{per_call}"));
    let load = Arc::new(Load::zipf());
    create(cluster, &of_ours, 0);
    let ours = Ours::start_in(&cluster.store(&of_ours, 8));
    cluster.create(&of_hand);
    by_hand::create(&mut cluster.connect(&of_hand));
    let (by_hand, writer) = by_hand::start(cluster.connect(&of_hand));
    // Before time is taken either side meets every series once.
    events_per_second(&ours, &load, ALL_SERIES);
    events_per_second(&by_hand, &load, ALL_SERIES);
    let [pair] = in_turns(
        rounds,
        || [events_per_second(&ours, &load, per_call)],
        || [events_per_second(&by_hand, &load, per_call)],
    );
    ours.stop();
    drop(by_hand);
    writer.join().expect("the database works");
    pair
}

/// Makes our tables in a database of their own, with some rows in them.
fn create(cluster: &Cluster, database: &str, rows: u32) {
    cluster.create(database);
    ours::create_in(&cluster.store(database, 3));
    if rows > 0 {
        let fill = fill::for_postgres(rows, Utc::now().timestamp());
        let mut connection = cluster.connect(database);
        // What is sent as one text is a transaction, within which there is no vacuum.
        for statement in [&fill, "VACUUM ANALYZE"] {
            let done = connection.batch_execute(statement);
            done.expect("the database is ours alone");
        }
    }
}

/// A range that both sides ask for, and whose it is.
struct Question {
    range: TimeRange,
    interval: Interval,
    owners: u32,
}

impl Question {
    /// The range is whole buckets, so that the clock does not matter.
    fn new(hours: i64, interval: &str, rows: u32) -> Self {
        let end = Utc::now().timestamp();
        let end =
            chrono::DateTime::from_timestamp(end - end % 3_600, 0).expect("a time of our own");
        Self {
            range: TimeRange::new(end - TimeDelta::hours(hours), end).expect("it is in order"),
            interval: interval.parse().expect("is one"),
            owners: (rows / ROWS_PER_SERIES / SERIES_PER_OWNER).max(1),
        }
    }

    fn owner(&self, turn: u32) -> (String, String) {
        let owner = turn % self.owners;
        (
            format!("team-{:04}", owner / 10),
            format!("user-{owner:06}"),
        )
    }

    fn ours(&self, store: &Store, turn: u32) -> Vec<(i64, [i64; 2])> {
        let (team, user) = self.owner(turn);
        ours::installs(store, (&team, &user), (self.range, self.interval))
    }

    fn by_hand(&self, reader: &mut Reader, turn: u32) -> Vec<(i64, [i64; 2])> {
        let (team, user) = self.owner(turn);
        let (start, end) = (self.range.start().timestamp(), self.range.end().timestamp());
        reader.installs((&team, &user), (start, end, self.interval.seconds()))
    }
}

fn read(cluster: &Cluster, rounds: usize, question: &Question, connections: usize) -> Pair {
    let store = cluster.store("read", connections.max(3));
    let readers = (0..connections).map(|_| Reader::begin(cluster.connect("read")));
    let mut readers: Vec<_> = readers.collect();
    let agreed = question.ours(&store, 1) == question.by_hand(&mut readers[0], 1);
    assert!(agreed, "both read the same rows");
    let mut stores = vec![store; connections];
    let [pair] = in_turns(
        rounds,
        || {
            [queries_per_second(&mut stores, |store, turn| {
                drop(question.ours(store, turn));
            })]
        },
        || {
            [queries_per_second(&mut readers, |reader, turn| {
                drop(question.by_hand(reader, turn));
            })]
        },
    );
    pair
}

/// Queries a second of all who ask, each on a thread of their own.
fn queries_per_second<T: Send>(all: &mut [T], ask: impl Fn(&mut T, u32) + Sync) -> f64 {
    let (started, ask) = (Instant::now(), &ask);
    let counts = std::thread::scope(|scope| {
        let threads = (0_u32..).zip(all).map(|(first, one)| {
            scope.spawn(move || {
                let mut turn = 0;
                while started.elapsed() < ROUND {
                    ask(one, first * 7 + turn);
                    turn += 1;
                }
                turn
            })
        });
        let threads: Vec<_> = threads.collect();
        let counts = threads.into_iter().map(|thread| thread.join());
        counts
            .map(|count| count.expect("nobody panics"))
            .sum::<u32>()
    });
    f64::from(counts) / started.elapsed().as_secs_f64()
}
