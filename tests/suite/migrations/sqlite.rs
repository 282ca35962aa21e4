//! What the log says while a migration is applied to a file: how far a rebuild has come.

use std::cell::RefCell;
use std::fmt::{Debug, Write};
use std::sync::Once;

use metrics_runtime::migrate::Backend;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::applying::{changed, with_rows};

thread_local! {
    /// The messages of this thread, while it listens.
    static HEARD: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Everybody's subscriber: of several that threads have each for themselves, a thread that comes to a message first while
/// it has none keeps it from the others.
struct Log;

/// The messages of what is done.
fn heard(work: impl FnOnce()) -> String {
    static LOG: Once = Once::new();
    LOG.call_once(|| tracing::subscriber::set_global_default(Log).expect("there is no other"));
    HEARD.set(Some(String::new()));
    work();
    HEARD.take().expect("this thread has listened")
}

struct Message<'a>(&'a mut String);

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        HEARD.with_borrow_mut(|heard| {
            if let Some(heard) = heard {
                event.record(&mut Message(heard));
            }
        });
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl Visit for Message<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            writeln!(self.0, "{value:?}").expect("it is a text");
        }
    }
}

#[test]
fn a_rebuild_says_how_many_of_how_many_rows_each_statement_has_read() {
    let folder = changed(|spec| {
        spec.dimensions.retain(|dimension| dimension.name != "tool");
        spec.intervals.push(1_440);
    });
    let database = with_rows(Backend::Sqlite, &folder);
    let log = heard(|| {
        let applied = database
            .store
            .apply_migrations(&folder.path().join("sqlite"));
        applied.expect("applied");
    });
    for table in ["calls_new", "metrics_fullest"] {
        let insertion = format!(": INSERT INTO \"{table}\"");
        let mut lines = log.lines().filter(|line| line.contains(&insertion));
        let (begins, ends) = (
            lines.next().expect("it begins"),
            lines.next().expect("it ends"),
        );
        assert!(begins.contains(", 0 of 3 rows: "), "{log}");
        assert!(
            ends.starts_with("done with ") && ends.contains(", 3 of 3 rows: "),
            "{log}"
        );
    }
}
