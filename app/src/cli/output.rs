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
