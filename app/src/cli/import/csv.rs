//! Lines of values with commas between them.
//!
//! A value in quotes may run over several lines. Since a quote that is never closed would then swallow the rest of
//! the file, lines are only taken together when that makes a sound record of the right width and of a reasonable
//! length; otherwise the line with the quote is rejected, and the next one is read as usual.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder, Terminator};
use metrics_runtime::{Event, EventBuilder, Layout, RawValue, Rejection};

use super::columns::Columns;
use super::line::{Line, Lines, Remarks, malformed, timestamp};
use super::raw_lines::{RawLine, RawLines};
use crate::cli::arguments::Usage;
use crate::cli::figures::counted;

/// The longest record that runs over several lines, in bytes.
const MAX_RECORD: usize = 16 * 1024;

/// The lines of a CSV file.
pub(super) struct CsvLines {
    lines: RawLines,
    /// Lines that were looked at in vain, to be read again.
    waiting: VecDeque<RawLine>,
    record: Record,
    layout: Arc<Layout>,
    columns: Columns,
    header: Vec<String>,
    /// Where the time is in a record.
    time: usize,
    /// The fields that have a column, and where it is.
    fields: Vec<(&'static str, usize)>,
}

impl CsvLines {
    /// Reads the header.
    pub(super) fn new(
        mut lines: RawLines,
        layout: Arc<Layout>,
        columns: Columns,
    ) -> anyhow::Result<Self> {
        let mut record = Record::new();
        let header = header(&mut lines, &mut record)?;
        let found: Vec<_> = header.iter().map(String::as_str).collect();
        columns.check(&found)?;
        let time = position(&found, &columns.time)?.unwrap_or(0);
        let fields = positions(&found, &columns)?;
        Ok(Self {
            lines,
            waiting: VecDeque::new(),
            record,
            layout,
            columns,
            header,
            time,
            fields,
        })
    }

    fn next_raw(&mut self) -> io::Result<Option<RawLine>> {
        match self.waiting.pop_front() {
            Some(line) => Ok(Some(line)),
            None => self.lines.next(),
        }
    }

    /// Takes the line apart; with those after it, as long as a quote is open.
    fn read_record(&mut self, line: RawLine) -> io::Result<Result<(), Rejection>> {
        let Some(bytes) = line.bytes else {
            return Ok(Err(malformed("the line is longer than 1 MiB")));
        };
        if !self.record.parse(&bytes) {
            return self.read_open_record(bytes);
        }
        let (fields, columns) = (self.record.len(), self.header.len());
        Ok(if fields == columns {
            Ok(())
        } else {
            Err(malformed(format!(
                "the line has {}, the header has {}",
                counted(fields, "value", "values"),
                counted(columns, "column", "columns")
            )))
        })
    }

    fn read_open_record(&mut self, mut text: Vec<u8>) -> io::Result<Result<(), Rejection>> {
        let mut taken = Vec::new();
        while text.len() < MAX_RECORD {
            let Some(line) = self.next_raw()? else { break };
            let bytes = line.bytes.clone().unwrap_or_default();
            taken.push(line);
            text.push(b'\n');
            text.extend(bytes);
            if self.record.parse(&text) {
                if self.record.len() == self.header.len() && is_well_quoted(&text) {
                    return Ok(Ok(()));
                }
                break;
            }
        }
        for line in taken.into_iter().rev() {
            self.waiting.push_front(line);
        }
        Ok(Err(malformed("a quote is opened and not closed")))
    }

    fn event(&self) -> Result<Event, Rejection> {
        let at = timestamp(&self.columns.time, self.text(self.time)?)?;
        let mut builder = EventBuilder::new(Arc::clone(&self.layout));
        for (name, index) in &self.fields {
            let text = self.text(*index)?;
            // An empty field is a counter left out; for a dimension it is a value like any other.
            if !(text.is_empty() && self.is_measure(name)) {
                builder.set(name, RawValue::Text(text.into()))?;
            }
        }
        builder.finish(at)
    }

    fn is_measure(&self, name: &str) -> bool {
        let mut measures = self.layout.schema.measures.iter();
        measures.any(|measure| measure.name == name)
    }

    fn text(&self, index: usize) -> Result<&str, Rejection> {
        let name = &self.header[index];
        std::str::from_utf8(self.record.field(index))
            .map_err(|_| malformed(format!("{name} is not UTF-8")))
    }
}

impl Lines for CsvLines {
    fn next(&mut self) -> io::Result<Option<Line>> {
        while let Some(line) = self.next_raw()? {
            if line.is_blank() {
                continue;
            }
            let number = line.number;
            let event = self.read_record(line)?.and_then(|()| self.event());
            return Ok(Some(Line { number, event }));
        }
        Ok(None)
    }

    /// The header has told.
    fn check(&self) -> Result<(), Usage> {
        Ok(())
    }

