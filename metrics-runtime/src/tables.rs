//! The tables of a metric as data: what its definitions say, and what a database is compared with.
//!
//! Nothing in here depends on the backend. How a table is written, changed and read back is in `sql`.

use crate::dimension::DimensionKind;
use crate::layout::{Dictionary, Layout};
use crate::schema::Dimension;

/// The tables that no metric may have: the recorder's, and one that is there while a migration runs.
pub(crate) const OWN_TABLES: [&str; 5] = [
    "metrics_batches",
    "metrics_journal",
    "metrics_shapes",
    "metrics_watermarks",
    "metrics_fullest",
];

/// The name under which a table is made anew, until the old one is gone.
pub(crate) fn provisional(name: &str) -> String {
    format!("{name}_new")
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) name: String,
    /// What it is for; the comment above its definition.
    pub(crate) about: String,
    pub(crate) columns: Vec<Column>,
    /// The primary key.
    pub(crate) key: Vec<String>,
    /// A further unique key.
    pub(crate) unique: Vec<String>,
    /// The columns that have an index of their own.
    pub(crate) indexes: Vec<String>,
    pub(crate) purpose: Purpose,
}

/// What a table holds, which decides how it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Entries with an id.
    Dictionary,
    /// Rows that are found by their key.
    Buckets,
}

/// A column. None takes NULL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) holds: Holds,
    pub(crate) default: Option<i64>,
    /// The values that it may take, as literals; any if there are none.
    pub(crate) one_of: Vec<String>,
    /// The table and the column whose deletion takes the row along.
    pub(crate) references: Option<(String, String)>,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// A number that the database gives, and never gives twice.
    Id,
    /// An integer of 32 bits.
    Small,
    /// An integer of 64 bits.
    Big,
    Text,
}

impl Table {
    /// The dictionaries and the bucket table of a metric, in the order in which they are created.
    pub(crate) fn of(layout: &Layout) -> Vec<Self> {
        let dictionaries = layout.dictionaries().map(Self::of_dictionary);
        dictionaries.chain([Self::of_buckets(layout)]).collect()
    }

    /// The table of a dictionary.
    pub(crate) fn of_dictionary(dictionary: &Dictionary) -> Self {
        let dimensions = || {
            dictionary
                .dimensions
                .iter()
                .map(|(_, dimension)| *dimension)
        };
        let names: Vec<_> = dimensions()
            .map(|dimension| dimension.name.to_owned())
            .collect();
        let what = if dictionary.holds_owners() {
            "Whose rows they are"
        } else {
            "The labels of rows"
        };
        let mut columns = vec![Column::new("id", Holds::Id)];
        columns.extend(dimensions().map(Column::of_dimension));
        columns.push(Column::new("last_used_at", Holds::Big));
        // The unique key finds the first column; what a cascade looks for in the others needs an index of its own.
        let indexed = dimensions()
            .skip(1)
            .filter(|dimension| dimension.references.is_some());
        Self {
            name: dictionary.table.clone(),
            about: format!(
                "{what}: a small integer for each combination of {}.",
                names.join(", ")
            ),
            columns,
            key: vec!["id".to_owned()],
            indexes: indexed.map(|dimension| dimension.name.to_owned()).collect(),
            unique: names,
            purpose: Purpose::Dictionary,
        }
    }

    /// The bucket table.
    pub(crate) fn of_buckets(layout: &Layout) -> Self {
        let levels = layout.schema.levels.iter();
        let mut columns = Vec::new();
        columns.extend(
            layout
                .owners
                .as_ref()
                .map(|owners| Column::of_entry(owners).refers_to(owners)),
        );
        columns.push(Column {
            one_of: levels
                .map(|level| level.interval.seconds().to_string())
                .collect(),
            ..Column::new("bucket_interval", Holds::Small)
        });
        columns.push(Column::new("bucket_timestamp", Holds::Big));
        let cascading = layout
            .labels
            .as_ref()
            .filter(|labels| labels.has_references());
        columns.extend(layout.labels.as_ref().map(|labels| match cascading {
            // Otherwise nothing points to the entry, so that the overflow series can have an id that is none.
            None => Column::of_entry(labels),
            Some(labels) => Column::of_entry(labels).refers_to(labels),
        }));
        columns.push(Column::new("created_at", Holds::Big));
        columns.extend(layout.schema.measures.iter().map(|measure| Column {
            default: Some(0),
            ..Column::new(measure.name, Holds::Big)
        }));
        Self {
            name: layout.schema.table.to_owned(),
            about: layout.schema.description.to_owned(),
            columns,
            key: layout.key().map(str::to_owned).collect(),
            unique: Vec::new(),
            indexes: cascading
                .map(|labels| labels.column.to_owned())
                .into_iter()
                .collect(),
            purpose: Purpose::Buckets,
        }
    }

