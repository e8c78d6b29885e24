//! A directory that only we can read and write, and one file at a time in it. It knows not what the
//! files hold, but that it is secret.

use std::fs::{DirBuilder, File};
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, FileType, FlockOperation, Mode, OFlags, Stat};
use rustix::io::Errno;
use zeroize::Zeroizing;

use super::error::OwnError;

/// The most bytes of a file.
const MAX_FILE: u64 = 64 * 1024;

/// The directory, locked: whoever else opens it waits.
#[derive(Debug)]
pub(super) struct Place {
    directory: OwnedFd,
    path: PathBuf,
}

impl Place {
    /// Opens a directory, which is made where it is missing, with mode 0700.
    pub(super) fn open(path: &Path) -> Result<Self, OwnError> {
        let failed = |reason| OwnError::Unkept {
            path: path.to_owned(),
            reason,
        };
        let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
        let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::RDONLY | OFlags::CLOEXEC;
        let directory = match rustix::fs::open(path, flags, Mode::empty()) {
            Ok(directory) => directory,
            Err(Errno::LOOP | Errno::NOTDIR) => return Err(OwnError::NotPlain(path.to_owned())),
            // Why it could not be made says more.
            Err(error) => return Err(failed(made.err().unwrap_or(error.into()))),
        };
        let stat = rustix::fs::fstat(&directory).map_err(|error| failed(error.into()))?;
        if !is_ours(&stat) {
            return Err(OwnError::NotOurs(path.to_owned()));
        }
        let tightened = rustix::fs::fchmod(&directory, Mode::RWXU);
        tightened.map_err(|error| failed(error.into()))?;
        let locked = rustix::fs::flock(&directory, FlockOperation::LockExclusive);
        locked.map_err(|error| failed(error.into()))?;
        Ok(Self {
            directory,
            path: path.to_owned(),
        })
    }

    /// Reads a file; `None` where there is none, or one that others could read.
    pub(super) fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, OwnError> {
        let path = self.path.join(name);
        let failed = |reason| OwnError::Unkept {
            path: path.clone(),
            reason,
        };
        // Nothing to wait for, should it be a pipe.
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::RDONLY | OFlags::CLOEXEC;
        let file = match rustix::fs::openat(&self.directory, name, flags, Mode::empty()) {
            Ok(file) => file,
            Err(Errno::NOENT) => return Ok(None),
            Err(Errno::LOOP) => return Err(OwnError::NotPlain(path)),
            Err(error) => return Err(failed(error.into())),
        };
        let stat = rustix::fs::fstat(&file).map_err(|error| failed(error.into()))?;
        if !is_ours(&stat) {
            return Err(OwnError::NotOurs(path));
        }
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            return Err(OwnError::NotPlain(path));
        }
        if stat.st_mode & 0o077 != 0 {
            return Ok(None);
        }
        let mut bytes = Zeroizing::default();
        let read = File::from(file).take(MAX_FILE).read_to_end(&mut bytes);
        read.map_err(failed)?;
        Ok(Some(bytes))
    }

    /// Writes a file as a whole, with mode 0600; one that was there is replaced.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), OwnError> {
        let draft = format!(".{name}.{:016x}", rand::random::<u64>());
        let written = self.draft(&draft, bytes).and_then(|()| {
            rustix::fs::renameat(&self.directory, &draft, &self.directory, name)
                .map_err(io::Error::from)
        });
        written.map_err(|reason| {
            // What was not finished is of no use; it may not even be there.
            let _ = rustix::fs::unlinkat(&self.directory, &draft, AtFlags::empty());
            OwnError::Unkept {
                path: self.path.join(name),
                reason,
            }
        })
    }

    fn draft(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let flags =
            OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::WRONLY | OFlags::CLOEXEC;
        let mode = Mode::RUSR | Mode::WUSR;
        let mut file = File::from(rustix::fs::openat(&self.directory, name, flags, mode)?);
        file.write_all(bytes)?;
        file.sync_all()
    }
}

fn is_ours(stat: &Stat) -> bool {
    stat.st_uid == rustix::process::geteuid().as_raw()
}
