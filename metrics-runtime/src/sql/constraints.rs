//! The constraints of a table on PostgreSQL, which are dropped and renamed by name.

use super::create_table::{check, references};
use super::text::{list, quoted};
use crate::backend::Backend;
use crate::tables::{Purpose, Table};

/// The longest name that PostgreSQL keeps.
const LONGEST_NAME: usize = 63;

/// A constraint, named as PostgreSQL names one that was given no name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Constraint {
    pub(super) name: String,
    pub(super) definition: String,
}

impl Constraint {
    /// Whether it is a primary key, or a further unique one.
    pub(super) fn is_key(&self) -> bool {
        self.definition.starts_with("PRIMARY KEY") || self.definition.starts_with("UNIQUE")
    }
}

/// Those of a table, but for the primary key of a dictionary's ids, which never changes: keys first, so that what
/// refers to them comes later.
pub(super) fn constraints(table: &Table) -> Vec<Constraint> {
    let mut found = vec![Constraint {
        name: constraint_name(&table.name, "", "pkey"),
        definition: format!("PRIMARY KEY ({})", list(&table.key)),
    }];
    if table.purpose == Purpose::Dictionary {
        found.push(Constraint {
            name: constraint_name(&table.name, &table.unique.join("_"), "key"),
            definition: format!("UNIQUE ({})", list(&table.unique)),
        });
    }
    for column in &table.columns {
        found.extend(
            check(column, Backend::Postgres).map(|definition| Constraint {
                name: constraint_name(&table.name, &column.name, "check"),
                definition,
            }),
        );
    }
    for column in &table.columns {
        found.extend(references(column).map(|references| Constraint {
            name: constraint_name(&table.name, &column.name, "fkey"),
            definition: format!("FOREIGN KEY ({}) {references}", quoted(&column.name)),
        }));
    }
    found
}

/// What the index of a primary key is called until it is one.
pub(super) fn key_made_ahead(table: &str) -> String {
    constraint_name(table, "", "pkey_new")
}

/// `table_columns_label`, of which PostgreSQL shortens the longer part until it fits.
fn constraint_name(table: &str, columns: &str, label: &str) -> String {
    // It joins the columns of a key before it looks at the length, and stops where that is reached.
    let (mut table, mut columns) = (table, &columns[..columns.len().min(LONGEST_NAME)]);
    let fixed = label.len() + 1 + usize::from(!columns.is_empty());
    while table.len() + columns.len() + fixed > LONGEST_NAME {
        if table.len() > columns.len() {
            table = &table[..table.len() - 1];
        } else {
            columns = &columns[..columns.len() - 1];
        }
    }
    match columns {
        "" => format!("{table}_{label}"),
        _ => format!("{table}_{columns}_{label}"),
    }
}
