//! Database files of both sides, empty or full, in a folder that goes away with the run.

use std::fs;
use std::path::{Path, PathBuf};

use metrics_runtime::chrono::Utc;
use tempfile::TempDir;

use crate::by_hand::database;
use crate::fill::{self, fill};
use crate::ours;

/// A database file for either side.
pub(crate) struct Files {
    folder: TempDir,
}

impl Files {
    /// Files with the tables, and nothing in them.
    pub(crate) fn empty() -> Self {
        let files = Self {
            folder: tempfile::tempdir().expect("a folder"),
        };
        ours::create(&files.ours());
        database::create(&files.by_hand());
        files
    }

    /// Files with `rows` rows each.
    pub(crate) fn filled(rows: u32) -> Self {
        let files = Self::empty();
        let now = Utc::now().timestamp();
        fill(&files.ours(), &fill::OURS, rows, now);
        fill(&files.by_hand(), &fill::BY_HAND, rows, now);
        files
    }

    /// The same, to be written to. Nobody may have these open.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self {
            folder: tempfile::tempdir().expect("a folder"),
        };
        for (from, to) in [(self.ours(), copy.ours()), (self.by_hand(), copy.by_hand())] {
            fs::copy(from, to).expect("there is room");
        }
        copy
    }

    /// A copy of one of the files, in a folder of its own.
    pub(crate) fn copy_of(file: &Path) -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let copy = folder.path().join("copy.db");
        fs::copy(file, &copy).expect("there is room");
        (folder, copy)
    }

    pub(crate) fn ours(&self) -> PathBuf {
        self.folder.path().join("ours.db")
    }

    pub(crate) fn by_hand(&self) -> PathBuf {
        self.folder.path().join("by_hand.db")
    }
}
