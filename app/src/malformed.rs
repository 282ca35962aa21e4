//! Requests that are no HTTP, or whose head is too large to be taken apart.
//!
//! The server refuses them by itself, before anything of ours is asked, and all that it says is an error in the log, a
//! line for each: anybody could fill the log with them. They are counted instead.

use std::sync::atomic::{AtomicU64, Ordering};

use tracing::level_filters::LevelFilter;
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

/// What speaks of them. Whoever names it in `LOG` has them in the log.
pub const TARGET: &str = "actix_http::h1::dispatcher";

static REFUSED: AtomicU64 = AtomicU64::new(0);

struct Count;

impl<S: Subscriber> Layer<S> for Count {
    fn on_event(&self, _event: &Event<'_>, _context: Context<'_, S>) {
        REFUSED.fetch_add(1, Ordering::Relaxed);
    }
}

/// What counts them, whatever is logged.
pub fn count<S>() -> impl Layer<S>
where
    S: Subscriber + for<'lookup> LookupSpan<'lookup>,
{
    Count.with_filter(Targets::new().with_target(TARGET, LevelFilter::ERROR))
}

/// How many there were.
#[must_use]
pub fn refused() -> u64 {
    REFUSED.load(Ordering::Relaxed)
}
