//! The roles, global and within a team.

use std::fmt;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;

/// Declares roles that have one spelling in the database, in JSON and on the command line.
macro_rules! roles {
    ($(#[$about:meta])* $name:ident { $($(#[$role_about:meta])* $role:ident = $text:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression, FromSqlRow)]
        #[derive(clap::ValueEnum, serde::Serialize)]
        #[diesel(sql_type = Text)]
        pub enum $name {
            $($(#[$role_about])* #[value(name = $text)] #[serde(rename = $text)] $role,)+
        }

        impl $name {
            /// The role as every outside names it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$role => $text,)+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(self.as_str())
            }
        }

        impl<DB: Backend> ToSql<Text, DB> for $name
        where
            str: ToSql<Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                self.as_str().to_sql(out)
            }
        }

        impl<DB: Backend> FromSql<Text, DB> for $name
        where
            String: FromSql<Text, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
                match String::from_sql(bytes)?.as_str() {
                    $($text => Ok(Self::$role),)+
                    other => Err(format!("the database holds the unknown role {other:?}").into()),
                }
            }
        }
    };
}

roles! {
    /// What a person may do everywhere.
    GlobalRole {
        /// Sees their own numbers.
        User = "global_user",
        /// Sees whatever the declarations give to administrators.
        Admin = "global_admin",
    }
}

roles! {
    /// What a person is in one team.
    TeamRole {
        /// Sees their own rows in the team.
        User = "team_user",
        /// Sees every member's rows in the team.
        Admin = "team_admin",
    }
}
