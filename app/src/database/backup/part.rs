//! A copy that is being made.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::{BackupError, beside, of_file};

/// A file that is not finished. It goes when nothing comes of it.
pub(super) struct Part(PathBuf);

impl Part {
    /// In the same folder, so that it can be renamed.
    pub(super) fn beside(file: &Path) -> Result<Self, BackupError> {
        let part = beside(file, &format!(".part-{}", std::process::id()));
        match fs::remove_file(&part) {
            Err(reason) if reason.kind() != ErrorKind::NotFound => Err(of_file(&part)(reason)),
            _ => Ok(Self(part)),
        }
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Fills it with what a file holds. It has the permissions of a new file: those of a copy may forbid writing.
    pub(super) fn fill(&self, from: &Path) -> Result<(), BackupError> {
        let mut source = File::open(from).map_err(of_file(from))?;
        let mut part = File::create_new(&self.0).map_err(of_file(&self.0))?;
        io::copy(&mut source, &mut part).map_err(of_file(&self.0))?;
        Ok(())
    }

    /// Takes its name, once it is on the disk.
    pub(super) fn become_file(self, file: &Path) -> Result<(), BackupError> {
        let written = File::open(&self.0).and_then(|part| part.sync_all());
        written.map_err(of_file(&self.0))?;
        fs::rename(&self.0, file).map_err(of_file(file))?;
        sync_folder(file).map_err(of_file(file))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // Once renamed, there is nothing left.
        drop(fs::remove_file(&self.0));
    }
}

/// A name is on the disk when its folder is.
fn sync_folder(file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|folder| *folder != Path::new(""));
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}
