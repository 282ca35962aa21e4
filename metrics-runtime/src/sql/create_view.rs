//! The readable view of a metric.

use super::text::quoted;
use crate::backend::Backend;
use crate::layout::{Dictionary, Layout};

/// Joins the dictionaries back to the buckets, and names intervals and times.
pub(crate) fn create_view(layout: &Layout, backend: Backend) -> String {
    let joins: String = layout.dictionaries().map(join).collect();
    format!(
        "-- {table} for people and their own SQL.\nCREATE VIEW {} AS\nSELECT\n    {}\nFROM {} AS b{joins};\n",
        quoted(&layout.view()),
        columns(layout, backend).join(",\n    "),
        quoted(layout.schema.table),
        table = layout.schema.table,
    )
}

/// Drops it.
pub(crate) fn drop_view(layout: &Layout) -> String {
    format!("DROP VIEW {};\n", quoted(&layout.view()))
}

fn columns(layout: &Layout, backend: Backend) -> Vec<String> {
    let start = match backend {
        Backend::Sqlite => "strftime('%Y-%m-%dT%H:%M:%SZ', b.\"bucket_timestamp\", 'unixepoch')",
        Backend::Postgres => "to_timestamp(b.\"bucket_timestamp\")",
    };
    let levels = layout.schema.levels.iter().map(|level| level.interval);
    let words: String = levels
        .map(|interval| format!(" WHEN {} THEN '{interval}'", interval.seconds()))
        .collect();
    let mut columns = vec![
        "b.\"bucket_timestamp\"".to_owned(),
        format!("{start} AS \"bucket_start\""),
        format!("CASE b.\"bucket_interval\"{words} END AS \"bucket_interval\""),
    ];
    for (index, dimension) in layout.schema.dimensions.iter().enumerate() {
        let mut holders = layout.dictionaries();
        let holder = holders.find(|holder| holder.dimensions.iter().any(|(at, _)| *at == index));
        let holder = holder.expect("every dimension is in one of the dictionaries");
        columns.push(format!("{}.{}", alias(holder), quoted(dimension.name)));
    }
    let measures = layout.schema.measures.iter().map(|measure| measure.name);
    columns.extend(
        ["created_at"]
            .into_iter()
            .chain(measures)
            .map(|name| format!("b.{}", quoted(name))),
    );
    columns
}

fn join(dictionary: &Dictionary) -> String {
    let (name, alias, column) = (
        quoted(&dictionary.table),
        alias(dictionary),
        quoted(dictionary.column),
    );
    // The labels of the overflow series are in no dictionary: the view shows none.
    let join = if dictionary.holds_owners() {
        "JOIN"
    } else {
        "LEFT JOIN"
    };
    format!("\n{join} {name} AS {alias} ON {alias}.\"id\" = b.{column}")
}

/// What the view calls a dictionary.
fn alias(dictionary: &Dictionary) -> &'static str {
    if dictionary.holds_owners() { "o" } else { "l" }
}
