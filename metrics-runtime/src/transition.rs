//! A metric as it was beside the metric as it is to be: what is kept, what is new, and what is gone.
//!
//! A transition is looked at from both ends. What goes up from the old to the new goes down by [`Transition::inverse`].

use std::sync::Arc;

use crate::backend::Scale;
use crate::dimension::{DimensionKind, Value};
use crate::interval::Interval;
use crate::layout::{Dictionary, Layout};
use crate::schema::{Dimension, DimensionRole, Level, Measure};

/// A metric that changes.
#[derive(Debug, Clone)]
pub struct Transition {
    pub(crate) old: Arc<Layout>,
    pub(crate) new: Arc<Layout>,
    /// The dimensions that stay, as they were and as they are to be.
    pub(crate) dimensions: Vec<(&'static Dimension, &'static Dimension)>,
    /// The measures that stay.
    pub(crate) measures: Vec<(&'static Measure, &'static Measure)>,
    pub(crate) way: Way,
    /// What spreads the tables, if anything does.
    pub(crate) scale: Option<Scale>,
}

/// Which way a transition goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// To what is declared.
    Up,
    /// Back to what was there before.
    Down,
}

/// What becomes of a dictionary.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fate<'a> {
    /// There was none, and there is to be none.
    Absent,
    /// All rows get one entry, of defaults.
    Created(&'a Dictionary),
    /// All rows that only it told apart are merged.
    Dropped(&'a Dictionary),
    /// It stays, with its ids.
    Kept(&'a Dictionary, &'a Dictionary),
    /// It has fewer dimensions: entries that are now the same are merged, and so are their rows.
    Merged(&'a Dictionary, &'a Dictionary),
}

impl Transition {
    /// Pairs what has the same name, and what says that it was renamed.
    pub(crate) fn between(old: &Arc<Layout>, new: &Arc<Layout>, scale: Option<Scale>) -> Self {
        let dimensions = paired(
            old.schema.dimensions,
            new.schema.dimensions,
            |dimension| dimension.name,
            |dimension| dimension.renamed_from,
        );
        let measures = paired(
            old.schema.measures,
            new.schema.measures,
            |measure| measure.name,
            |measure| measure.renamed_from,
        );
        Self {
            old: Arc::clone(old),
            new: Arc::clone(new),
            dimensions,
            measures,
            way: Way::Up,
            scale,
        }
    }

    /// The way back.
    pub(crate) fn inverse(&self) -> Self {
        Self {
            old: Arc::clone(&self.new),
            new: Arc::clone(&self.old),
            dimensions: self
                .dimensions
                .iter()
                .map(|(old, new)| (*new, *old))
                .collect(),
            measures: self
                .measures
                .iter()
                .map(|(old, new)| (*new, *old))
                .collect(),
            way: match self.way {
                Way::Up => Way::Down,
                Way::Down => Way::Up,
            },
            scale: self.scale,
        }
    }

    /// What a dimension was, if there was one.
    pub(crate) fn former(&self, new: &Dimension) -> Option<&'static Dimension> {
        let mut pairs = self.dimensions.iter();
        pairs
            .find(|(_, kept)| kept.name == new.name)
            .map(|(old, _)| *old)
    }

    /// What a measure was, if there was one.
    pub(crate) fn former_measure(&self, new: &Measure) -> Option<&'static Measure> {
        let mut pairs = self.measures.iter();
        pairs
            .find(|(_, kept)| kept.name == new.name)
            .map(|(old, _)| *old)
    }

    /// What a column of the old tables is called in the new ones.
    pub(crate) fn new_name(&self, old: &str) -> String {
        let dimensions = self
            .dimensions
            .iter()
            .map(|(old, new)| (old.name, new.name));
        let mut pairs =
            dimensions.chain(self.measures.iter().map(|(old, new)| (old.name, new.name)));
        let found = pairs.find(|(name, _)| *name == old);
        found.map_or(old, |(_, new)| new).to_owned()
    }

    pub(crate) fn added_dimensions(&self) -> Vec<&'static Dimension> {
        let new = self.new.schema.dimensions.iter();
        new.filter(|dimension| self.former(dimension).is_none())
            .collect()
    }

    pub(crate) fn removed_dimensions(&self) -> Vec<&'static Dimension> {
        let stays = |dimension: &Dimension| {
            self.dimensions
                .iter()
                .any(|(old, _)| old.name == dimension.name)
        };
        let old = self.old.schema.dimensions.iter();
        old.filter(|dimension| !stays(dimension)).collect()
    }

    pub(crate) fn added_measures(&self) -> Vec<&'static Measure> {
        let new = self.new.schema.measures.iter();
        new.filter(|measure| self.former_measure(measure).is_none())
            .collect()
    }

    pub(crate) fn removed_measures(&self) -> Vec<&'static Measure> {
        let stays = |measure: &Measure| {
            self.measures
                .iter()
                .any(|(old, _)| old.name == measure.name)
        };
        let old = self.old.schema.measures.iter();
        old.filter(|measure| !stays(measure)).collect()
    }

    /// The intervals that were stored and stay so.
    pub(crate) fn kept_intervals(&self) -> Vec<Interval> {
        let new = intervals(&self.new);
        intervals(&self.old)
            .into_iter()
            .filter(|interval| new.contains(interval))
            .collect()
    }

    pub(crate) fn removed_intervals(&self) -> Vec<Interval> {
        let new = intervals(&self.new);
        intervals(&self.old)
            .into_iter()
            .filter(|interval| !new.contains(interval))
            .collect()
    }

    /// The new intervals, each with the stored ones that divide it, finest first: its buckets are made of one of them.
    pub(crate) fn added_intervals(&self) -> Vec<(Interval, Vec<Interval>)> {
        let old = intervals(&self.old);
        let added = intervals(&self.new)
            .into_iter()
            .filter(|interval| !old.contains(interval));
        let with_sources = |interval: Interval| {
            let mut sources = old.clone();
            sources.retain(|stored| interval.is_made_of(*stored));
            sources.sort_unstable();
            (interval, sources)
        };
        added.map(with_sources).collect()
    }

    /// What becomes of the owners.
    pub(crate) fn owners(&self) -> Fate<'_> {
        self.fate(self.old.owners.as_ref(), self.new.owners.as_ref())
    }

    /// What becomes of the labels.
    pub(crate) fn labels(&self) -> Fate<'_> {
        self.fate(self.old.labels.as_ref(), self.new.labels.as_ref())
    }

    fn fate<'a>(&self, old: Option<&'a Dictionary>, new: Option<&'a Dictionary>) -> Fate<'a> {
        match (old, new) {
            (None, None) => Fate::Absent,
            (None, Some(new)) => Fate::Created(new),
            (Some(old), None) => Fate::Dropped(old),
            (Some(old), Some(new)) if self.merges_entries(old) => Fate::Merged(old, new),
            (Some(old), Some(new)) => Fate::Kept(old, new),
        }
    }

    /// Whether entries are no longer told apart: by a dimension that is gone, or by words that have become one.
    fn merges_entries(&self, old: &Dictionary) -> bool {
        old.dimensions.iter().any(|(_, dimension)| {
            let mut pairs = self.dimensions.iter();
            let kept = pairs.find(|(old, _)| old.name == dimension.name);
            kept.is_none_or(|(old, new)| merges_words(old, new))
        })
    }
}

