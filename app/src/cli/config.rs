//! `config`: the settings that hold.

use serde_json::json;

use super::context::Context;
use super::figures::{Style, words_table};
use crate::config::Entry;

pub(super) fn run(context: &Context) -> anyhow::Result<()> {
    let entries = &context.entries;
    context.output.answer(&json!({"settings": entries}), || {
        let rows: Vec<_> = entries.iter().map(row).collect();
        words_table(["SETTING", "VALUE", "FROM"], rows, Style::of_stdout())
    })
}

fn row(entry: &Entry) -> [String; 3] {
    let source = entry.source.described(entry.name);
    [entry.name.to_owned(), entry.value.clone(), source]
}
