//! What was declared: types only. `attr` fills them, `check` asks them, `emit` writes them down.

use proc_macro2::Span;
use syn::{Generics, Ident, Path, Type, Visibility};

/// A value and the token that it came from, or the token to blame when it is a default.
#[derive(Clone)]
pub(crate) struct Spanned<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}

/// A struct with `#[derive(TimeSeriesMetric)]`.
pub(crate) struct Metric {
    pub(crate) ident: Ident,
    pub(crate) visibility: Visibility,
    /// Kept for the stub impls: a metric may not be generic.
    pub(crate) generics: Generics,
    /// Where the runtime is: `::metrics_runtime`, unless `crate = …` says otherwise.
    pub(crate) runtime: Path,
    pub(crate) description: String,
    pub(crate) name: Spanned<String>,
    pub(crate) table: Spanned<String>,
    pub(crate) path: Spanned<String>,
    /// The former table.
    pub(crate) renamed_from: Option<Spanned<String>>,
    pub(crate) intervals: Vec<Spanned<i64>>,
    pub(crate) retention: Retention,
    pub(crate) cleanup: Option<String>,
    pub(crate) collect: Option<String>,
    pub(crate) view: Vec<String>,
    pub(crate) view_all: Vec<String>,
    pub(crate) max_series: u64,
    pub(crate) fields: Fields,
}

/// How long buckets are kept, in seconds.
pub(crate) enum Retention {
    /// Nothing was said.
    Default,
    /// `retention = "30d"`.
    All(Spanned<i64>),
    /// `retention("15m" = "3d", "1h" = "30d")`.
    Each(Vec<(Spanned<i64>, Spanned<i64>)>),
}

/// The fields of the struct, as far as they could be read.
pub(crate) enum Fields {
    /// Every field's mark was understood.
    Read(Vec<Column>),
    /// Some field is neither marked nor skipped, or marked twice. The error is reported already, so rules about the
    /// whole list have to wait.
    Partly(Vec<Column>),
    /// This is no struct with named fields.
    None,
}

impl Fields {
    pub(crate) fn columns(&self) -> &[Column] {
        match self {
            Self::Read(columns) | Self::Partly(columns) => columns,
            Self::None => &[],
        }
    }
}

/// A field that becomes a column.
pub(crate) struct Column {
    pub(crate) field: Ident,
    pub(crate) ty: Type,
    pub(crate) description: String,
    pub(crate) name: Spanned<String>,
    pub(crate) renamed_from: Option<Spanned<String>>,
    pub(crate) kind: ColumnKind,
}

/// What a field is marked as.
pub(crate) enum ColumnKind {
    Dimension(Dimension),
    Counter { unit: Option<String> },
}

/// The keys of `#[dimension(…)]`.
pub(crate) struct Dimension {
    pub(crate) role: Role,
    pub(crate) max_len: Option<Spanned<u32>>,
    /// What rows from before the dimension have.
    pub(crate) default: Option<Spanned<String>>,
    pub(crate) references: Option<Reference>,
}

/// What a dimension means to scopes.
#[derive(Clone, Copy)]
pub(crate) enum Role {
    User(Span),
    Team(Span),
    Label,
}

/// `references = "table(column)"`.
pub(crate) struct Reference {
    pub(crate) table: String,
    pub(crate) column: String,
}

impl Metric {
    /// The dimensions, in the order of the fields.
    pub(crate) fn dimensions(&self) -> impl Iterator<Item = (&Column, &Dimension)> {
        let columns = self.fields.columns().iter();
        columns.filter_map(|column| match &column.kind {
            ColumnKind::Dimension(dimension) => Some((column, dimension)),
            ColumnKind::Counter { .. } => None,
        })
    }

    /// The counters with their units, in the order of the fields.
    pub(crate) fn counters(&self) -> impl Iterator<Item = (&Column, Option<&str>)> {
        let columns = self.fields.columns().iter();
        columns.filter_map(|column| match &column.kind {
            ColumnKind::Counter { unit } => Some((column, unit.as_deref())),
            ColumnKind::Dimension(_) => None,
        })
    }
}
