//! Records without a pause, queries meanwhile, and watches the memory: `cargo run --release -p metrics-runtime --example
//! soak -- 600` does so for ten minutes. It ends with an error when an answer is not what was acknowledged.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use metrics_runtime::chrono::Utc;
use metrics_runtime::migrate::{Backend, Project};
use metrics_runtime::{Limits, Recorder, Scope, Store, TimeSeriesMetric, register};

/// Pages shown to people.
#[derive(TimeSeriesMetric)]
#[metric(intervals("15m", "1h"))]
struct PageView {
    #[dimension(user)]
    user_id: String,
    #[dimension]
    page: String,
    #[counter]
    views: u64,
}

const PRODUCERS: u64 = 8;

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let seconds = std::env::args()
        .nth(1)
        .map_or(Ok(600), |text| text.parse())?;
    let folder = tempfile::tempdir()?;
    let registry = Arc::new(register![PageView].build()?);
    let migrations = folder.path().join("migrations");
    let project = Project::new(folder.path().join("lock")).folder(Backend::Sqlite, &migrations);
    project.generate(&registry, None, Utc::now())?;
    let path = folder.path().join("soak.db");
    let store = Store::sqlite(&path.display().to_string())?;
    store.apply_migrations(&migrations)?;
    let recorder = Recorder::start(&store, registry, Limits::default());
    let (acknowledged, over) = (AtomicU64::new(0), AtomicBool::new(false));
    let watched = std::thread::scope(|scope| {
        for producer in 0..PRODUCERS {
            let (recorder, acknowledged, over) = (&recorder, &acknowledged, &over);
            scope.spawn(move || produce(producer, recorder, acknowledged, over));
        }
        let watched = watch(&store, &acknowledged, Duration::from_secs(seconds));
        over.store(true, Ordering::Relaxed);
        watched
    });
    recorder.shutdown();
    watched?;
    assert_eq!(counted(&store)?, acknowledged.into_inner());
    println!("every acknowledged event is counted, and no other");
    Ok(())
}

/// Records batches of twenty, each when the one before is committed.
fn produce(producer: u64, recorder: &Recorder, acknowledged: &AtomicU64, over: &AtomicBool) {
    let mut turn = producer;
    while !over.load(Ordering::Relaxed) {
        turn = turn
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let view = |index: u64| PageView {
            user_id: format!("user-{}", (turn >> 33) % 1_000),
            page: format!("/page/{index}"),
            views: 1,
        };
        let views: Vec<_> = (0..20).map(|index| (Utc::now(), view(index))).collect();
        let receipt = pollster::block_on(recorder.record_all(&views)).expect("the database works");
        let processed = u64::try_from(receipt.processed).expect("twenty at most");
        acknowledged.fetch_add(processed, Ordering::Relaxed);
    }
}

/// Every ten seconds: what is counted lies between what was acknowledged before and after the question.
fn watch(store: &Store, acknowledged: &AtomicU64, duration: Duration) -> Result<(), Failure> {
    let start = Instant::now();
    println!(
        "{:>8} {:>14} {:>10} {:>12}",
        "seconds", "events", "MiB", "query ms"
    );
    while start.elapsed() < duration {
        std::thread::sleep(Duration::from_secs(10));
        let before = acknowledged.load(Ordering::Relaxed);
        let asked = Instant::now();
        let counted = counted(store)?;
        let took = asked.elapsed().as_secs_f64() * 1_000.0;
        // What is committed and not yet answered may be counted already, one batch of each producer.
        let after = acknowledged.load(Ordering::Relaxed) + PRODUCERS * 20;
        if !(before..=after).contains(&counted) {
            return Err(format!("{counted} counted, {before} to {after} acknowledged").into());
        }
        let seconds = start.elapsed().as_secs();
        println!("{seconds:>8} {counted:>14} {:>10} {took:>12.1}", memory()?);
    }
    Ok(())
}

fn counted(store: &Store) -> Result<u64, Failure> {
    let buckets = PageView::query(Scope::everyone()).load(store)?;
    Ok(buckets.iter().map(|bucket| bucket.views).sum())
}

/// The resident memory of this process in MiB, as Linux tells it.
fn memory() -> Result<u64, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next());
    Ok(kib.ok_or("no VmRSS")?.parse::<u64>()? / 1_024)
}
