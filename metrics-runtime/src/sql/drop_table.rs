//! The way back from [`create_tables`](super::create_tables).

use crate::layout::Layout;

/// Drops the view, the bucket table and the dictionaries of a metric, in this order.
pub(crate) fn drop_tables(layout: &Layout) -> String {
    let mut sql = format!(
        "DROP VIEW \"{}\";\nDROP TABLE \"{}\";\n",
        layout.view(),
        layout.schema.table
    );
    let mut dictionaries: Vec<_> = layout.dictionaries().collect();
    dictionaries.reverse();
    for dictionary in dictionaries {
        sql.push_str(&format!("DROP TABLE \"{}\";\n", dictionary.table));
    }
    sql
}
