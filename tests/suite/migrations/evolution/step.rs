//! A change of the declaration, drawn at random: it is aimed at whatever is there when its turn comes.

use metrics_runtime::{DimensionKind, DimensionRole, Reference};
use proptest::prelude::*;

use crate::support::spec::{DimensionSpec, MeasureSpec, Spec, TEXTS};

/// A change; the number chooses what it is aimed at.
#[derive(Debug, Clone)]
pub(super) enum Step {
    AddMeasure,
    RemoveMeasure(usize),
    RenameMeasure(usize),
    AddDimension(DimensionRole, usize),
    RemoveDimension(usize),
    RenameDimension(usize),
    Retype(usize),
    AddWord(usize),
    RemoveWord(usize),
    RenameWord(usize),
    MergeWords(usize),
    ToggleReference(usize),
    AddInterval(usize),
    RemoveInterval(usize),
    RenameTable,
    MoveToFront(usize),
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let role = prop::sample::select(
        &[
            DimensionRole::User,
            DimensionRole::Team,
            DimensionRole::Label,
            DimensionRole::Label,
        ][..],
    );
    prop_oneof![
        Just(Step::AddMeasure),
        any::<usize>().prop_map(Step::RemoveMeasure),
        any::<usize>().prop_map(Step::RenameMeasure),
        (role, any::<usize>()).prop_map(|(role, kind)| Step::AddDimension(role, kind)),
        any::<usize>().prop_map(Step::RemoveDimension),
        any::<usize>().prop_map(Step::RemoveDimension),
        any::<usize>().prop_map(Step::RenameDimension),
        any::<usize>().prop_map(Step::Retype),
        any::<usize>().prop_map(Step::AddWord),
        any::<usize>().prop_map(Step::RemoveWord),
        any::<usize>().prop_map(Step::RenameWord),
        any::<usize>().prop_map(Step::MergeWords),
        any::<usize>().prop_map(Step::ToggleReference),
        any::<usize>().prop_map(Step::AddInterval),
        any::<usize>().prop_map(Step::RemoveInterval),
        Just(Step::RenameTable),
        any::<usize>().prop_map(Step::MoveToFront),
    ]
}

/// Words that no row has.
const UNUSED: &str = "unused";
const INTERVALS: [u32; 6] = [5, 15, 30, 60, 360, 1_440];
const PLACES: Reference = Reference {
    table: "places",
    column: "name",
};

impl Step {
    /// Applies it, if there is something to apply it to. `next` is an id that nothing has; `before` is what the
    /// tables are called by now, which is what a renaming speaks of.
    pub(super) fn apply(&self, spec: &mut Spec, before: &Spec, next: usize, overflowing: bool) {
        match self {
            Self::AddMeasure => spec.measures.push(MeasureSpec {
                id: next,
                name: format!("m{next}"),
                renamed_from: None,
            }),
            Self::RemoveMeasure(at) if spec.measures.len() > 1 => {
                spec.measures.remove(at % spec.measures.len());
            }
            Self::RenameMeasure(at) => {
                let at = at % spec.measures.len();
                let measure = &mut spec.measures[at];
                measure.name = format!("m{next}");
                measure.renamed_from = before
                    .measures
                    .iter()
                    .find(|old| old.id == measure.id)
                    .map(|old| old.name.clone());
            }
            Self::AddInterval(at) => {
                spec.intervals.push(INTERVALS[at % INTERVALS.len()]);
                spec.intervals.sort_unstable();
                spec.intervals.dedup();
            }
            Self::RemoveInterval(at) if spec.intervals.len() > 1 => {
                spec.intervals.remove(at % spec.intervals.len());
            }
            Self::RenameTable => {
                spec.table = format!("t{next}");
                spec.renamed_from = Some(before.table.clone());
            }
            Self::AddDimension(role, kind) => add(spec, *role, *kind, next),
            Self::RemoveDimension(at)
            | Self::RenameDimension(at)
            | Self::Retype(at)
            | Self::AddWord(at)
            | Self::RemoveWord(at)
            | Self::RenameWord(at)
            | Self::MergeWords(at)
            | Self::ToggleReference(at)
            | Self::MoveToFront(at)
                if !spec.dimensions.is_empty() =>
            {
                let at = at % spec.dimensions.len();
                self.apply_to(spec, at, before, next, overflowing);
            }
            _ => {}
        }
    }

