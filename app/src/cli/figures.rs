//! Numbers in the terminal: grouped digits, times, aligned tables, and colour where it is welcome.

use std::io::IsTerminal;

use chrono::{DateTime, Utc};
use metrics_runtime::one_or_many;

/// How a column is aligned: words to the left, numbers to the right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
}

/// A table whose columns are as wide as they need to be. The first line is the head.
pub(super) fn table(head: &[(String, Align)], rows: &[Vec<String>]) -> String {
    let titles = head.iter().map(|(title, _)| title.clone()).collect();
    let rows: Vec<&Vec<String>> = std::iter::once(&titles).chain(rows).collect();
    let widest = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let columns: Vec<_> = head
        .iter()
        .enumerate()
        .map(|(column, (_, align))| (*align, widest(column).unwrap_or(0)))
        .collect();
    let lines: Vec<_> = rows.iter().map(|row| line(row, &columns)).collect();
    lines.join("\n")
}

/// A table that has no numbers in it, with its head set apart.
pub(super) fn words_table<const COLUMNS: usize>(
    head: [&str; COLUMNS],
    rows: Vec<[String; COLUMNS]>,
    style: Style,
) -> String {
    let head = head.map(|title| (title.to_owned(), Align::Left));
    let rows: Vec<_> = rows.into_iter().map(Vec::from).collect();
    style.head(&table(&head, &rows))
}

fn line(cells: &[String], columns: &[(Align, usize)]) -> String {
    let padded = cells
        .iter()
        .zip(columns)
        .map(|(cell, (align, width))| match align {
            Align::Left => format!("{cell:<width$}"),
            Align::Right => format!("{cell:>width$}"),
        });
    padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
}

/// `1234567` as `1,234,567`.
pub(super) fn grouped(number: impl Into<i128>) -> String {
    let number = number.into();
    let digits = number.unsigned_abs().to_string();
    let mut text = String::from(if number < 0 { "-" } else { "" });
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with what it counts: `1 row`, `1,234 rows`.
pub(super) fn counted(number: impl TryInto<i128>, one: &str, many: &str) -> String {
    let number = number.try_into().unwrap_or(i128::MAX);
    format!("{} {}", grouped(number), one_or_many(number, one, many))
}

/// A number with two decimals, grouped.
pub(super) fn grouped_decimal(number: f64) -> String {
    let text = format!("{number:.2}");
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, "00"));
    let whole = whole
        .parse::<i128>()
        .map_or_else(|_| whole.to_owned(), grouped);
    format!("{whole}.{decimals}")
}

/// `2026-01-10 09:00`, in UTC; with seconds where there are some.
pub(super) fn minute(moment: DateTime<Utc>) -> String {
    let format = match moment.timestamp() % 60 {
        0 => "%Y-%m-%d %H:%M",
        _ => "%Y-%m-%d %H:%M:%S",
    };
    moment.format(format).to_string()
}

/// The same, of epoch seconds.
pub(super) fn minute_at(epoch_seconds: i64) -> String {
    DateTime::from_timestamp(epoch_seconds, 0).map_or_else(|| epoch_seconds.to_string(), minute)
}

/// Colours, or none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    colour: bool,
}

impl Style {
    /// Colours when a person looks at it and has not asked for none (see <https://no-color.org>).
    pub(super) fn of_stdout() -> Self {
        let unwelcome = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            colour: std::io::stdout().is_terminal() && !unwelcome,
        }
    }

    /// Sets the first line of a table apart.
    pub(super) fn head(self, table: &str) -> String {
        match table.split_once('\n') {
            Some((head, rows)) => format!("{}\n{rows}", self.paint("1", head)),
            None => self.paint("1", table),
        }
    }

    /// Sets a drawing apart from numbers.
    pub(super) fn drawing(self, text: &str) -> String {
        self.paint("36", text)
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.colour {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Align, grouped, grouped_decimal, table};

    #[test]
    fn digits_are_grouped_by_thousands() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_000), "1,000");
        assert_eq!(grouped(i64::MAX), "9,223,372,036,854,775,807");
        assert_eq!(grouped(-123_456), "-123,456");
        assert_eq!(grouped_decimal(1234.5), "1,234.50");
    }

    #[test]
    fn numbers_line_up_to_the_right() {
        let head = [
            ("A".to_owned(), Align::Left),
            ("N".to_owned(), Align::Right),
        ];
        let rows = [
            vec!["long".to_owned(), "1".to_owned()],
            vec!["b".to_owned(), "1,000".to_owned()],
        ];
        assert_eq!(table(&head, &rows), "A         N\nlong      1\nb     1,000");
    }
}
