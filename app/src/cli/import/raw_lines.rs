//! Lines as bytes, numbered as an editor numbers them.

use std::io::{self, BufRead, Read};

/// The longest line in bytes: a file that is not made of lines must not fill the memory.
const MAX_LINE: usize = 1024 * 1024;

/// A line without its end.
#[derive(Debug)]
pub(super) struct RawLine {
    pub(super) number: u64,
    /// `None` for a line that is too long.
    pub(super) bytes: Option<Vec<u8>>,
}

impl RawLine {
    /// Whether there is nothing on it.
    pub(super) fn is_blank(&self) -> bool {
        let bytes = self.bytes.as_deref();
        bytes.is_some_and(|bytes| bytes.iter().all(u8::is_ascii_whitespace))
    }
}

/// The lines of a file.
pub(super) struct RawLines {
    reader: Box<dyn BufRead>,
    number: u64,
}

impl RawLines {
    pub(super) fn new(reader: Box<dyn BufRead>) -> Self {
        Self { reader, number: 0 }
    }

    /// The next line; nothing at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<RawLine>> {
        let mut bytes = Vec::with_capacity(128);
        let limit = u64::try_from(MAX_LINE).unwrap_or(u64::MAX);
        if self
            .reader
            .by_ref()
            .take(limit)
            .read_until(b'\n', &mut bytes)?
            == 0
        {
            return Ok(None);
        }
        self.number += 1;
        let cut = bytes.len() == MAX_LINE && !bytes.ends_with(b"\n");
        if cut {
            self.reader.skip_until(b'\n')?;
        }
        Ok(Some(RawLine {
            number: self.number,
            bytes: (!cut).then(|| self.without_ends(bytes)),
        }))
    }

    /// Takes off the line's end, and the mark that some programs begin a file with.
    fn without_ends(&self, mut bytes: Vec<u8>) -> Vec<u8> {
        for end in [b'\n', b'\r'] {
            if bytes.last() == Some(&end) {
                bytes.pop();
            }
        }
        if self.number == 1 && bytes.starts_with(b"\xef\xbb\xbf") {
            bytes.drain(..3);
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_LINE, RawLines};

    fn lines(text: &str) -> Vec<(u64, Option<String>)> {
        let mut lines = RawLines::new(Box::new(std::io::Cursor::new(text.to_owned())));
        let text = |bytes| String::from_utf8(bytes).unwrap();
        std::iter::from_fn(|| lines.next().unwrap())
            .map(|line| (line.number, line.bytes.map(text)))
            .collect()
    }

    #[test]
    fn line_ends_and_the_mark_at_the_start_are_not_part_of_lines() {
        let expected = [(1, "a"), (2, ""), (3, "b")].map(|(n, text)| (n, Some(text.to_owned())));
        assert_eq!(lines("\u{feff}a\r\n\nb"), expected);
    }

    #[test]
    fn a_line_that_is_too_long_is_skipped_and_counted() {
        let long = "x".repeat(MAX_LINE + 1);
        let found = lines(&format!("{long}\nb\n"));
        assert_eq!(found, [(1, None), (2, Some("b".to_owned()))]);
    }
}
