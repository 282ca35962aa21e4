//! Whose rows a query reads.

use crate::dimension::Value;
use crate::error::InvalidQuery;
use crate::schema::{DimensionRole, MetricSchema};

/// Whose rows a query reads: a constructor argument of every query, so that none can be built without.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Scope {
    /// One user's rows in one team.
    Own {
        /// The team.
        team_id: String,
        /// The user.
        user_id: String,
    },
    /// The rows of every member of one team.
    Team(String),
    /// Everybody's rows.
    Everyone,
}

impl Scope {
    /// One user's rows in one team. A metric without a user dimension shows the team's rows, and one without a
    /// team dimension the user's rows anywhere.
    pub fn own(team_id: impl Into<String>, user_id: impl Into<String>) -> Self {
        Self::Own {
            team_id: team_id.into(),
            user_id: user_id.into(),
        }
    }

    /// The rows of every member of one team.
    pub fn team(team_id: impl Into<String>) -> Self {
        Self::Team(team_id.into())
    }

    /// Everybody's rows.
    #[must_use]
    pub fn everyone() -> Self {
        Self::Everyone
    }

    /// The scope as equalities on dimensions.
    ///
    /// # Errors
    ///
    /// When the metric has no dimension that could tell these rows from others; answering with all rows instead
    /// would show numbers to people they are not meant for.
    pub(crate) fn predicate(
        &self,
        schema: &MetricSchema,
    ) -> Result<Vec<(&'static str, Value<'static>)>, InvalidQuery> {
        let roles = match self {
            Self::Everyone => return Ok(Vec::new()),
            Self::Team(team_id) => vec![(DimensionRole::Team, team_id)],
            Self::Own { team_id, user_id } => vec![
                (DimensionRole::User, user_id),
                (DimensionRole::Team, team_id),
            ],
        };
        let predicate = roles
            .into_iter()
            .filter_map(|(role, id)| schema.dimension_of(role).map(|dimension| (dimension, id)))
            .map(|(dimension, id)| match dimension.kind.parse(id, u32::MAX) {
                Ok(value) => Ok((dimension.name, value.into_owned())),
                Err(reason) => Err(InvalidQuery::new(dimension.name, reason)),
            })
            .collect::<Result<Vec<_>, _>>()?;
        if predicate.is_empty() {
            let reason = format!(
                "{} has no dimension for this scope: ask for everyone's rows",
                schema.name
            );
            return Err(InvalidQuery::new("scope", reason));
        }
        Ok(predicate)
    }
}
