//! The metrics that an application declares, as one explicit list.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::layout::Layout;
use crate::schema::MetricSchema;

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
    /// When two metrics have one name, table (or a table beside it), route or permission; all conflicts are named,
    /// each with both places.
    pub fn build(self) -> Result<Registry, RegistryError> {
        let metrics: Vec<_> = self
            .schemas
            .into_iter()
            .map(|schema| Arc::new(Layout::of(schema)))
            .collect();
        let mut conflicts = Vec::new();
        let mut taken = BTreeMap::new();
        for layout in &metrics {
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
    claims.extend(
        layout
            .dictionaries()
            .map(|dictionary| ("table", dictionary.table.clone())),
    );
    claims
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
