//! The file: opened, unzipped, and counted as it is read.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context as _;
use clap::ValueEnum;
use flate2::bufread::MultiGzDecoder;

use crate::cli::arguments::Usage;

/// What every gzipped file begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Bytes that are read at once.
const BUFFER: usize = 128 * 1024;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Values with commas between them, and a line of column names first
    Csv,
    /// A flat JSON object on each line
    Ndjson,
}

impl Format {
    /// What was said, or else what the name ends with.
    pub(super) fn of(given: Option<Self>, file: &Path) -> Result<Self, Usage> {
        let name = file.to_string_lossy();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        let ending = Path::new(name).extension().and_then(OsStr::to_str);
        let by_name = match ending {
            Some("csv") => Some(Self::Csv),
            Some("ndjson" | "jsonl") => Some(Self::Ndjson),
            _ => None,
        };
        given.or(by_name).ok_or_else(|| {
            Usage(format!(
                "--format: the name {:?} does not tell what the file holds: say csv or ndjson",
                file.display().to_string()
            ))
        })
    }
}

/// A file to be read, `-` for standard input.
pub(in crate::cli) struct Input {
    pub(in crate::cli) reader: Box<dyn BufRead>,
    /// How many bytes of the file have been read, before unzipping.
    pub(super) read: Arc<AtomicU64>,
    /// How many there are, if that is known.
    pub(super) size: Option<u64>,
}

impl Input {
    pub(in crate::cli) fn open(path: &Path) -> anyhow::Result<Self> {
        let unreadable = || format!("FILE: {} cannot be read", path.display());
        if path == Path::new("-") {
            return Self::new(io::stdin(), None).with_context(unreadable);
        }
        let file = File::open(path).with_context(unreadable)?;
        let metadata = file.metadata().with_context(unreadable)?;
        // Pipes and devices have no size.
        let size = metadata.is_file().then_some(metadata.len());
        Self::new(file, size).with_context(unreadable)
    }

    fn new(reader: impl Read + 'static, size: Option<u64>) -> io::Result<Self> {
        let read = Arc::new(AtomicU64::new(0));
        let counted = Counted {
            reader,
            read: Arc::clone(&read),
        };
        Ok(Self {
            reader: unzipped(counted)?,
            read,
            size,
        })
    }
}

/// Unzips what begins like a gzipped file, whatever it is called.
fn unzipped(mut reader: impl Read + 'static) -> io::Result<Box<dyn BufRead>> {
    let mut start = Vec::new();
    reader.by_ref().take(2).read_to_end(&mut start)?;
    let zipped = start == GZIP;
    let whole = BufReader::with_capacity(BUFFER, Cursor::new(start).chain(reader));
    if zipped {
        let unzipped = MultiGzDecoder::new(whole);
        return Ok(Box::new(BufReader::with_capacity(BUFFER, unzipped)));
    }
    Ok(Box::new(whole))
}

struct Counted<R> {
    reader: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        let bytes = u64::try_from(count).unwrap_or(0);
        self.read.fetch_add(bytes, Ordering::Relaxed);
        Ok(count)
    }
}
