//! A directory that files are read from: plain files of its own only, whatever else lies there. It
//! knows nothing of what is in them.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::fs::{AtFlags, Dir, FileType, FlockOperation, Mode, OFlags, Stat};
use rustix::io::Errno;

/// The directory, held open: what is put in the place of its path later changes nothing.
#[derive(Debug)]
pub(super) struct Folder(OwnedFd);

/// What tells a file from one that was changed, or put in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    /// Its bytes.
    pub(super) bytes: u64,
    inode: u64,
    /// When it was written to last, in nanoseconds since 1970.
    changed: i128,
}

impl Stamp {
    fn of(stat: &Stat) -> Option<Self> {
        let is_plain = FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile;
        is_plain.then(|| Self {
            bytes: u64::try_from(stat.st_size).unwrap_or(0),
            inode: stat.st_ino,
            changed: i128::from(stat.st_mtime) * 1_000_000_000 + i128::from(stat.st_mtime_nsec),
        })
    }

    /// When it was written to last.
    pub(super) fn changed(&self) -> SystemTime {
        let nanos = u64::try_from(self.changed).unwrap_or(0);
        UNIX_EPOCH + Duration::from_nanos(nanos)
    }

    /// The same as text, for an entity tag.
    pub(super) fn tag(&self) -> String {
        format!("{:x}-{:x}-{:x}", self.inode, self.bytes, self.changed)
    }
}

impl Folder {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlags::DIRECTORY | OFlags::RDONLY | OFlags::CLOEXEC;
        Ok(Self(rustix::fs::open(path, flags, Mode::empty())?))
    }

    /// The names of all that lies there and can be said as text.
    pub(super) fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in Dir::read_from(&self.0)? {
            let name = entry?.file_name().to_str().map(str::to_owned);
            names.extend(name.ok());
        }
        Ok(names)
    }

    /// What a plain file of this name is like; `None` where there is none.
    pub(super) fn stamp(&self, name: &str) -> Option<Stamp> {
        let stat = rustix::fs::statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW);
        Stamp::of(&stat.ok()?)
    }

    /// Opens the plain file of this name; `None` where there is none. No link is followed, and no pipe
    /// waited for.
    pub(super) fn file(&self, name: &str) -> Option<(File, Stamp)> {
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::RDONLY | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&self.0, name, flags, Mode::empty()).ok()?;
        let stamp = Stamp::of(&rustix::fs::fstat(&file).ok()?)?;
        Some((file.into(), stamp))
    }

    /// All of a small file; `None` where there is none, or it has more than `most` bytes.
    pub(super) fn text(&self, name: &str, most: u64) -> Option<Vec<u8>> {
        let (file, stamp) = self.file(name).filter(|(_, stamp)| stamp.bytes <= most)?;
        let mut text = Vec::with_capacity(usize::try_from(stamp.bytes).ok()?);
        file.take(most).read_to_end(&mut text).ok()?;
        Some(text)
    }
}

/// Whether somebody holds a lock on the file, as who records does for as long as he writes to it.
pub(super) fn is_held(file: &File) -> bool {
    // Given back when the file is closed.
    let locked = rustix::fs::flock(file, FlockOperation::NonBlockingLockShared);
    locked == Err(Errno::WOULDBLOCK)
}
