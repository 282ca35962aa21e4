//! What a role grants, as it is stored.

use std::collections::BTreeSet;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;

/// The names of permissions, whether or not there are such. It stays the JSON list that is stored until somebody asks:
/// of the roles that the program defines, nobody does.
#[derive(Debug, Clone, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Grants(String);

impl Grants {
    /// These names.
    #[must_use]
    pub fn of(names: &BTreeSet<String>) -> Self {
        Self(serde_json::json!(names).to_string())
    }

    /// The names; what is no list of names grants nothing.
    #[must_use]
    pub fn names(&self) -> BTreeSet<String> {
        serde_json::from_str(&self.0).unwrap_or_default()
    }
}

impl<DB: Backend> FromSql<Text, DB> for Grants
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        String::from_sql(bytes).map(Self)
    }
}

impl<DB: Backend> ToSql<Text, DB> for Grants
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.as_str().to_sql(out)
    }
}
