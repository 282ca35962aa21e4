//! The bytes of a journal entry: its events one after the other, each number as short as it is.
//!
//! An event is its owner, labels, timestamp, levels and measures, as zigzag varints (the encoding of Protocol
//! Buffers' `sint64`). A row of a bucket table is an event of one level at the bucket's start, so that what is left
//! of a fold is written in the same way.

use diesel::result::{Error, QueryResult};

use super::super::merge::{Key, Point, Rows};
use crate::shape::Shape;
use crate::sql::JournalEntry;

/// Appends an event.
pub(super) fn put(entry: &mut Vec<u8>, point: &Point<'_>) {
    put_integer(entry, point.owner);
    put_integer(entry, point.labels);
    put_integer(entry, point.timestamp);
    put_integer(entry, i64::from(point.levels));
    for measure in point.measures {
        put_integer(entry, *measure);
    }
}

/// Appends a row.
pub(super) fn put_row(entry: &mut Vec<u8>, shape: &Shape, key: Key, measures: &[i64]) {
    let [owner, interval, timestamp, labels] = key;
    let level = shape.intervals.iter().position(|known| *known == interval);
    let levels = 1 << level.expect("rows have the intervals of their table");
    put(
        entry,
        &Point {
            owner,
            labels,
            timestamp,
            levels,
            measures,
        },
    );
}

/// Reads the events of an entry.
pub(super) struct Reader<'e> {
    entry: &'e [u8],
    measures: Vec<i64>,
}

impl<'e> Reader<'e> {
    pub(super) fn new(entry: &'e [u8], shape: &Shape) -> Self {
        let measures = vec![0; shape.measures.len()];
        Self { entry, measures }
    }

    /// The next event, if there is one.
    pub(super) fn next(&mut self) -> Result<Option<Point<'_>>, Error> {
        if self.entry.is_empty() {
            return Ok(None);
        }
        let [owner, labels, timestamp, levels] = [
            take_integer(&mut self.entry)?,
            take_integer(&mut self.entry)?,
            take_integer(&mut self.entry)?,
            take_integer(&mut self.entry)?,
        ];
        for measure in &mut self.measures {
            *measure = take_integer(&mut self.entry)?;
        }
        Ok(Some(Point {
            owner,
            labels,
            timestamp,
            levels: u32::try_from(levels).map_err(|_| damaged())?,
            measures: &self.measures,
        }))
    }

    /// What has not been read.
    pub(super) fn rest(&self) -> &'e [u8] {
        self.entry
    }
}

/// Adds the events of an entry.
pub(super) fn merge_entry(rows: &mut Rows<'_>, entry: &JournalEntry) -> QueryResult<()> {
    let mut reader = Reader::new(&entry.entry, rows.shape);
    while let Some(point) = reader.next()? {
        let added = rows.add(&point);
        added.map_err(|_| {
            Error::DeserializationError("a sum in the journal exceeds 64 bits".into())
        })?;
    }
    Ok(())
}

fn put_integer(entry: &mut Vec<u8>, value: i64) {
    let mut left = (value << 1 ^ value >> 63).cast_unsigned();
    while left >= 0x80 {
        entry.push(left.to_le_bytes()[0] | 0x80);
        left >>= 7;
    }
    entry.push(left.to_le_bytes()[0]);
}

fn take_integer(entry: &mut &[u8]) -> Result<i64, Error> {
    let mut value = 0;
    for (index, byte) in entry.iter().take(10).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            *entry = &entry[index + 1..];
            return Ok((value >> 1).cast_signed() ^ -(value & 1).cast_signed());
        }
    }
    Err(damaged())
}

fn damaged() -> Error {
    Error::DeserializationError("an entry of the journal is damaged".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_size_come_back() {
        let numbers = [0, 1, -1, 63, 64, -64, -65, i64::MAX, i64::MIN];
        let mut entry = Vec::new();
        for number in numbers {
            put_integer(&mut entry, number);
        }
        let mut rest = entry.as_slice();
        for number in numbers {
            assert_eq!(take_integer(&mut rest).unwrap(), number);
        }
        assert!(rest.is_empty());
    }

    #[test]
    fn a_cut_off_number_is_an_error() {
        assert!(take_integer(&mut [0x80].as_slice()).is_err());
        assert!(take_integer(&mut [0xff; 11].as_slice()).is_err());
    }
}
