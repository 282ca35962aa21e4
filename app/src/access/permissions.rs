//! The permissions that there are: one or two for each declared metric, and the application's own. What the program's
//! own roles hold is computed with them.

use std::collections::BTreeSet;

use metrics_runtime::{DimensionRole, MetricSchema, Registry};
use serde::Serialize;

use crate::values::{GlobalRole, Grants, words};

words! {
    /// What may be done beside looking at metrics.
    Permission {
        /// People and their sessions.
        ManageUsers = "users.manage",
        /// Roles, and who has which.
        ManageRoles = "roles.manage",
        /// The keys of satellites.
        ManageKeys = "keys.manage",
        /// Jobs.
        ManageJobs = "jobs.manage",
        /// Who did what.
        ViewAudit = "audit.view",
    }
}

impl Permission {
    fn opens(self) -> &'static str {
        match self {
            Self::ManageUsers => {
                "Add people, see them, disable them, and give them new passwords; teams and their members"
            }
            Self::ManageRoles => {
                "See roles, create, change and delete them, and give them to people"
            }
            Self::ManageKeys => "See, make, rotate and revoke the keys of satellites",
            Self::ManageJobs => "See jobs and how they went, run them, and try them again",
            Self::ViewAudit => "See who did what, and when",
        }
    }
}

/// A permission, and what it opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PermissionEntry {
    /// Its name.
    pub name: String,
    /// In words.
    pub opens: String,
    /// The metric that it comes from, unless it is the application's own.
    pub metric: Option<&'static str>,
    /// The address that it is about, if that is one.
    pub path: Option<String>,
}

/// The permissions that there are, and who holds them.
#[derive(Debug)]
pub struct Permissions {
    entries: Vec<PermissionEntry>,
    user: BTreeSet<String>,
    admin: BTreeSet<String>,
}

impl Permissions {
    /// Those of the declared metrics, and the application's own.
    #[must_use]
    pub fn of(registry: &Registry) -> Self {
        let metrics = registry.metrics();
        let entries = metrics.flat_map(|layout| of_metric(layout.schema));
        let own = Permission::ALL.iter().copied();
        let held = |role: GlobalRole| registry.permissions_of(role.as_str());
        let everything = own.clone().map(|permission| permission.to_string());
        Self {
            entries: entries.chain(own.map(of_application)).collect(),
            user: held(GlobalRole::User),
            admin: held(GlobalRole::Admin)
                .into_iter()
                .chain(everything)
                .collect(),
        }
    }

    /// All of them.
    #[must_use]
    pub fn entries(&self) -> &[PermissionEntry] {
        &self.entries
    }

    /// The names of those that come from metrics.
    pub fn of_metrics(&self) -> impl Iterator<Item = &str> {
        let entries = self.entries.iter().filter(|entry| entry.metric.is_some());
        entries.map(|entry| entry.name.as_str())
    }

    /// Whether there is one of a name.
    #[must_use]
    pub fn exist(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name == name)
    }

    /// What a role grants: of a role that this program defines, what its code says and not what another version has
    /// stored; of any other, what is stored and still exists.
    #[must_use]
    pub fn granted_by(&self, role: &str, stored: &Grants) -> BTreeSet<String> {
        match GlobalRole::named(role) {
            Some(role) => self.of_global_role(role).clone(),
            None => {
                let mut names = stored.names();
                names.retain(|name| self.exist(name));
                names
            }
        }
    }

    /// What a role of the program itself grants.
    #[must_use]
    pub fn of_global_role(&self, role: GlobalRole) -> &BTreeSet<String> {
        match role {
            GlobalRole::User => &self.user,
            GlobalRole::Admin => &self.admin,
        }
    }
}

fn of_metric(schema: &'static MetricSchema) -> Vec<PermissionEntry> {
    let entry = |name, opens: String, route: &str| PermissionEntry {
        name,
        opens,
        metric: Some(schema.name),
        path: Some(format!("/api/{route}/metrics/{}", schema.path)),
    };
    let has = |role| schema.dimension_of(role).is_some();
    let (user, team) = (has(DimensionRole::User), has(DimensionRole::Team));
    let rows = if user {
        "their own rows"
    } else {
        "the rows of their teams"
    };
    let own = (user || team).then(|| {
        let opens = format!("See {rows} of {}", schema.name);
        entry(schema.view_permission(), opens, "users/me")
    });
    let all = format!("See everybody's rows of {}", schema.name);
    let all = entry(schema.view_all_permission(), all, "admin");
    own.into_iter().chain([all]).collect()
}

fn of_application(permission: Permission) -> PermissionEntry {
    PermissionEntry {
        name: permission.to_string(),
        opens: permission.opens().to_owned(),
        metric: None,
        path: None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use metrics_runtime::register;

    use super::{Permission, Permissions};
    use crate::metrics::registry;
    use crate::values::{GlobalRole, Grants};

    #[test]
    fn permissions_appear_and_vanish_with_the_declarations() {
        let without = register![].build().unwrap();
        let (with, without) = (Permissions::of(&registry()), Permissions::of(&without));
        let view = "metrics.server_install_metrics.view";
        assert!(with.exist(view) && !without.exist(view));
        let admin = |permissions: &Permissions| {
            permissions.of_global_role(GlobalRole::Admin).contains(view)
        };
        assert!(admin(&with) && !admin(&without));
        let own: BTreeSet<_> = Permission::names().into_iter().map(str::to_owned).collect();
        assert_eq!(without.of_global_role(GlobalRole::Admin), &own);
        assert!(without.of_global_role(GlobalRole::User).is_empty());
    }

    #[test]
    fn a_role_grants_what_exists_and_a_role_of_the_program_what_its_code_says() {
        let permissions = Permissions::of(&registry());
        let names = ["jobs.manage", "metrics.gone_metrics.view"].map(str::to_owned);
        let stored = Grants::of(&names.into());
        let granted = permissions.granted_by("custom", &stored);
        assert_eq!(granted, ["jobs.manage".to_owned()].into());
        let member = permissions.granted_by("global_user", &stored);
        assert_eq!(&member, permissions.of_global_role(GlobalRole::User));
        assert!(!member.contains("jobs.manage"));
    }

    #[test]
    fn no_two_permissions_have_one_name() {
        let permissions = Permissions::of(&registry());
        let names: BTreeSet<_> = permissions
            .entries()
            .iter()
            .map(|entry| &entry.name)
            .collect();
        assert_eq!(names.len(), permissions.entries().len());
    }
}
