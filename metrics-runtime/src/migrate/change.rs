//! What changes about a metric, as data. What it says is in `words`.

mod words;

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
        /// The stored intervals that divide it. Each bucket is made of the one that has counted most in it.
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
