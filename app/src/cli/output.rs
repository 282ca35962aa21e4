//! Answering on standard output.

use std::io::{self, ErrorKind, Write};

use serde::Serialize;

/// How a command answers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Output {
    json: bool,
}

impl Output {
    pub(super) fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether the answer is for a program.
    pub(super) fn is_json(self) -> bool {
        self.json
    }

    /// Answers, once: as one JSON document, or in words.
    pub(super) fn answer(
        self,
        document: &impl Serialize,
        words: impl FnOnce() -> String,
    ) -> anyhow::Result<()> {
        let text = if self.json {
            serde_json::to_string(document)?
        } else {
            words()
        };
        match writeln!(io::stdout(), "{text}") {
            // Whoever was reading has seen enough, as with `| head`.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            written => Ok(written?),
        }
    }
}

/// A table in plain text, its columns as wide as they need to be.
pub(super) fn table<const COLUMNS: usize>(
    head: [&str; COLUMNS],
    rows: &[[String; COLUMNS]],
) -> String {
    let head = head.map(str::to_owned);
    let rows: Vec<_> = std::iter::once(&head).chain(rows).collect();
    let width = |column: usize| {
        let widths = rows.iter().map(|row| row[column].chars().count());
        widths.max().unwrap_or(0)
    };
    let widths: [usize; COLUMNS] = std::array::from_fn(width);
    let lines: Vec<_> = rows.iter().map(|row| line(&row[..], &widths)).collect();
    lines.join("\n")
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let padded = cells
        .iter()
        .zip(widths)
        .map(|(cell, width)| format!("{cell:width$}"));
    padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn columns_line_up_and_lines_end_without_blanks() {
        let rows = [
            ["a".to_owned(), "1".to_owned()],
            ["long".to_owned(), String::new()],
        ];
        assert_eq!(table(["K", "V"], &rows), "K     V\na     1\nlong");
    }
}