/// The words of an enum that become others, each with what it becomes. On the way back a word that has taken over
/// from several becomes the first of them again, and one that was there already stays what it is.
pub(crate) fn translations(old: &Dimension, new: &Dimension) -> Vec<(&'static str, &'static str)> {
    let (DimensionKind::Enum(before), DimensionKind::Enum(after)) = (old.kind, new.kind) else {
        return Vec::new();
    };
    let there = new.former_words.iter().copied();
    let back = old
        .former_words
        .iter()
        .map(|(former, word)| (*word, *former));
    let mut found: Vec<(&str, &str)> = Vec::new();
    for (from, to) in there.chain(back) {
        let goes = before.contains(&from) && !after.contains(&from) && after.contains(&to);
        if goes && found.iter().all(|(known, _)| *known != from) {
            found.push((from, to));
        }
    }
    found
}

/// Whether words that were two are one afterwards.
pub(crate) fn merges_words(old: &Dimension, new: &Dimension) -> bool {
    let DimensionKind::Enum(before) = old.kind else {
        return false;
    };
    let translations = translations(old, new);
    let into = |word: &str| translations.iter().filter(|(_, to)| *to == word).count();
    let merges = |(_, to): &(&str, &str)| into(to) + usize::from(before.contains(to)) > 1;
    translations.iter().any(merges)
}

/// Whether a dimension tells whose rows they are.
pub(crate) fn is_owner(dimension: &Dimension) -> bool {
    dimension.role != DimensionRole::Label
}

/// What rows from before a dimension have: its declared default, or what stands for absence. An enum has no such
/// word, so that one of its own has to be declared.
pub(crate) fn declared_default(dimension: &Dimension) -> Result<Value<'_>, String> {
    let absent = match dimension.kind {
        DimensionKind::Text => "",
        DimensionKind::Integer => "0",
        DimensionKind::Boolean => "false",
        DimensionKind::Uuid => "00000000-0000-0000-0000-000000000000",
        DimensionKind::Enum(_) if dimension.default.is_none() => {
            return Err("no word stands for absence".to_owned());
        }
        DimensionKind::Enum(_) => "",
    };
    dimension
        .kind
        .parse(dimension.default.unwrap_or(absent), dimension.max_len)
}

/// The same for the way back, where nothing can be declared any more: of an enum the first word.
pub(crate) fn default_value(dimension: &Dimension) -> Value<'_> {
    declared_default(dimension).unwrap_or_else(|_| match dimension.kind {
        DimensionKind::Enum([first, ..]) => Value::Text((*first).into()),
        _ => Value::Text("".into()),
    })
}

fn intervals(layout: &Layout) -> Vec<Interval> {
    let level = |level: &Level| level.interval;
    layout.schema.levels.iter().map(level).collect()
}

/// Pairs the items of two lists by name, or by the former name that an item of the second declares.
fn paired<T>(
    old: &'static [T],
    new: &'static [T],
    name: impl Fn(&T) -> &'static str,
    former: impl Fn(&T) -> Option<&'static str>,
) -> Vec<(&'static T, &'static T)> {
    let called = |wanted: &str| old.iter().find(|item| name(item) == wanted);
    let is_free = |wanted: &str| new.iter().all(|item| name(item) != wanted);
    let of = |item: &'static T| {
        let renamed = || called(former(item).filter(|former| is_free(former))?);
        Some((called(name(item)).or_else(renamed)?, item))
    };
    new.iter().filter_map(of).collect()
}
