//! The directory of recordings: files are made in it that nobody else can have prepared, and those
//! that were made may be removed. It knows nothing of what is in them.

use std::fs::{DirBuilder, File};
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::fs::{AtFlags, Dir, FileType, FlockOperation, Mode, OFlags};
use rustix::io::Errno;

use crate::recordings::RecordingName;

/// The most recordings that are begun in the same second under one name.
const MOST_ALIKE: usize = 1000;

/// By this a recording that is written to is known from others.
const LOCK: FlockOperation = FlockOperation::NonBlockingLockExclusive;

/// Why a directory does not do.
#[derive(Debug, thiserror::Error)]
pub enum BadPlace {
    /// It can't be made or opened.
    #[error(
        "cannot record into {path:?}: {reason}; give --record a directory that can be written to"
    )]
    Unusable {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// Somebody else could put files there, or take them away.
    #[error("cannot record into {0:?}: {1}; give --record a directory of your own, with mode 700")]
    Open(PathBuf, &'static str),
}

/// The directory, held open.
#[derive(Debug)]
pub(super) struct Place {
    directory: OwnedFd,
}

/// A recording that lies in the directory.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) name: RecordingName,
    /// With its summary, in bytes.
    pub(super) bytes: u64,
    /// When it was written to last.
    pub(super) changed: SystemTime,
}

impl Place {
    /// Opens a directory, which is made where it is missing, with mode 0700. It has to be ours, and
    /// closed to others who would write (requirement R30).
    pub(super) fn open(path: &Path) -> Result<Self, BadPlace> {
        let unusable = |reason: io::Error| BadPlace::Unusable {
            path: path.to_owned(),
            reason,
        };
        let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
        let flags = OFlags::DIRECTORY | OFlags::RDONLY | OFlags::CLOEXEC;
        let directory = rustix::fs::open(path, flags, Mode::empty());
        // Why it could not be made says more.
        let directory = directory.map_err(|error| unusable(made.err().unwrap_or(error.into())))?;
        let stat = rustix::fs::fstat(&directory).map_err(|error| unusable(error.into()))?;
        if stat.st_uid != rustix::process::geteuid().as_raw() {
            return Err(BadPlace::Open(
                path.to_owned(),
                "it belongs to another user",
            ));
        }
        if Mode::from_raw_mode(stat.st_mode).intersects(Mode::WGRP | Mode::WOTH) {
            return Err(BadPlace::Open(path.to_owned(), "others may write into it"));
        }
        let writable = rustix::fs::accessat(
            &directory,
            ".",
            rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK,
            AtFlags::empty(),
        );
        writable.map_err(|error| unusable(error.into()))?;
        Ok(Self { directory })
    }

    /// Makes a recording's file, with mode 0600, and locks it for as long as it is written to: by that
    /// others tell it from one that is finished. Where the name is taken it gets a number.
    pub(super) fn create(&self, name: RecordingName) -> io::Result<(RecordingName, File)> {
        let numbered = (2..MOST_ALIKE).map(|number| name.numbered(number));
        for name in std::iter::once(name.clone()).chain(numbered) {
            match self.create_file(&name.file()) {
                Ok(file) => match rustix::fs::flock(&file, LOCK) {
                    // Who looks for what may be removed can have been quicker.
                    Ok(()) if rustix::fs::fstat(&file)?.st_nlink == 0 => {}
                    Ok(()) => return Ok((name, file)),
                    Err(Errno::WOULDBLOCK) => {}
                    Err(error) => return Err(error.into()),
                },
                Err(Errno::EXIST) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Errno::EXIST.into())
    }

    fn create_file(&self, name: &str) -> Result<File, Errno> {
        let flags =
            OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::RDWR | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&self.directory, name, flags, Mode::RUSR | Mode::WUSR)?;
        Ok(file.into())
    }

    /// Writes a recording's summary; what was there is replaced as a whole.
    pub(super) fn write_summary(&self, name: &RecordingName, text: &str) -> io::Result<()> {
        let (file, draft) = (name.summary_file(), format!(".{name}.draft"));
        // One that a crash left.
        let _ = self.unlink(&draft);
        let mut written = self.create_file(&draft).map_err(io::Error::from)?;
        let done = written.write_all(text.as_bytes()).and_then(|()| {
            Ok(rustix::fs::renameat(
                &self.directory,
                &draft,
                &self.directory,
                &file,
            )?)
        });
        if done.is_err() {
            let _ = self.unlink(&draft);
        }
        done
    }

    /// All recordings there, the oldest first.
    pub(super) fn list(&self) -> io::Result<Vec<Found>> {
        let mut found = Vec::new();
        for entry in Dir::read_from(&self.directory)? {
            let entry = entry?;
            let name = entry.file_name().to_str().ok();
            let Some(name) = name.and_then(RecordingName::of_file) else {
                continue;
            };
            let Some((bytes, changed)) = self.measure(&name.file())? else {
                continue;
            };
            let summary = self.measure(&name.summary_file())?;
            let bytes = bytes + summary.map_or(0, |(bytes, _)| bytes);
            found.push(Found {
                name,
                bytes,
                changed,
            });
        }
        found.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(found)
    }

    /// Size and time of a plain file; `None` where there is none.
    fn measure(&self, name: &str) -> io::Result<Option<(u64, SystemTime)>> {
        match rustix::fs::statat(&self.directory, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) if FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile => {
                let seconds = u64::try_from(stat.st_mtime).unwrap_or(0);
                let bytes = u64::try_from(stat.st_size).unwrap_or(0);
                Ok(Some((bytes, UNIX_EPOCH + Duration::from_secs(seconds))))
            }
            Ok(_) | Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes a recording, unless it is still written to by somebody; whether it did.
    pub(super) fn remove(&self, name: &RecordingName) -> io::Result<Removal> {
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::RDONLY | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&self.directory, name.file(), flags, Mode::empty())?;
        match rustix::fs::flock(&file, LOCK) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => return Ok(Removal::InUse),
            Err(error) => return Err(error.into()),
        }
        self.discard(name)?;
        Ok(Removal::Done)
    }

    /// Removes a recording of one's own.
    pub(super) fn discard(&self, name: &RecordingName) -> io::Result<()> {
        self.unlink(&name.file())?;
        match self.unlink(&name.summary_file()) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn unlink(&self, name: &str) -> Result<(), Errno> {
        rustix::fs::unlinkat(&self.directory, name, AtFlags::empty())
    }
}

/// What became of a recording that was to be removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Removal {
    /// It is gone.
    Done,
    /// It is still written to.
    InUse,
}
