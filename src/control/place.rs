//! The directory of the control sockets: private to the user, and held open, so that nobody can put
//! another in its place. It knows nothing of what is said on a socket.

use std::ffi::OsString;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

use crate::directories::{self, NAME};

/// A directory for control sockets that is ours alone.
#[derive(Debug)]
pub struct Place {
    path: PathBuf,
    dir: OwnedFd,
}

/// A socket's file, to be told from another of the same name.
pub(super) type Identity = (u64, u64);

/// What is in the place of a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing.
    Nothing,
    /// A socket of ours.
    Socket(Identity),
    /// Something else, or somebody else's.
    Foreign,
}

/// Where the directory may be, the best first: `XDG_RUNTIME_DIR`, which the system empties at
/// logout, else the state directory. Both are looked through, for the host may not have the variable
/// that webterm was started with.
pub(super) fn candidates(variable: impl Fn(&str) -> Option<OsString>) -> Vec<PathBuf> {
    [
        directories::runtime(&variable),
        // What else is kept there may be for others to read.
        directories::state(&variable).map(|dir| dir.join("control")),
    ]
    .into_iter()
    .flatten()
    .collect()
}

impl Place {
    /// The best place that can be had; it is made where it is not there.
    pub fn make() -> io::Result<Self> {
        Self::make_one_of(&candidates(|name| std::env::var_os(name)))
    }

    pub(super) fn make_one_of(candidates: &[PathBuf]) -> io::Result<Self> {
        let mut failure = None;
        for path in candidates {
            match Self::make_at(path) {
                Ok(place) => return Ok(place),
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        let none = || io::Error::other("neither XDG_RUNTIME_DIR nor HOME names a directory");
        Err(failure.unwrap_or_else(none))
    }

    /// All places that are there and ours.
    pub fn existing() -> Vec<Self> {
        let candidates = candidates(|name| std::env::var_os(name));
        candidates
            .iter()
            .filter_map(|path| Self::open(path).ok())
            .collect()
    }

    fn make_at(path: &Path) -> io::Result<Self> {
        let named =
            |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
        if let Some(parent) = path.parent().filter(|parent| parent.ends_with(NAME)) {
            std::fs::create_dir_all(parent).map_err(named)?;
        }
        match rustix::fs::mkdir(path, Mode::RWXU) {
            // An odd umask may have taken bits that we need.
            Ok(()) => rustix::fs::chmodat(CWD, path, Mode::RWXU, AtFlags::empty())
                .map_err(|e| named(e.into()))?,
            Err(Errno::EXIST) => {}
            Err(error) => return Err(named(error.into())),
        }
        Self::open(path).map_err(named)
    }

    /// Opens a directory, if it is one, no link, ours, and closed to all others.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::RDONLY | OFlags::CLOEXEC;
        let dir = rustix::fs::open(path, flags, Mode::empty()).map_err(|error| match error {
            Errno::LOOP | Errno::NOTDIR => io::Error::other("it is no directory, or a link to one"),
            error => error.into(),
        })?;
        let stat = rustix::fs::fstat(&dir)?;
        if stat.st_uid != rustix::process::geteuid().as_raw() {
            return Err(io::Error::other("it belongs to another user"));
        }
        if Mode::from_raw_mode(stat.st_mode).intersects(Mode::RWXG | Mode::RWXO) {
            return Err(io::Error::other("others may enter it; chmod 700 helps"));
        }
        let path = path.to_owned();
        Ok(Self { path, dir })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The address of a socket in it: through the directory that was checked, whatever is at its
    /// path by now, and short enough however long that is.
    pub(super) fn address(&self, name: &str) -> PathBuf {
        PathBuf::from(format!("/proc/self/fd/{}/{name}", self.dir.as_raw_fd()))
    }

    /// The processes by which its files are named.
    pub(super) fn processes(&self) -> Vec<u32> {
        let entries = std::fs::read_dir(self.address(".")).into_iter().flatten();
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut processes: Vec<u32> = names.filter_map(|name| process_of(&name)).collect();
        processes.sort_unstable();
        processes
    }

    /// What goes by a name.
    pub(super) fn look(&self, name: &str) -> Found {
        match rustix::fs::statat(&self.dir, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) if is_our_socket(&stat) => Found::Socket((stat.st_dev, stat.st_ino)),
            Err(Errno::NOENT) => Found::Nothing,
            Ok(_) | Err(_) => Found::Foreign,
        }
    }

    /// Closes a socket's file to others.
    pub(super) fn protect(&self, name: &str) -> io::Result<()> {
        let mode = Mode::RUSR | Mode::WUSR;
        Ok(rustix::fs::chmodat(
            &self.dir,
            name,
            mode,
            AtFlags::empty(),
        )?)
    }

    /// Removes a socket, if it is still this one: what else has come into its place stays.
    pub(super) fn remove(&self, name: &str, socket: Identity) {
        if self.look(name) == Found::Socket(socket) {
            // Where it can't be removed, the next webterm tries again.
            let _ = rustix::fs::unlinkat(&self.dir, name, AtFlags::empty());
        }
    }
}

fn is_our_socket(stat: &Stat) -> bool {
    FileType::from_raw_mode(stat.st_mode) == FileType::Socket
        && stat.st_uid == rustix::process::geteuid().as_raw()
}

/// What the socket of a process is called.
pub(super) fn name_of(process: u32) -> String {
    format!("{process}.sock")
}

fn process_of(name: &str) -> Option<u32> {
    let process = name.strip_suffix(".sock")?.parse().ok()?;
    (name_of(process) == name).then_some(process)
}
