//! What has to hold before rows become what they are to be. A migration that would lose or bend some ends there,
//! with a sentence that says which and what to do, and nothing has been changed.

use super::super::text::{list, quoted};
use super::value::{converted, default_of};
use super::{Fate, Transition, of, parts};
use crate::backend::Backend;
use crate::dimension::DimensionKind;
use crate::layout::Dictionary;
use crate::schema::Dimension;
use crate::tables::literal;
use crate::transition::translations;

/// A condition under which a migration must not go on.
struct Guard {
    /// A query that has rows then.
    rows: String,
    /// What is wrong, and what to do.
    sentence: String,
}

/// All guards of a transition, as statements.
pub(super) fn guards(transition: &Transition, backend: Backend) -> String {
    let mut guards = Vec::new();
    if backend == Backend::Sqlite {
        guards.push(journal(transition));
    }
    for (_, fate) in parts(transition) {
        match fate {
            Fate::Kept(old, new) | Fate::Merged(old, new) => {
                guards.extend(of_dictionary(transition, old, new, backend));
            }
            Fate::Created(new) => {
                let rows = transition.old.schema.table;
                guards.extend(
                    new.dimensions
                        .iter()
                        .filter_map(|(_, dimension)| missing_default(dimension, rows)),
                );
            }
            Fate::Absent | Fate::Dropped(_) => {}
        }
    }
    guards.extend(overflow(transition));
    guards.iter().map(|guard| guard.render(backend)).collect()
}

/// Events in the journal have the form of the old tables.
fn journal(transition: &Transition) -> Guard {
    let table = transition.old.schema.table;
    Guard {
        rows: format!(
            "SELECT 1 FROM \"metrics_journal\" AS j JOIN \"metrics_shapes\" AS s ON s.\"id\" = j.\"shape_id\" WHERE s.\"metric\" = {}",
            literal(table)
        ),
        sentence: format!(
            "the journal still holds events of {table}: apply this migration with the program, which adds them to their buckets first"
        ),
    }
}

fn of_dictionary(
    transition: &Transition,
    old: &Dictionary,
    new: &Dictionary,
    backend: Backend,
) -> Vec<Guard> {
    let mut guards = Vec::new();
    for (_, dimension) in &new.dimensions {
        match transition.former(dimension) {
            Some(former) => {
                guards.extend(unfit(former, dimension, &old.table, backend));
                guards.extend(dangling(former, dimension, &old.table, backend));
            }
            None => guards.extend(missing_default(dimension, &old.table)),
        }
    }
    guards
}

/// Values that the dimension's new kind does not have.
fn unfit(old: &Dimension, new: &Dimension, table: &str, backend: Backend) -> Option<Guard> {
    let column = quoted(old.name);
    let translations = translations(old, new);
    let moves = |word: &&str| translations.iter().any(|(from, _)| from == word);
    let (condition, what) = match (old.kind, new.kind) {
        (DimensionKind::Enum(before), DimensionKind::Enum(words))
            if before
                .iter()
                .all(|word| words.contains(word) || moves(word)) =>
        {
            return None;
        }
        (_, DimensionKind::Enum(words)) => {
            let moved = translations.iter().map(|(from, _)| from);
            let fit: Vec<_> = words
                .iter()
                .chain(moved)
                .map(|word| literal(word))
                .collect();
            (
                format!("{column} NOT IN ({})", fit.join(", ")),
                format!("one of {}", words.join(", ")),
            )
        }
        (DimensionKind::Integer, DimensionKind::Boolean) => {
            (format!("{column} NOT IN (0, 1)"), "0 or 1".to_owned())
        }
        (DimensionKind::Text, DimensionKind::Boolean) => (
            format!("{column} NOT IN ('true', 'false')"),
            "true or false".to_owned(),
        ),
        (DimensionKind::Text, DimensionKind::Integer) => {
            (no_integer(&column, backend), "an integer".to_owned())
        }
        (DimensionKind::Text | DimensionKind::Enum(_), DimensionKind::Uuid) => {
            (no_uuid(&column, backend), "a UUID in lower case".to_owned())
        }
        _ => return None,
    };
    Some(Guard {
        rows: format!("SELECT 1 FROM {} WHERE {condition}", quoted(table)),
        sentence: format!(
            "{table} has a value of {} that is not {what}: change it, or delete such entries with their rows, first",
            old.name
        ),
    })
}

