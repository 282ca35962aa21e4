//! What changes about a metric, in words.

use std::fmt;

use crate::dimension::DimensionKind;
use crate::interval::Interval;
use crate::schema::{Dimension, MetricSchema, Reference};
use crate::transition::{Transition, default_value, translations};

/// A change of a metric that shows in its tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// The tables are called otherwise, and so are the permissions.
    TableRenamed {
        /// The former table.
        from: &'static str,
        /// The table.
        to: &'static str,
    },
    /// A measure is new.
    MeasureAdded(&'static str),
    /// A measure is gone, with all that it counted.
    MeasureRemoved(&'static str),
    /// A measure is called otherwise.
    MeasureRenamed {
        /// The former column.
        from: &'static str,
        /// The column.
        to: &'static str,
    },
    /// A dimension is new.
    DimensionAdded {
        /// The column.
        name: &'static str,
        /// What rows from before have.
        default: String,
    },
    /// A dimension is gone; rows that only it told apart are merged.
    DimensionRemoved(&'static str),
    /// A dimension is called otherwise.
    DimensionRenamed {
        /// The former column.
        from: &'static str,
        /// The column.
        to: &'static str,
    },
    /// A dimension's values are of another kind.
    DimensionRetyped {
        /// The column.
        name: &'static str,
        /// What the values were.
        from: &'static str,
        /// What they are.
        to: &'static str,
    },
    /// An enum has further words.
    WordsAdded {
        /// The column.
        name: &'static str,
        /// The words.
        words: Vec<&'static str>,
    },
    /// A word of an enum is another from now on.
    WordRenamed {
        /// The column.
        name: &'static str,
        /// The former word.
        from: &'static str,
        /// The word.
        to: &'static str,
    },
    /// A word of an enum takes over the rows of others; those that only they told apart are merged.
    WordsMerged {
        /// The column.
        name: &'static str,
        /// The former words.
        from: Vec<&'static str>,
        /// The word.
        to: &'static str,
    },
    /// An enum has lost words.
    WordsRemoved {
        /// The column.
        name: &'static str,
        /// The words.
        words: Vec<&'static str>,
    },
    /// A dimension refers to another table from now on.
    ReferenceAdded {
        /// The column.
        name: &'static str,
        /// What it refers to.
        to: Reference,
    },
    /// A dimension does not refer to another table any more.
    ReferenceRemoved {
        /// The column.
        name: &'static str,
        /// What it referred to.
        to: Reference,
    },
    /// An interval is stored from now on.
    IntervalAdded {
        /// The interval.
        interval: Interval,
        /// The stored intervals that divide it. Its buckets are made of the one that reaches back furthest.
        filled_from: Vec<Interval>,
    },
    /// An interval is not stored any more.
    IntervalRemoved(Interval),
    /// Keys or columns are made anew, and rows stay what they are.
    Rearranged,
}

impl Change {
    /// Whether something that was recorded is gone afterwards.
    #[must_use]
    pub fn loses_data(&self) -> bool {
        matches!(
            self,
            Self::MeasureRemoved(_)
                | Self::DimensionRemoved(_)
                | Self::WordsMerged { .. }
                | Self::IntervalRemoved(_)
        )
    }

    /// What could be declared so that it goes better, if something could.
    pub(super) fn hint(&self) -> Option<String> {
        let Self::WordsRemoved { words, .. } = self else {
            return None;
        };
        Some(format!(
            "a word that takes over the rows of {} says so with #[dimension(renamed_from = \"{}\")]",
            words.join(" or "),
            words[0]
        ))
    }

    /// All changes of a transition.
    pub(super) fn of(transition: &Transition) -> Vec<Self> {
        let mut changes = Vec::new();
        changes.extend(table(transition.old.schema, transition.new.schema));
        changes.extend(dimensions(transition));
        changes.extend(measures(transition));
        changes.extend(intervals(transition));
        if changes.is_empty() && crate::sql::changes_tables(transition) {
            changes.push(Self::Rearranged);
        }
        changes
    }
}

fn table(old: &MetricSchema, new: &MetricSchema) -> Option<Change> {
    (old.table != new.table).then_some(Change::TableRenamed {
        from: old.table,
        to: new.table,
    })
}

fn dimensions(transition: &Transition) -> Vec<Change> {
    let removed = transition.removed_dimensions().into_iter();
    let mut changes: Vec<_> = removed
        .map(|dimension| Change::DimensionRemoved(dimension.name))
        .collect();
    for (old, new) in &transition.dimensions {
        if old.name != new.name {
            changes.push(Change::DimensionRenamed {
                from: old.name,
                to: new.name,
            });
        }
        changes.extend(kind(old, new));
        changes.extend(references(old, new));
    }
    let added = transition.added_dimensions().into_iter();
    changes.extend(added.map(|dimension| Change::DimensionAdded {
        name: dimension.name,
        default: dimension.kind.show(&default_value(dimension)),
    }));
    changes
}

fn kind(old: &Dimension, new: &Dimension) -> Vec<Change> {
    let name = new.name;
    let (DimensionKind::Enum(before), DimensionKind::Enum(after)) = (old.kind, new.kind) else {
        let retyped = std::mem::discriminant(&old.kind) != std::mem::discriminant(&new.kind);
        let (from, to) = (called(old.kind), called(new.kind));
        return retyped
            .then_some(Change::DimensionRetyped { name, from, to })
            .into_iter()
            .collect();
    };
    words(old, new, before, after)
}

/// What becomes of the words of an enum: some take over from others, some come, some go.
fn words(
    old: &Dimension,
    new: &Dimension,
    before: &[&'static str],
    after: &[&'static str],
) -> Vec<Change> {
    let name = new.name;
    let translations = translations(old, new);
    let mut changes = Vec::new();
    for to in after.iter().copied() {
        let into = translations.iter().filter(|(_, word)| *word == to);
        let from: Vec<_> = into.map(|(former, _)| *former).collect();
        changes.extend(match from.as_slice() {
            [] => None,
            [from] if !before.contains(&to) => Some(Change::WordRenamed { name, from, to }),
            _ => Some(Change::WordsMerged { name, from, to }),
        });
    }
    let new_words = after.iter().copied().filter(|word| {
        !before.contains(word)
            && translations
                .iter()
                .all(|(_, taken_over)| taken_over != word)
    });
    let gone = before.iter().copied().filter(|word| {
        !after.contains(word) && translations.iter().all(|(moved, _)| moved != word)
    });
    let (added, removed): (Vec<_>, Vec<_>) = (new_words.collect(), gone.collect());
    let removed = (!removed.is_empty()).then_some(Change::WordsRemoved {
        name,
        words: removed,
    });
    let added = (!added.is_empty()).then_some(Change::WordsAdded { name, words: added });
    changes.into_iter().chain(removed).chain(added).collect()
}

fn references(old: &Dimension, new: &Dimension) -> Vec<Change> {
    if old.references == new.references {
        return Vec::new();
    }
    let name = new.name;
    let removed = old
        .references
        .map(|to| Change::ReferenceRemoved { name, to });
    let added = new.references.map(|to| Change::ReferenceAdded { name, to });
    removed.into_iter().chain(added).collect()
}

fn measures(transition: &Transition) -> Vec<Change> {
    let removed = transition.removed_measures().into_iter();
    let renamed = transition
        .measures
        .iter()
        .filter(|(old, new)| old.name != new.name);
    let added = transition.added_measures().into_iter();
    removed
        .map(|measure| Change::MeasureRemoved(measure.name))
        .chain(renamed.map(|(old, new)| Change::MeasureRenamed {
            from: old.name,
            to: new.name,
        }))
        .chain(added.map(|measure| Change::MeasureAdded(measure.name)))
        .collect()
}

fn intervals(transition: &Transition) -> Vec<Change> {
    let removed = transition
        .removed_intervals()
        .into_iter()
        .map(Change::IntervalRemoved);
    let added = transition.added_intervals().into_iter();
    removed
        .chain(added.map(|(interval, filled_from)| Change::IntervalAdded {
            interval,
            filled_from,
        }))
        .collect()
}

fn called(kind: DimensionKind) -> &'static str {
    match kind {
        DimensionKind::Text => "text",
        DimensionKind::Integer => "an integer",
        DimensionKind::Boolean => "a boolean",
        DimensionKind::Uuid => "a UUID",
        DimensionKind::Enum(_) => "an enum",
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TableRenamed { from, to } => {
                write!(
                    f,
                    "rename the table {from} to {to}, its dictionaries, its view and its permissions likewise"
                )
            }
            Self::MeasureAdded(name) => {
                write!(f, "add the measure {name}: rows from before have 0")
            }
            Self::MeasureRemoved(name) => {
                write!(f, "remove the measure {name}, and all that it counted")
            }
            Self::MeasureRenamed { from, to } => write!(f, "rename the measure {from} to {to}"),
            Self::DimensionAdded { name, default } => {
                write!(
                    f,
                    "add the dimension {name}: rows from before have \"{default}\""
                )
            }
            Self::DimensionRemoved(name) => write!(
                f,
                "remove the dimension {name}: rows that only it told apart are merged, and their measures added up"
            ),
            Self::DimensionRenamed { from, to } => write!(f, "rename the dimension {from} to {to}"),
            Self::DimensionRetyped { name, from, to } => retyped(f, name, from, to),
            Self::WordsAdded { name, words } => {
                write!(f, "let the dimension {name} be {}", words.join(", "))
            }
            Self::WordRenamed { name, from, to } => {
                write!(f, "rename the {name} \"{from}\" to \"{to}\"")
            }
            Self::WordsMerged { name, from, to } => write!(
                f,
                "merge the {name} \"{}\" into \"{to}\": rows that only that told apart are merged, and their measures added up",
                from.join("\", \"")
            ),
            Self::WordsRemoved { name, words } => write!(
                f,
                "let the dimension {name} not be {} any more: fails where a row is",
                words.join(" or ")
            ),
            Self::ReferenceAdded { name, to } => write!(
                f,
                "let the dimension {name} refer to {to}: fails where a value is not there; from now on a deletion there takes rows along"
            ),
            Self::ReferenceRemoved { name, to } => {
                write!(
                    f,
                    "let the dimension {name} not refer to {to} any more: deletions there leave rows alone"
                )
            }
            Self::IntervalAdded {
                interval,
                filled_from,
            } => added_interval(f, *interval, filled_from),
            Self::IntervalRemoved(interval) => write!(
                f,
                "do not store {interval} any more, and delete its buckets"
            ),
            Self::Rearranged => f.write_str("make its keys anew"),
        }
    }
}

fn retyped(f: &mut fmt::Formatter<'_>, name: &str, from: &str, to: &str) -> fmt::Result {
    write!(f, "turn the dimension {name} from {from} into {to}")?;
    match (from, to) {
        // Everything can be written as text, and a boolean is a number already.
        (_, "text") | ("a boolean", "an integer") => Ok(()),
        _ => write!(f, ": fails where a value is not {to}"),
    }
}

fn added_interval(
    f: &mut fmt::Formatter<'_>,
    interval: Interval,
    filled_from: &[Interval],
) -> fmt::Result {
    let names: Vec<_> = filled_from.iter().map(Interval::to_string).collect();
    let source = match names.as_slice() {
        [] => {
            return write!(
                f,
                "store {interval} from now on: no stored interval divides it, so that there is nothing to fill it from"
            );
        }
        [only] => format!("{only}: as far back as those reach"),
        several => format!("{}, whichever reach back furthest", several.join(" or ")),
    };
    write!(
        f,
        "store {interval}, filled from the buckets of {source}; the oldest bucket may be partly covered, and before it there is nothing"
    )
}
