//! Declarations that a test changes while it runs.

use metrics_runtime::{
    Dimension, DimensionKind, DimensionRole, Interval, Level, Measure, MeasureKind, MetricSchema,
    Reference, Registry, RegistryBuilder,
};

/// A declaration whose parts can be told apart whatever they are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spec {
    pub(crate) table: String,
    pub(crate) renamed_from: Option<String>,
    /// In minutes, finest first.
    pub(crate) intervals: Vec<u32>,
    pub(crate) dimensions: Vec<DimensionSpec>,
    pub(crate) measures: Vec<MeasureSpec>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DimensionSpec {
    /// What it is, whatever it is called.
    pub(crate) id: usize,
    pub(crate) name: String,
    pub(crate) renamed_from: Option<String>,
    pub(crate) role: DimensionRole,
    pub(crate) kind: DimensionKind,
    pub(crate) default: Option<String>,
    pub(crate) references: Option<Reference>,
    pub(crate) former_words: &'static [(&'static str, &'static str)],
    /// What rows of a test have in it, as it is stored; however its kind changes, they stay values of it.
    pub(crate) values: &'static [&'static str],
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MeasureSpec {
    pub(crate) id: usize,
    pub(crate) name: String,
    pub(crate) renamed_from: Option<String>,
}

/// Texts that are not easily quoted.
pub(crate) const TEXTS: &[&str] = &["", "a", "b'c", "žluť"];

impl Spec {
    /// A metric with a user, a team, and labels of every kind.
    pub(crate) fn usual() -> Self {
        let dimension = |id, name: &str, role, kind, values| DimensionSpec {
            id,
            name: name.to_owned(),
            renamed_from: None,
            role,
            kind,
            default: None,
            references: None,
            former_words: &[],
            values,
        };
        let transport = DimensionKind::Enum(&["stdio", "http"]);
        let measure = |id, name: &str| MeasureSpec {
            id,
            name: name.to_owned(),
            renamed_from: None,
        };
        Self {
            table: "calls".to_owned(),
            renamed_from: None,
            intervals: vec![15, 60],
            dimensions: vec![
                dimension(
                    0,
                    "user_id",
                    DimensionRole::User,
                    DimensionKind::Text,
                    TEXTS,
                ),
                dimension(
                    1,
                    "team_id",
                    DimensionRole::Team,
                    DimensionKind::Text,
                    TEXTS,
                ),
                dimension(2, "tool", DimensionRole::Label, DimensionKind::Text, TEXTS),
                dimension(
                    3,
                    "transport",
                    DimensionRole::Label,
                    transport,
                    &["stdio", "http"],
                ),
                dimension(
                    4,
                    "attempt",
                    DimensionRole::Label,
                    DimensionKind::Integer,
                    &["-1", "0", "7"],
                ),
                dimension(
                    5,
                    "cached",
                    DimensionRole::Label,
                    DimensionKind::Boolean,
                    &["0", "1"],
                ),
            ],
            measures: vec![measure(0, "calls"), measure(1, "bytes")],
        }
    }

    /// The dimension of a name.
    pub(crate) fn dimension(&mut self, name: &str) -> &mut DimensionSpec {
        let mut dimensions = self.dimensions.iter_mut();
        dimensions
            .find(|dimension| dimension.name == name)
            .expect("it is declared")
    }

    /// A schema that lives as long as the test run.
    pub(crate) fn schema(&self) -> &'static MetricSchema {
        let level = |minutes: &u32| Level {
            interval: Interval::from_seconds(minutes * 60),
            retention_seconds: 30 * 86_400,
        };
        let levels: Vec<_> = self.intervals.iter().map(level).collect();
        let dimensions: Vec<_> = self.dimensions.iter().map(DimensionSpec::schema).collect();
        let measures: Vec<_> = self.measures.iter().map(MeasureSpec::schema).collect();
        Box::leak(Box::new(MetricSchema {
            name: "call",
            table: kept(&self.table),
            path: "calls",
            renamed_from: self.renamed_from.as_deref().map(kept),
            description: "Calls of tools.",
            levels: levels.leak(),
            cleanup: None,
            collect: None,
            view: &[],
            view_all: &[],
            max_series: 100_000,
            dimensions: dimensions.leak(),
            measures: measures.leak(),
            declared_at: "a test",
        }))
    }

    /// A registry of it alone.
    pub(crate) fn registry(&self) -> Registry {
        let builder = RegistryBuilder::default().schema(self.schema());
        builder.build().expect("one metric is in nobody's way")
    }
}

impl DimensionSpec {
    fn schema(&self) -> Dimension {
        Dimension {
            name: kept(&self.name),
            description: "",
            kind: self.kind,
            role: self.role,
            max_len: 255,
            default: self.default.as_deref().map(kept),
            references: self.references,
            renamed_from: self.renamed_from.as_deref().map(kept),
            former_words: self.former_words,
        }
    }
}

impl MeasureSpec {
    fn schema(&self) -> Measure {
        Measure {
            name: kept(&self.name),
            description: "",
            unit: None,
            kind: MeasureKind::Counter,
            renamed_from: self.renamed_from.as_deref().map(kept),
        }
    }
}

fn kept(text: &str) -> &'static str {
    text.to_owned().leak()
}