fn no_integer(column: &str, backend: Backend) -> String {
    match backend {
        Backend::Sqlite => format!("CAST(CAST({column} AS INTEGER) AS TEXT) <> {column}"),
        Backend::Postgres => format!("{column} !~ '^(0|-?[1-9][0-9]{{0,17}})$'"),
    }
}

fn no_uuid(column: &str, backend: Backend) -> String {
    match backend {
        Backend::Sqlite => format!(
            "length({column}) <> 36 OR replace({column}, '-', '') GLOB '*[^0-9a-f]*' OR {column} NOT LIKE '________-____-____-____-____________'"
        ),
        Backend::Postgres => {
            format!(
                "{column} !~ '^[0-9a-f]{{8}}-[0-9a-f]{{4}}-[0-9a-f]{{4}}-[0-9a-f]{{4}}-[0-9a-f]{{12}}$'"
            )
        }
    }
}

/// Values that a new reference does not find.
fn dangling(old: &Dimension, new: &Dimension, table: &str, backend: Backend) -> Option<Guard> {
    let reference = new
        .references
        .filter(|_| old.references != new.references)?;
    Some(Guard {
        rows: format!(
            "SELECT 1 FROM {} AS d WHERE NOT EXISTS (SELECT 1 FROM {} AS r WHERE r.{} = {})",
            quoted(table),
            quoted(reference.table),
            quoted(reference.column),
            converted(old, new, &of("d", old.name), backend)
        ),
        sentence: format!(
            "{table} has a value of {} that is not in {reference}: add it there, or delete such entries with their rows, first",
            old.name
        ),
    })
}

/// Rows that would get a value that their reference does not find.
fn missing_default(dimension: &Dimension, table: &str) -> Option<Guard> {
    let reference = dimension.references?;
    let default = default_of(dimension);
    Some(Guard {
        rows: format!(
            "SELECT 1 FROM {} WHERE NOT EXISTS (SELECT 1 FROM {} WHERE {} = {default})",
            quoted(table),
            quoted(reference.table),
            list(&[reference.column])
        ),
        sentence: format!(
            "rows of {table} would get the {} {}, which is not in {reference}: add it there first",
            dimension.name,
            default.replace('\'', "\"")
        ),
    })
}

/// Where labels refer to another table, the overflow series has no place.
fn overflow(transition: &Transition) -> Option<Guard> {
    let (old, new) = match transition.labels() {
        Fate::Kept(old, new) | Fate::Merged(old, new) => (old, new),
        Fate::Absent | Fate::Created(_) | Fate::Dropped(_) => return None,
    };
    let table = transition.old.schema.table;
    (!old.has_references() && new.has_references()).then(|| Guard {
        rows: format!("SELECT 1 FROM {} WHERE \"labels_id\" = 0", quoted(table)),
        sentence: format!(
            "{table} has rows in its overflow series (labels_id 0), which a reference leaves no place for: delete them first"
        ),
    })
}

impl Guard {
    fn render(&self, backend: Backend) -> String {
        let Self { rows, sentence } = self;
        match backend {
            // The name of a constraint is what SQLite says when it is violated. No temporary table: libSQL's servers
            // know none.
            Backend::Sqlite => format!(
                "CREATE TABLE \"metrics_guard\" (\"broken\" INTEGER CONSTRAINT {} CHECK (\"broken\" = 0));\n\
                 INSERT INTO \"metrics_guard\" SELECT EXISTS ({rows});\n\
                 DROP TABLE \"metrics_guard\";\n",
                quoted(sentence)
            ),
            Backend::Postgres => format!(
                "DO $guard$ BEGIN\n    IF EXISTS ({rows}) THEN\n        RAISE EXCEPTION USING MESSAGE = {};\n    END IF;\nEND $guard$;\n",
                literal(sentence)
            ),
        }
    }
}
