//! A file or directory that something is allowed for, held open so that it stays the one that was
//! named. It knows nothing of what is allowed.

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use landlock::{AccessFs, BitFlags, make_bitflags};
use rustix::fs::Access;

use super::error::SandboxError;

/// What may be done with a file that is no directory.
const FILE: BitFlags<AccessFs> =
    make_bitflags!(AccessFs::{Execute | ReadFile | WriteFile | Truncate | IoctlDev});

/// A file or directory.
#[derive(Debug)]
pub(super) struct Place {
    /// Where it is, links followed.
    pub(super) path: PathBuf,
    /// Which one it is.
    pub(super) identity: Identity,
    is_directory: bool,
    owner: u32,
    file: File,
}

/// A file by its file system and its number there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity(u64, u64);

/// What places are named for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// `--allow-exec`
    Execute,
    /// `--allow-read`
    Read,
    /// `--allow-write`
    Write,
}

impl Purpose {
    /// The option.
    pub(super) fn option(self) -> &'static str {
        match self {
            Self::Execute => "--allow-exec",
            Self::Read => "--allow-read",
            Self::Write => "--allow-write",
        }
    }
}

impl Place {
    /// Opens all that an option names.
    pub(super) fn all(purpose: Purpose, paths: &[PathBuf]) -> Result<Vec<Self>, SandboxError> {
        let open = |path: &PathBuf| {
            Self::open(path).map_err(|reason| SandboxError::Path {
                option: purpose.option(),
                path: path.clone(),
                remedy: match reason.kind() {
                    io::ErrorKind::NotFound => remedy(path, purpose),
                    _ => String::new(),
                },
                reason,
            })
        };
        paths.iter().map(open).collect()
    }

    /// Opens one, following links.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let path = path.canonicalize()?;
        let flags = rustix::fs::OFlags::PATH.bits().cast_signed();
        let file = OpenOptions::new()
            .read(true)
            .custom_flags(flags)
            .open(&path)?;
        let about = file.metadata()?;
        Ok(Self {
            identity: Identity::of(&about),
            is_directory: about.is_dir(),
            owner: about.uid(),
            path,
            file,
        })
    }

    pub(super) fn fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }

    /// What can be allowed there.
    pub(super) fn possible(&self) -> BitFlags<AccessFs> {
        match self.is_directory {
            true => BitFlags::all(),
            false => FILE,
        }
    }

    /// Whether this user may write to it, or may let himself.
    pub(super) fn is_writable(&self) -> bool {
        let is_own = self.owner == rustix::process::geteuid().as_raw();
        is_own || rustix::fs::access(&self.path, Access::WRITE_OK).is_ok()
    }
}

impl Identity {
    fn of(about: &Metadata) -> Self {
        Self(about.dev(), about.ino())
    }
}

/// Which one is there.
pub(super) fn identity(path: &Path) -> Option<Identity> {
    Some(Identity::of(&std::fs::metadata(path).ok()?))
}

/// Who types a program's name alone means the one that a shell would find.
fn remedy(path: &Path, purpose: Purpose) -> String {
    let whole = "; give the path of something that is there".to_owned();
    if purpose != Purpose::Execute || path.as_os_str().as_bytes().contains(&b'/') {
        return whole;
    }
    let dirs = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&dirs)
        .map(|dir| dir.join(path))
        .find(|file| file.is_file());
    found.map_or(whole, |file| format!("; give the whole path, {file:?}"))
}
