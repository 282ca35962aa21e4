//! What the log says while a migration is applied to a file: how far a rebuild has come.

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use metrics_runtime::migrate::Backend;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::applying::{changed, with_rows};

/// The messages of this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

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
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl Visit for Log {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            let mut log = self.0.lock().expect("nobody panics");
            writeln!(log, "{value:?}").expect("it is a text");
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
    let log = Log::default();
    tracing::subscriber::with_default(log.clone(), || {
        database
            .store
            .apply_migrations(&folder.path().join("sqlite"))
            .expect("applied");
    });
    let log = log.0.lock().expect("nobody panics");
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