    fn apply_to(&self, spec: &mut Spec, at: usize, before: &Spec, next: usize, overflowing: bool) {
        let dimension = &mut spec.dimensions[at];
        let is_label = dimension.role == DimensionRole::Label;
        let mut former = before
            .dimensions
            .iter()
            .filter(|old| old.id == dimension.id);
        let was_boolean = former.clone().any(|old| old.kind == DimensionKind::Boolean);
        // What words become is said of the words that rows have by now.
        let settled = former.all(|old| old.kind == dimension.kind);
        match (self, dimension.kind) {
            // The way back gives rows an empty text, which does not become the number again that it was before.
            (Self::RemoveDimension(_), kind)
                if kind != DimensionKind::Text || dimension.values.contains(&"") =>
            {
                spec.dimensions.remove(at);
            }
            (Self::RenameDimension(_), _) => {
                dimension.name = format!("d{next}");
                let old = before.dimensions.iter().find(|old| old.id == dimension.id);
                dimension.renamed_from = old.map(|old| old.name.clone());
            }
            (Self::Retype(_), DimensionKind::Boolean) => {
                dimension.kind = DimensionKind::Integer;
                dimension.default = None;
            }
            // A boolean that became text at once would be true or false, and 0 or 1 if it took its time.
            (Self::Retype(_), DimensionKind::Integer | DimensionKind::Enum(_))
                if !was_boolean && (settled || dimension.former_words.is_empty()) =>
            {
                dimension.kind = DimensionKind::Text;
                dimension.default = None;
            }
            (Self::AddWord(_), DimensionKind::Enum(["stdio", "http"])) => {
                dimension.kind = DimensionKind::Enum(&["stdio", UNUSED, "http"]);
            }
            (Self::RemoveWord(_), DimensionKind::Enum([_, UNUSED, _])) => {
                dimension.kind = DimensionKind::Enum(&["stdio", "http"]);
            }
            (Self::RenameWord(_), DimensionKind::Enum(["stdio", "http"])) if settled => {
                takes_over(dimension, &["stdio", "web"], &[("http", "web")]);
            }
            (Self::RenameWord(_), DimensionKind::Enum(["stdio", "web"])) if settled => {
                takes_over(dimension, &["stdio", "http"], &[("web", "http")]);
            }
            (Self::MergeWords(_), DimensionKind::Enum(["stdio", "http"])) if settled => {
                takes_over(dimension, &["stdio"], &[("http", "stdio")]);
            }
            (Self::MergeWords(_), DimensionKind::Enum(["stdio", "web"])) if settled => {
                takes_over(dimension, &["any"], &[("stdio", "any"), ("web", "any")]);
            }
            (Self::ToggleReference(_), DimensionKind::Text) if !is_label || !overflowing => {
                dimension.references = match dimension.references {
                    Some(_) => None,
                    None => Some(PLACES),
                };
                dimension.default = Some(String::new());
            }
            (Self::MoveToFront(_), _) => {
                let dimension = spec.dimensions.remove(at);
                spec.dimensions.insert(0, dimension);
            }
            _ => {}
        }
    }
}

/// Lets an enum have other words, some of which take over from those that it had.
fn takes_over(
    dimension: &mut DimensionSpec,
    words: &'static [&'static str],
    former_words: &'static [(&'static str, &'static str)],
) {
    dimension.kind = DimensionKind::Enum(words);
    dimension.former_words = former_words;
    dimension.values = words;
    dimension.default = words.last().map(|word| (*word).to_owned());
}

fn add(spec: &mut Spec, role: DimensionRole, kind: usize, next: usize) {
    let taken = |dimension: &DimensionSpec| dimension.role == role;
    if role != DimensionRole::Label && spec.dimensions.iter().any(taken) {
        return;
    }
    let (kind, default, values): (_, _, &[&str]) = [
        (DimensionKind::Text, None, TEXTS),
        (DimensionKind::Text, Some("a"), TEXTS),
        (DimensionKind::Integer, None, &["-1", "0", "7"]),
        (DimensionKind::Boolean, Some("true"), &["0", "1"]),
        (
            DimensionKind::Enum(&["stdio", "http"]),
            Some("http"),
            &["stdio", "http"],
        ),
    ][kind % 5];
    spec.dimensions.push(DimensionSpec {
        id: next,
        name: format!("d{next}"),
        renamed_from: None,
        role,
        kind,
        default: default.map(str::to_owned),
        references: None,
        former_words: &[],
        values,
    });
}
