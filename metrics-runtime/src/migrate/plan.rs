//! What brings the migrations to what is declared: a plan of steps, as data and in words.

use std::fmt;
use std::sync::Arc;

use super::change::Change;
use super::lock::Lock;
use super::loss::Loss;
use crate::backend::Scale;
use crate::dimension::DimensionKind;
use crate::layout::Layout;
use crate::registry::Registry;
use crate::schema::Dimension;
use crate::sql::{Chore, RuntimeTables, can_become};
use crate::transition::{Transition, declared_default, is_owner};

/// A step.
#[derive(Debug, Clone)]
pub enum Step {
    /// Some of the recorder's own tables are not there yet.
    CreateRuntime(RuntimeTables),
    /// A metric is declared and has no table.
    CreateMetric(Arc<Layout>),
    /// A metric is declared otherwise than its tables are.
    ChangeMetric(Box<Transition>),
    /// From now on tables are spread, those that are there already among them.
    Spread(Scale, Vec<Arc<Layout>>),
    /// Tables are there that no metric declares.
    RemoveMetric(Arc<Layout>),
}

/// All steps.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// What spreads the tables, if anything does.
    pub scale: Option<Scale>,
    /// In the order in which they are taken.
    pub steps: Vec<Step>,
}

impl Plan {
    /// Compares what is declared with what the migrations amount to.
    pub(super) fn between(
        lock: &Lock,
        registry: &Registry,
        scale: Option<Scale>,
    ) -> Result<Self, String> {
        let locked = lock.layouts()?;
        let table = |layout: &Arc<Layout>| layout.schema.table;
        let find = |name: &str| locked.iter().find(|layout| table(layout) == name);
        let declared = |name: &str| registry.metrics().any(|layout| table(layout) == name);
        let missing = |tables: &RuntimeTables| !lock.runtime.contains(tables.name());
        let runtime = RuntimeTables::ALL.into_iter().filter(missing);
        let (mut metrics, mut taken) = (Vec::new(), Vec::new());
        for layout in registry.metrics() {
            // A former name is free once no metric declares it; after its migration no table has it any more.
            let former = layout.schema.renamed_from;
            let former = former.filter(|former| !declared(former) && !taken.contains(former));
            let Some(old) = find(table(layout)).or_else(|| find(former?)) else {
                metrics.push(Step::CreateMetric(Arc::clone(layout)));
                continue;
            };
            taken.push(table(old));
            let transition = Transition::between(old, layout, scale.or(lock.scale));
            if !Change::of(&transition).is_empty() {
                metrics.push(Step::ChangeMetric(Box::new(transition)));
            }
        }
        let gone = locked
            .iter()
            .filter(|layout| !taken.contains(&table(layout)));
        // What a metric was spread by is remembered: who does not say anything means the same.
        let spread = scale.filter(|_| scale != lock.scale).map(|scale| {
            let there = |layout: &&Arc<Layout>| taken.contains(&table(layout));
            let kept = registry.metrics().filter(there).cloned();
            Step::Spread(scale, kept.collect())
        });
        // What goes, goes first: another table may take its name.
        let steps = runtime
            .map(Step::CreateRuntime)
            .chain(gone.cloned().map(Step::RemoveMetric))
            .chain(metrics)
            .chain(spread)
            .collect();
        let scale = scale.or(lock.scale);
        Ok(Self { scale, steps })
    }

    /// Compares what is declared with what a lock file says: one that a program was built with, by `include_str!`, tells
    /// when it starts whether somebody has forgotten to generate a migration.
    ///
    /// # Errors
    ///
    /// When the text is no lock file, in words.
    pub fn of_lock(lock: &str, registry: &Registry) -> Result<Self, String> {
        Self::between(&Lock::parse(lock)?, registry, None)
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The changes after which something is left to do, in a migration of its own.
    pub(super) fn with_chores(&self) -> Vec<&Transition> {
        let changes = self.steps.iter().filter_map(|step| match step {
            Step::ChangeMetric(transition) => Some(&**transition),
            _ => None,
        });
        changes
            .filter(|transition| !Chore::of(transition).is_empty())
            .collect()
    }

    /// What would be lost, and the declarations that would keep it where something else is new.
    #[must_use]
    pub fn losses(&self) -> Vec<Loss> {
        let losses = self.steps.iter().flat_map(Step::losses);
        losses.chain(self.likely_renames()).collect()
    }

    /// A table that is gone beside one that is new may be one that was renamed.
    fn likely_renames(&self) -> Vec<Loss> {
        let created = self.steps.iter().find_map(|step| match step {
            Step::CreateMetric(layout) => Some(layout.schema.table),
            _ => None,
        });
        let gone = self.steps.iter().filter_map(|step| match step {
            Step::RemoveMetric(layout) => Some(layout.schema.table),
            _ => None,
        });
        let hint = |(gone, created): (&str, &str)| {
            Loss::hint(format!(
                "{gone} is gone and {created} is new: if it was renamed, say so with #[metric(renamed_from = \"{gone}\")]"
            ))
        };
        gone.filter_map(|gone| Some((gone, created?)))
            .map(hint)
            .collect()
    }

    /// What rows cannot follow, in words.
    pub(super) fn refusals(&self) -> Vec<String> {
        self.steps.iter().flat_map(Step::refusals).collect()
    }
}

impl Step {
    /// The changes of a metric that changes.
    #[must_use]
    pub fn changes(&self) -> Vec<Change> {
        match self {
            Self::ChangeMetric(transition) => Change::of(transition),
            _ => Vec::new(),
        }
    }

