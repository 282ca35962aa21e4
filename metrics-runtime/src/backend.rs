//! The databases that migrations are written for.

/// A database that migrations are written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Backend {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

impl Backend {
    /// The name, which is also that of its folder: `sqlite`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// What spreads the tables on PostgreSQL, where it is installed. Elsewhere the same migrations make plain tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// Over the nodes of Citus, by whose rows they are.
    Citus,
    /// Over the chunks of TimescaleDB, by time.
    Timescale,
}

impl Scale {
    /// The name: `citus`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Citus => "citus",
            Self::Timescale => "timescale",
        }
    }

    /// What people call it.
    pub(crate) fn product(self) -> &'static str {
        match self {
            Self::Citus => "Citus",
            Self::Timescale => "TimescaleDB",
        }
    }
}
