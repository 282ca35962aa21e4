//! A metric in a crate of its own, that depends on metrics-runtime and nothing else.

use std::error::Error;
use std::path::Path;

use metrics_runtime::chrono::{TimeDelta, Utc};
use metrics_runtime::migrate::{Backend, Project};
use metrics_runtime::{Interval, Scope, Store, TimeSeriesMetric, register};

/// Coffees made.
#[derive(TimeSeriesMetric)]
#[metric(retention = "30d")]
struct Coffee {
    #[dimension(team)]
    office: String,
    #[dimension]
    kind: String,
    #[counter]
    cups: u64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let registry = register![Coffee].build()?;
    let project = Project::new("migrations/metrics.lock").folder(Backend::Sqlite, "migrations");
    let generated = project.generate(&registry, None, Utc::now())?.ok_or("nothing was generated")?;
    println!("generated: {}", generated.plan);

    let store = Store::sqlite("scratch.db")?;
    store.apply_migrations(Path::new("migrations"))?;
    let now = Utc::now();
    let coffee = |office: &str, kind: &str, cups| (now, Coffee { office: office.into(), kind: kind.into(), cups });
    let receipt = Coffee::upsert(&store, &[coffee("brno", "espresso", 2), coffee("brno", "filter", 3), coffee("oslo", "filter", 9)])?;
    println!("recorded: {}", receipt.processed);

    let query = Coffee::query(Scope::team("brno")).interval(Interval::HOUR);
    let cups: u64 = query.load(&store)?.iter().map(|bucket| bucket.cups).sum();
    let filter = CoffeeFilter { kind: vec!["filter".into()], ..CoffeeFilter::default() };
    let filtered: u64 = query.filter(filter).load(&store)?.iter().map(|bucket| bucket.cups).sum();
    println!("cups in brno: {cups}, of which filter: {filtered}");

    println!("cleaned up now: {}", Coffee::cleanup(&store, now)?.total_rows());
    println!("cleaned up later: {}", Coffee::cleanup(&store, now + TimeDelta::days(32))?.total_rows());
    Ok(())
}
