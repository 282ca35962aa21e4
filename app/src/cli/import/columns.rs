//! Which column holds which field.

use metrics_runtime::MetricSchema;

use crate::cli::arguments::Usage;

/// The columns that are read.
#[derive(Debug)]
pub(super) struct Columns {
    /// The column with the time.
    pub(super) time: String,
    pub(super) fields: Vec<Field>,
    metric: &'static str,
}

/// A dimension or measure, and the column that it is read from.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) column: String,
    is_dimension: bool,
    /// Whether the command line named the column, so that it has to be there.
    is_mapped: bool,
}

impl Columns {
    /// A field is read from the column of its own name, unless `maps` says otherwise.
    pub(super) fn new(
        schema: &MetricSchema,
        time: &str,
        maps: &[(String, String)],
    ) -> Result<Self, Usage> {
        let dimensions = schema.dimensions.iter().map(|known| (known.name, true));
        let measures = schema.measures.iter().map(|known| (known.name, false));
        let fields = dimensions
            .chain(measures)
            .map(|(name, is_dimension)| Field {
                name,
                column: name.to_owned(),
                is_dimension,
                is_mapped: false,
            });
        let mut columns = Self {
            time: time.to_owned(),
            fields: fields.collect(),
            metric: schema.name,
        };
        for (field, column) in maps {
            columns.map(field, column)?;
        }
        Ok(columns)
    }

    fn map(&mut self, name: &str, column: &str) -> Result<(), Usage> {
        let known: Vec<_> = self.fields.iter().map(|field| field.name).collect();
        let Some(field) = self.fields.iter_mut().find(|field| field.name == name) else {
            let time = match name {
                "timestamp" => "; the column with the time is named with --time-column",
                _ => "",
            };
            return Err(Usage(format!(
                "--map {name}={column}: {} has no field {name:?}: it has {}{time}",
                self.metric,
                known.join(", ")
            )));
        };
        if field.is_mapped {
            return Err(Usage(format!(
                "--map {name}={column}: {name} is mapped to {:?} already: map it once",
                field.column
            )));
        }
        (field.column, field.is_mapped) = (column.to_owned(), true);
        Ok(())
    }

    /// Whether a column is read.
    pub(super) fn uses(&self, column: &str) -> bool {
        self.time == column || self.fields.iter().any(|field| field.column == column)
    }

    /// Checks that a file with the columns `found` has what an import needs.
    pub(super) fn check(&self, found: &[&str]) -> Result<(), Usage> {
        let there = format!("the file has {}", found.join(", "));
        if !found.contains(&self.time.as_str()) {
            return Err(Usage(format!(
                "--time-column: there is no column {:?}: {there}",
                self.time
            )));
        }
        for field in self
            .fields
            .iter()
            .filter(|field| !found.contains(&field.column.as_str()))
        {
            let (name, column) = (field.name, &field.column);
            if field.is_mapped {
                return Err(Usage(format!(
                    "--map {name}={column}: there is no column {column:?}: {there}"
                )));
            }
            if field.is_dimension {
                return Err(Usage(format!(
                    "there is no column for the dimension {name}: {there}; name it with --map {name}=COLUMN"
                )));
            }
        }
        self.check_measures(found, &there)
    }

    /// Single measures may be left out, but a file with none would count nothing.
    fn check_measures(&self, found: &[&str], there: &str) -> Result<(), Usage> {
        let absent = self.absent(found);
        let measures = self.fields.iter().filter(|field| !field.is_dimension);
        if absent.len() < measures.count() {
            return Ok(());
        }
        Err(Usage(format!(
            "there is no column for any measure ({}): {there}; name one with --map {}=COLUMN",
            absent.join(", "),
            absent[0]
        )))
    }

    /// The measures that no column gives.
    pub(super) fn absent(&self, found: &[&str]) -> Vec<&'static str> {
        let measures = self.fields.iter().filter(|field| !field.is_dimension);
        measures
            .filter(|field| !found.contains(&field.column.as_str()))
            .map(|field| field.name)
            .collect()
    }
}
