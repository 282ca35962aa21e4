//! Who records: tasks that await each commit, on as many threads as there are processors, as in a web server.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use crate::load::{Install, Load};
use crate::settings::ROUND;

/// Producers at once.
const PRODUCERS: usize = 64;

/// A way to record, which either side has.
pub(crate) trait Door: Clone + Send + Sync + 'static {
    /// Records one event that happened now. Returns when it is committed.
    fn one(&self, install: Install) -> impl Future<Output = ()> + Send;
    /// Records events that happened now. Returns when they are committed.
    fn many(&self, installs: Vec<Install>) -> impl Future<Output = ()> + Send;
}

/// Events a second of all producers together, each of which hands over `per_call` events and waits.
pub(crate) fn events_per_second<D: Door>(door: &D, load: &Arc<Load>, per_call: usize) -> f64 {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let started = Instant::now();
    let spawn = |thread: usize| {
        let (door, load) = (door.clone(), Arc::clone(load));
        let producers = (thread..PRODUCERS).step_by(threads);
        std::thread::spawn(move || {
            runtime().block_on(produce_all(door, load, producers, per_call, started))
        })
    };
    let threads: Vec<_> = (0..threads).map(spawn).collect();
    let counts = threads
        .into_iter()
        .map(|thread| thread.join().expect("producers do not fail"));
    let events: usize = counts.sum();
    events as f64 / started.elapsed().as_secs_f64()
}

/// How long one producer waits for each commit of one event: the median, and what one in a hundred exceeds, in µs.
pub(crate) fn latency<D: Door>(door: &D, load: &Load) -> [f64; 2] {
    let mut times = runtime().block_on(wait_for_each(door, load));
    times.sort_unstable();
    let micros = |time: Duration| time.as_secs_f64() * 1e6;
    [
        micros(times[times.len() / 2]),
        micros(times[times.len() * 99 / 100]),
    ]
}

async fn produce_all<D: Door>(
    door: D,
    load: Arc<Load>,
    producers: impl Iterator<Item = usize>,
    per_call: usize,
    started: Instant,
) -> usize {
    let mut tasks = JoinSet::new();
    for producer in producers {
        let (door, load) = (door.clone(), Arc::clone(&load));
        tasks.spawn(async move { produce(door, &load, producer, per_call, started).await });
    }
    tasks.join_all().await.into_iter().sum()
}

async fn produce<D: Door>(
    door: D,
    load: &Load,
    producer: usize,
    per_call: usize,
    started: Instant,
) -> usize {
    let mut installs = load.of_producer(producer);
    let mut events = 0;
    while started.elapsed() < ROUND {
        if per_call == 1 {
            door.one(installs.next().expect("has no end")).await;
        } else {
            door.many(installs.by_ref().take(per_call).collect()).await;
        }
        events += per_call;
    }
    events
}

async fn wait_for_each<D: Door>(door: &D, load: &Load) -> Vec<Duration> {
    let (started, mut times) = (Instant::now(), Vec::new());
    let mut installs = load.of_producer(0);
    while started.elapsed() < ROUND {
        let install = installs.next().expect("has no end");
        let handed_over = Instant::now();
        door.one(install).await;
        times.push(handed_over.elapsed());
    }
    times
}

/// What a worker of actix-web runs its handlers on.
pub(crate) fn runtime() -> Runtime {
    let built = Builder::new_current_thread().enable_all().build();
    built.expect("the system has room for a runtime")
}