    /// The same table under another name.
    pub(crate) fn named(&self, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..self.clone()
        }
    }

    /// The same table after some columns were renamed.
    pub(crate) fn with_columns_renamed(&self, new_name: &impl Fn(&str) -> String) -> Self {
        let all = |names: &[String]| names.iter().map(|name| new_name(name)).collect();
        let column = |column: &Column| Column {
            name: new_name(&column.name),
            ..column.clone()
        };
        Self {
            columns: self.columns.iter().map(column).collect(),
            key: all(&self.key),
            unique: all(&self.unique),
            indexes: all(&self.indexes),
            ..self.clone()
        }
    }

    /// The same table after a table that it refers to was renamed.
    pub(crate) fn with_reference_renamed(&self, from: &str, to: &str) -> Self {
        let mut table = self.clone();
        for column in &mut table.columns {
            if let Some((target, _)) = column
                .references
                .as_mut()
                .filter(|(target, _)| target == from)
            {
                to.clone_into(target);
            }
        }
        table
    }

    pub(crate) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The columns that `other` does not have.
    pub(crate) fn columns_without<'a>(
        &'a self,
        other: &'a Self,
    ) -> impl Iterator<Item = &'a Column> {
        self.columns
            .iter()
            .filter(|column| other.column(&column.name).is_none())
    }

    /// Whether rows of the one are rows of the other: everything but the order of columns and what it is said to be
    /// for. The order of the primary key counts, since rows lie in it.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let same_columns =
            self.columns_without(other).next().is_none() && self.columns_are_like(other);
        self.name == other.name
            && self.columns.len() == other.columns.len()
            && same_columns
            && self.keys_are_like(other)
    }

    /// Whether the columns that both have are the same.
    pub(crate) fn columns_are_like(&self, other: &Self) -> bool {
        self.columns.iter().all(|column| {
            other
                .column(&column.name)
                .is_none_or(|theirs| column.is_like(theirs))
        })
    }

    /// Whether keys and indexes are the same.
    pub(crate) fn keys_are_like(&self, other: &Self) -> bool {
        self.key == other.key
            && sorted(&self.unique) == sorted(&other.unique)
            && sorted(&self.indexes) == sorted(&other.indexes)
    }
}

impl Column {
    pub(crate) fn new(name: &str, holds: Holds) -> Self {
        Self {
            name: name.to_owned(),
            holds,
            default: None,
            one_of: Vec::new(),
            references: None,
        }
    }

    fn of_dimension(dimension: &Dimension) -> Self {
        let holds = if dimension.kind.is_integer() {
            Holds::Big
        } else {
            Holds::Text
        };
        let one_of = match dimension.kind {
            DimensionKind::Boolean => vec!["0".to_owned(), "1".to_owned()],
            DimensionKind::Enum(words) => words.iter().map(|word| literal(word)).collect(),
            DimensionKind::Text | DimensionKind::Integer | DimensionKind::Uuid => Vec::new(),
        };
        let references = dimension
            .references
            .map(|to| (to.table.to_owned(), to.column.to_owned()));
        Self {
            one_of,
            references,
            ..Self::new(dimension.name, holds)
        }
    }

    /// The column of the bucket table that holds the ids of a dictionary.
    fn of_entry(dictionary: &Dictionary) -> Self {
        Self::new(dictionary.column, Holds::Small)
    }

    fn refers_to(self, dictionary: &Dictionary) -> Self {
        Self {
            references: Some((dictionary.table.clone(), "id".to_owned())),
            ..self
        }
    }

    /// Whether it takes the same values.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let plain = |column: &Self| Self {
            one_of: sorted(&column.one_of),
            ..column.clone()
        };
        plain(self) == plain(other)
    }
}

/// Text as SQL writes it.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn sorted(names: &[String]) -> Vec<String> {
    let mut names = names.to_vec();
    names.sort_unstable();
    names
}