    fn remarks(&self) -> Remarks {
        let found: Vec<_> = self.header.iter().map(String::as_str).collect();
        let ignored = self.header.iter().filter(|name| !self.columns.uses(name));
        Remarks {
            ignored: ignored.cloned().collect(),
            absent: self.columns.absent(&found),
        }
    }
}

/// The names of the columns, from the first line.
fn header(lines: &mut RawLines, record: &mut Record) -> anyhow::Result<Vec<String>> {
    let line = lines.next()?.and_then(|line| line.bytes);
    let missing = || Usage("FILE: the first line does not name columns".to_owned());
    if !record.parse(&line.ok_or_else(missing)?) {
        return Err(missing().into());
    }
    let name = |index| String::from_utf8_lossy(record.field(index)).into_owned();
    Ok((0..record.len()).map(name).collect())
}

/// The fields that have a column, and where it is.
fn positions(header: &[&str], columns: &Columns) -> Result<Vec<(&'static str, usize)>, Usage> {
    let mut fields = Vec::new();
    for field in &columns.fields {
        let at = position(header, &field.column)?;
        fields.extend(at.map(|index| (field.name, index)));
    }
    Ok(fields)
}

/// Where a column is. One that is there twice could mean either.
fn position(header: &[&str], column: &str) -> Result<Option<usize>, Usage> {
    let mut positions = header
        .iter()
        .enumerate()
        .filter(|(_, name)| **name == column);
    let first = positions.next().map(|(index, _)| index);
    match positions.next() {
        None => Ok(first),
        Some(_) => Err(Usage(format!(
            "FILE: the header names the column {column:?} twice"
        ))),
    }
}

/// The values of one record, in buffers that are used again.
struct Record {
    reader: Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
    len: usize,
}

impl Record {
    fn new() -> Self {
        let reader = ReaderBuilder::new()
            .terminator(Terminator::Any(b'\n'))
            .build();
        let (text, ends) = (Vec::new(), Vec::new());
        Self {
            reader,
            text,
            ends,
            len: 0,
        }
    }

    /// Takes a line apart. Answers whether it is whole: otherwise a quote is still open.
    fn parse(&mut self, line: &[u8]) -> bool {
        self.reader.reset();
        // No record has more bytes than its line, nor more values than bytes and one.
        self.text.resize(self.text.len().max(line.len() + 1), 0);
        self.ends.resize(self.ends.len().max(line.len() + 2), 0);
        let (_, _, texts, ends) = self
            .reader
            .read_record(line, &mut self.text, &mut self.ends);
        let (text, rest) = (&mut self.text[texts..], &mut self.ends[ends..]);
        let (result, _, _, last) = self.reader.read_record(b"\n", text, rest);
        self.len = ends + last;
        matches!(result, ReadRecordResult::Record)
    }

    fn len(&self) -> usize {
        self.len
    }

    fn field(&self, index: usize) -> &[u8] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.text[start..self.ends[index]]
    }
}

/// Whether every quote ends its value. One that was never closed ends where the next one opens, in the middle.
fn is_well_quoted(record: &[u8]) -> bool {
    let mut quoted = false;
    let mut bytes = record.iter().peekable();
    let mut before = b',';
    while let Some(byte) = bytes.next() {
        if quoted && *byte == b'"' {
            match bytes.peek() {
                Some(b'"') => drop(bytes.next()),
                None | Some(b',') => quoted = false,
                Some(_) => return false,
            }
        } else if *byte == b'"' && before == b',' {
            quoted = true;
        }
        before = *byte;
    }
    !quoted
}

#[cfg(test)]
mod tests {
    use super::{Record, is_well_quoted};

    fn values(line: &str) -> Option<Vec<String>> {
        let mut record = Record::new();
        record.parse(b"something else, before");
        let whole = record.parse(line.as_bytes());
        let text = |index| String::from_utf8(record.field(index).to_vec()).unwrap();
        whole.then(|| (0..record.len()).map(text).collect())
    }

    #[test]
    fn quotes_protect_commas_and_quotes_and_ends_of_lines() {
        assert_eq!(values("a,\"b,\"\"c\"\"\",").unwrap(), ["a", "b,\"c\"", ""]);
        assert_eq!(values("a,\"b\nc\",d").unwrap(), ["a", "b\nc", "d"]);
        assert_eq!(values("a").unwrap(), ["a"]);
        assert_eq!(values("a,\"b"), None);
    }

    #[test]
    fn a_quote_that_another_one_closes_by_chance_is_found_out() {
        for sound in ["a,\"b\nc\"", "\"\",\"b\"\"\nc\",d", "a\"b,c"] {
            assert!(is_well_quoted(sound.as_bytes()), "{sound}");
        }
        for odd in ["a,\"b,c\nd,\"e\",f", "\"a"] {
            assert!(!is_well_quoted(odd.as_bytes()), "{odd}");
        }
    }
}
