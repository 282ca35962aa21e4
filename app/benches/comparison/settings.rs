//! What a run may be told: which rows, how large the large table is, and how often each side takes its turn.

use std::time::Duration;

/// How long a side is measured at a time.
pub(crate) const ROUND: Duration = Duration::from_millis(1_000);

/// What holds for a run.
pub(crate) struct Settings {
    /// Rows of the table that "already holds" some.
    pub(crate) rows: u32,
    /// Rounds, in each of which either side is measured once.
    pub(crate) rounds: usize,
    /// Parts of the names of the rows to measure; all, if there are none.
    only: Vec<String>,
}

impl Settings {
    /// `ROWS` and `ROUNDS` from the environment, names from the command line.
    pub(crate) fn read() -> Self {
        let only = std::env::args()
            .skip(1)
            .filter(|argument| !argument.starts_with('-'))
            .collect();
        Self {
            rows: number("ROWS", 1_000_000),
            rounds: usize::try_from(number("ROUNDS", 5)).expect("32 bits fit"),
            only,
        }
    }

    /// Whether a row was asked for.
    pub(crate) fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|part| name.contains(part))
    }

    /// The size of the large table, in words.
    pub(crate) fn rows_in_words(&self) -> String {
        match self.rows / 1_000_000 {
            0 => format!("{} rows", self.rows),
            millions => format!("{millions}M rows"),
        }
    }
}

fn number(variable: &str, default: u32) -> u32 {
    let Ok(text) = std::env::var(variable) else {
        return default;
    };
    let number = text.replace('_', "").parse().ok().filter(|n| *n > 0);
    number.unwrap_or_else(|| panic!("{variable}={text} is not a number above zero"))
}