    fn losses(&self) -> Vec<Loss> {
        match self {
            Self::CreateRuntime(_) | Self::CreateMetric(_) | Self::Spread(..) => Vec::new(),
            Self::RemoveMetric(layout) => vec![Loss::of_metric(layout.schema)],
            Self::ChangeMetric(transition) => {
                let (old, table) = (transition.old.schema, transition.new.schema.table);
                let changes = Change::of(transition);
                let losses = changes
                    .iter()
                    .filter_map(|change| Loss::of_change(old, table, change));
                losses
                    .chain(likely_renames(transition).into_iter().map(Loss::hint))
                    .collect()
            }
        }
    }

    fn refusals(&self) -> Vec<String> {
        let Self::ChangeMetric(transition) = self else {
            return Vec::new();
        };
        let kept = transition
            .dimensions
            .iter()
            .filter_map(|(old, new)| kept_refusal(old, new));
        let added = transition.added_dimensions();
        let added = added.into_iter().filter_map(added_refusal);
        let table = transition.new.schema.table;
        kept.chain(added)
            .map(|refusal| format!("{table}: {refusal}"))
            .collect()
    }
}

/// A column that is gone beside one that is new may be one that was renamed. It is asked for, never guessed.
fn likely_renames(transition: &Transition) -> Vec<String> {
    let names = |dimensions: Vec<&'static Dimension>| -> Vec<_> {
        dimensions
            .into_iter()
            .map(|dimension| dimension.name)
            .collect()
    };
    let dimensions = (
        names(transition.removed_dimensions()),
        names(transition.added_dimensions()),
        "dimension",
    );
    let measures = (
        transition
            .removed_measures()
            .into_iter()
            .map(|measure| measure.name)
            .collect::<Vec<_>>(),
        transition
            .added_measures()
            .into_iter()
            .map(|measure| measure.name)
            .collect::<Vec<_>>(),
        "counter",
    );
    let table = transition.new.schema.table;
    let hint = |(gone, new, kind): (Vec<&str>, Vec<&str>, &str)| {
        (!gone.is_empty() && !new.is_empty()).then(|| {
            format!(
                "{table}: {} is gone and {} is new: if it was renamed, say so with #[{kind}(renamed_from = \"{}\")]",
                gone.join(", "),
                new.join(", "),
                gone[0]
            )
        })
    };
    hint(dimensions).into_iter().chain(hint(measures)).collect()
}

fn kept_refusal(old: &Dimension, new: &Dimension) -> Option<String> {
    let name = new.name;
    if is_owner(old) != is_owner(new) {
        return Some(format!(
            "{name} cannot move between labels and those whose rows they are, since the overflow series has no labels: \
             declare a new dimension under another name, and remove {name} once nobody asks for it"
        ));
    }
    (!can_become(old.kind, new.kind)).then(|| {
        format!(
            "the values of {name} have no meaning as its new type: declare a new dimension under another name, and \
             remove {name} once nobody asks for it"
        )
    })
}

fn added_refusal(dimension: &'static Dimension) -> Option<String> {
    let name = dimension.name;
    if let Err(reason) = declared_default(dimension) {
        let example = match dimension.kind {
            DimensionKind::Enum([first, ..]) => first,
            _ => "…",
        };
        return Some(match dimension.default {
            Some(default) => format!(
                "rows from before need a {name}, and its default \"{default}\" is none ({reason}): choose another"
            ),
            None => format!(
                "rows from before need a {name}, and {reason}: say which with #[dimension(default = \"{example}\")]"
            ),
        });
    }
    let reference = dimension
        .references
        .filter(|_| dimension.default.is_none())?;
    Some(format!(
        "rows from before need a {name} that is in {reference}: say which with #[dimension(default = \"…\")]"
    ))
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CreateRuntime(tables) => write!(f, "create the recorder's own {}", tables.name()),
            Self::CreateMetric(layout) => write!(
                f,
                "create {} for {}",
                layout.schema.table, layout.schema.name
            ),
            Self::ChangeMetric(transition) => {
                write!(f, "change {}:", transition.old.schema.table)?;
                Change::of(transition)
                    .iter()
                    .try_for_each(|change| write!(f, "\n  - {change}"))
            }
            Self::Spread(scale, _) => write!(
                f,
                "spread the tables on PostgreSQL where {} is installed",
                scale.product()
            ),
            Self::RemoveMetric(layout) => {
                write!(f, "drop {}, with all that was counted", layout.schema.table)
            }
        }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps = self.steps.iter().map(|step| format!("- {step}"));
        let changes = self.steps.iter().flat_map(Step::changes);
        let hints = changes.filter_map(|change| change.hint());
        let lines: Vec<_> = steps.chain(hints).collect();
        f.write_str(&lines.join("\n"))
    }
}
