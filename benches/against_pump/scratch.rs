//! A directory for what the bench writes, gone when the bench ends. It knows nothing of the files.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// A directory of the bench's own. Dropping it deletes it.
#[derive(Debug)]
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    /// Makes the directory.
    pub(crate) fn new() -> Result<Self> {
        let name = format!("against-pump-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self(path))
    }

    /// Where a file of this name is, or will be.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Writes a file that repeats a text.
    pub(crate) fn write(&self, name: &str, text: &str, times: usize) -> Result<PathBuf> {
        let path = self.path(name);
        let write = |path: &Path| {
            let mut file = File::create(path)?;
            (0..times).try_for_each(|_| file.write_all(text.as_bytes()))
        };
        write(&path).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left behind is in the system's temporary directory, and is deleted with it.
        let _ = fs::remove_dir_all(&self.0);
    }
}
