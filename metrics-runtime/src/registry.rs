//! The metrics that an application declares, as one explicit list.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::error::{Reason, Rejection};
use crate::layout::Layout;
use crate::schema::MetricSchema;
use crate::tables::{OWN_TABLES, provisional};

/// Lists the metrics of an application: `register![ServerInstall, ClientActivity]`.
///
/// The list is explicit, since a linker drops the registrations of crates that nothing else refers to. Answers a
/// [`RegistryBuilder`], whose `build()` finds metrics that are in each other's way.
#[macro_export]
macro_rules! register {
    ($($metric:ty),* $(,)?) => {
        $crate::RegistryBuilder::default()$(.metric::<$metric>())*
    };
}

/// The registered metrics.
#[derive(Debug, Clone)]
pub struct Registry {
    metrics: Vec<Arc<Layout>>,
}

/// Puts a [`Registry`] together.
#[derive(Debug, Clone, Default)]
pub struct RegistryBuilder {
    schemas: Vec<&'static MetricSchema>,
}

/// Metrics that are in each other's way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct RegistryError(Vec<String>);

impl RegistryBuilder {
    /// Adds a metric that no type declares, such as one that a program has read from somewhere.
    #[must_use]
    pub fn schema(mut self, schema: &'static MetricSchema) -> Self {
        self.schemas.push(schema);
        self
    }

    /// The registry.
    ///
    /// # Errors
    ///
    /// When two metrics have one name, table (or a table beside it), route or permission, when one has a table of the
    /// recorder's, or when two have been renamed from one table, or one from what is another one's; all conflicts are
    /// named, each with both places.
    pub fn build(self) -> Result<Registry, RegistryError> {
        let metrics: Vec<_> = self
            .schemas
            .into_iter()
            .map(|schema| Arc::new(Layout::of(schema)))
            .collect();
        let mut conflicts = Vec::new();
        let mut taken = BTreeMap::new();
        for layout in &metrics {
            conflicts.extend(refused_table(layout));
            conflicts.extend(refused_former_table(layout, &metrics));
            for claim in claims(layout) {
                if let Some(other) = taken.insert(claim.clone(), layout.schema) {
                    let (what, name) = claim;
                    let (here, there) = (place(layout.schema), place(other));
                    conflicts.push(format!(
                        "two metrics have the {what} \"{name}\": {there} and {here}"
                    ));
                }
            }
        }
        if conflicts.is_empty() {
            Ok(Registry { metrics })
        } else {
            Err(RegistryError(conflicts))
        }
    }
}

/// What no other metric may have.
fn claims(layout: &Layout) -> Vec<(&'static str, String)> {
    let schema = layout.schema;
    let mut claims = vec![
        ("name", schema.name.to_owned()),
        ("table", schema.table.to_owned()),
        ("table", layout.view()),
        ("route", schema.path.to_owned()),
        ("permission", schema.view_permission()),
    ];
    let tables = layout.dictionaries().map(|dictionary| &*dictionary.table);
    for table in tables.chain([schema.table]) {
        // What it is called while it is made anew.
        claims.push(("table", provisional(table)));
    }
    claims.extend(
        layout
            .dictionaries()
            .map(|dictionary| ("table", dictionary.table.clone())),
    );
    claims
}

/// A table that is the recorder's own, or is made for a moment while others change.
fn refused_table(layout: &Layout) -> Option<String> {
    let table = layout.schema.table;
    OWN_TABLES.contains(&table).then(|| {
        format!(
            "the table \"{table}\" of {} is the recorder's own: choose another with `table = \"…\"`",
            place(layout.schema)
        )
    })
}

/// A former table that is another metric's: nobody could tell whose its rows are.
fn refused_former_table(layout: &Arc<Layout>, metrics: &[Arc<Layout>]) -> Option<String> {
    let former = layout.schema.renamed_from?;
    let others = || metrics.iter().filter(|other| !Arc::ptr_eq(other, layout));
    let here = place(layout.schema);
    if let Some(other) = others().find(|other| other.schema.table == former) {
        return Some(format!(
            "\"{former}\" is still a table, that of {}: remove `renamed_from = \"{former}\"` of {here} once the \
             migration that renames it is applied everywhere, and let another metric take the name after that",
            place(other.schema)
        ));
    }
    let mut before = metrics
        .iter()
        .take_while(|other| !Arc::ptr_eq(other, layout));
    let other = before.find(|other| other.schema.renamed_from == Some(former))?;
    Some(format!(
        "two metrics are renamed from the table \"{former}\": {} and {here}: keep one of them",
        place(other.schema)
    ))
}

fn place(schema: &MetricSchema) -> String {
    format!("{} in {}", schema.name, schema.declared_at)
}

impl Registry {
    /// The metrics, in the order of the list.
    pub fn metrics(&self) -> impl ExactSizeIterator<Item = &Arc<Layout>> {
        self.metrics.iter()
    }

    /// The metric of a type, such as `server_installations`.
    #[must_use]
    pub fn metric(&self, name: &str) -> Option<&Arc<Layout>> {
        self.metrics
            .iter()
            .find(|layout| layout.schema.name == name)
    }

    /// The tables of a metric, if it is registered as `schema` declares it. A transaction with any other would fail, and
    /// take what others record along.
    pub(crate) fn layout(&self, schema: &'static MetricSchema) -> Result<&Arc<Layout>, Rejection> {
        let reason = match self.metric(schema.name) {
            // What is derived lies in one place; what is made by hand may not.
            Some(layout) if std::ptr::eq(layout.schema, schema) || layout.schema == schema => {
                return Ok(layout);
            }
            Some(other) => format!(
                "{} is not registered: that name has {}",
                place(schema),
                place(other.schema)
            ),
            None => format!("{} is not registered: add it to `register!`", place(schema)),
        };
        Err(Rejection::new(Reason::UnknownType, Some("type"), reason))
    }

    /// The metric of a path, such as `server-installs`.
    #[must_use]
    pub fn metric_at(&self, path: &str) -> Option<&Arc<Layout>> {
        self.metrics
            .iter()
            .find(|layout| layout.schema.path == path)
    }

    /// The permissions that the declarations give to a global role.
    #[must_use]
    pub fn permissions_of(&self, role: &str) -> BTreeSet<String> {
        let of = |schema: &MetricSchema| {
            let view = schema
                .view
                .contains(&role)
                .then(|| schema.view_permission());
            let view_all = schema
                .view_all
                .contains(&role)
                .then(|| schema.view_all_permission());
            view.into_iter().chain(view_all)
        };
        self.metrics
            .iter()
            .flat_map(|layout| of(layout.schema))
            .collect()
    }
}
