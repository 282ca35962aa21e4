//! Rows of any table, as they travel from one database to another.

use serde::{Deserialize, Serialize};

/// A table that is copied, as one of the two databases describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CopiedTable {
    pub(crate) name: String,
    pub(crate) columns: Vec<CopiedColumn>,
}

/// A column, as the catalogue of its database describes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct CopiedColumn {
    pub(crate) name: String,
    /// The type, in the database's own words, in lower case.
    pub(crate) holds: String,
    /// Its place in the primary key, from 1 on; 0 if it is not a part of that.
    pub(crate) key: usize,
    /// Whether a sequence gives its values, which has to go on after the copied ones.
    pub(crate) numbered: bool,
}

/// How a value travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Integer,
    /// An integer on its way: SQLite keeps 0 and 1.
    Boolean,
    Text,
    Bytes,
}

/// A value. It is written down as JSON to remember how far a copy has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Cell {
    Integer(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

impl CopiedTable {
    /// The columns of the primary key, in its order, each with its index.
    pub(crate) fn key(&self) -> Vec<(usize, &CopiedColumn)> {
        let columns = self.columns.iter().enumerate();
        let mut key: Vec<_> = columns.filter(|(_, column)| column.key > 0).collect();
        key.sort_by_key(|(_, column)| column.key);
        key
    }

    /// The same table with its columns in the order of another description of it; `None` unless both have the same.
    pub(crate) fn in_the_order_of(&self, other: &Self) -> Option<Self> {
        let named = |name: &String| self.columns.iter().find(|column| column.name == *name);
        let names = other.columns.iter().map(|column| &column.name);
        let columns: Vec<_> = names
            .map(|name| named(name).cloned())
            .collect::<Option<_>>()?;
        (columns.len() == self.columns.len()).then_some(Self {
            name: self.name.clone(),
            columns,
        })
    }

    /// Whether its rows are buckets, which are compared interval by interval.
    pub(crate) fn has_intervals(&self) -> bool {
        let mut columns = self.columns.iter();
        columns.any(|column| column.name == "bucket_interval")
    }
}

impl CopiedColumn {
    /// How its values travel; `None` if they cannot.
    pub(crate) fn kind(&self) -> Option<Kind> {
        match self.holds.as_str() {
            "integer" | "bigint" | "smallint" => Some(Kind::Integer),
            "boolean" => Some(Kind::Boolean),
            "text" => Some(Kind::Text),
            "blob" | "bytea" => Some(Kind::Bytes),
            _ => None,
        }
    }
}
