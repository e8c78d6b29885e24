//! The program to run: what it is, what it finds around it, and why it was not started. It knows
//! nothing of what it is connected to.

use std::ffi::OsString;
use std::io;
use std::os::fd::BorrowedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::Access;
use rustix::io::Errno;

use super::child::Fence;
use super::sandbox::Sandbox;

/// The prefix of webterm's own environment variables, which no program it starts may see.
const OWN_VARIABLES: &str = "WEBTERM_";

/// What describes the terminal that webterm itself was started in, and would be false in the new
/// one: its size, its emulator, and the multiplexer around it (tmux and screen refuse to start
/// where they believe to be inside themselves).
const OUTER_TERMINAL: [&str; 24] = [
    "ALACRITTY_WINDOW_ID",
    "COLORFGBG",
    "COLUMNS",
    "INSIDE_EMACS",
    "ITERM_PROFILE",
    "ITERM_SESSION_ID",
    "KITTY_PID",
    "KITTY_WINDOW_ID",
    "KONSOLE_VERSION",
    "LC_TERMINAL",
    "LINES",
    "STY",
    "TERMCAP",
    "TERM_PROGRAM",
    "TERM_PROGRAM_VERSION",
    "TERM_SESSION_ID",
    "TMUX",
    "TMUX_PANE",
    "VTE_VERSION",
    "WEZTERM_PANE",
    "WINDOW",
    "WINDOWID",
    "WT_SESSION",
    "ZELLIJ",
];

/// A program, its arguments, and what it finds around it.
#[derive(Debug, Clone)]
pub struct Program {
    /// The program, looked up in `PATH` where it holds no slash.
    pub name: OsString,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// `TERM`: the terminfo name of the terminal.
    pub term: String,
    /// Where it starts; webterm's own directory where there is none.
    pub cwd: Option<PathBuf>,
    /// Variables set besides the inherited ones.
    pub env: Vec<(OsString, OsString)>,
    /// What holds it and all that it starts, if anything does.
    pub sandbox: Option<Arc<Sandbox>>,
}

/// Why a program was not started.
#[derive(Debug, thiserror::Error)]
pub enum SpawnError {
    /// The directory to start it in is missing or can't be entered.
    #[error(
        "cannot start in directory {dir:?}: {reason}; give --cwd one that exists and may be entered"
    )]
    Directory {
        /// The directory.
        dir: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// There is no such program.
    #[error("cannot find the command {0:?}; check its spelling, or give its whole path")]
    NotFound(String),
    /// It is there, but can't be run.
    #[error("cannot run the command {name:?}: {reason}; give the path of an executable program")]
    NotExecutable {
        /// The program.
        name: String,
        /// What the system said.
        reason: io::Error,
    },
    /// No pseudo-terminal is to be had.
    #[error("cannot open a pseudo-terminal; is /dev/pts mounted, and are there any left?")]
    Terminal(#[source] io::Error),
    /// The system has nothing left for another process.
    #[error("cannot start another process: {0}; are the limits on processes and open files met?")]
    System(io::Error),
}

impl Program {
    /// The names of the inherited variables that it is not to see.
    pub(crate) fn hidden_variables() -> impl Iterator<Item = OsString> {
        let names = std::env::vars_os().map(|(name, _)| name);
        names.filter(|name| {
            let outer = OUTER_TERMINAL.iter().any(|outer| name == outer);
            outer || name.as_bytes().starts_with(OWN_VARIABLES.as_bytes())
        })
    }

    /// The directory that it starts in, as `PWD` tells it, where one is given.
    pub(crate) fn absolute_directory(&self) -> Option<PathBuf> {
        let dir = self.cwd.as_ref()?;
        Some(std::path::absolute(dir).unwrap_or_else(|_| dir.clone()))
    }

    /// A bad directory and a bad program give the same error at the spawn, so the directory is looked
    /// at first.
    pub(crate) fn check_directory(&self) -> Result<(), SpawnError> {
        let Some(dir) = &self.cwd else {
            return Ok(());
        };
        let entered = std::fs::metadata(dir).and_then(|meta| {
            if !meta.is_dir() {
                return Err(io::ErrorKind::NotADirectory.into());
            }
            Ok(rustix::fs::access(dir, Access::EXEC_OK)?)
        });
        entered.map_err(|reason| SpawnError::Directory {
            dir: dir.to_owned(),
            reason,
        })
    }

    /// Looks whether it can be started, as far as that shows without doing it.
    pub fn check(&self) -> Result<(), SpawnError> {
        self.check_directory()?;
        let found = self.find().map(|_| ());
        found.map_err(|reason| self.not_started(reason))
    }

    /// The file that is run.
    pub(super) fn find(&self) -> io::Result<PathBuf> {
        let name = Path::new(&self.name);
        let is_path = self.name.as_bytes().contains(&b'/');
        if is_path {
            let from = self.cwd.as_deref().unwrap_or(Path::new(""));
            return executable(from.join(name));
        }
        let set = self.env.iter().rev().find(|(key, _)| key == "PATH");
        let dirs = set.map(|(_, value)| value.clone());
        let dirs = dirs
            .or_else(|| std::env::var_os("PATH"))
            .unwrap_or_default();
        let mut found = Err(io::ErrorKind::NotFound.into());
        for dir in std::env::split_paths(&dirs) {
            match executable(dir.join(name)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                other => found = found.or(other),
            }
        }
        found
    }

    /// What is to hold it, where it has this terminal.
    pub(crate) fn fence(
        &self,
        terminal: Option<BorrowedFd<'_>>,
    ) -> Result<Option<Fence>, SpawnError> {
        let fence = self.sandbox.as_ref().map(|sandbox| sandbox.fence(terminal));
        fence.transpose().map_err(SpawnError::System)
    }

    /// Why it was not started, when the system said `error`.
    pub(crate) fn not_started(&self, error: io::Error) -> SpawnError {
        let name = self.name.to_string_lossy().into_owned();
        if Errno::from_io_error(&error).is_some_and(is_shortage) {
            return SpawnError::System(error);
        }
        let there = Path::new(&self.name).exists() && name.contains('/');
        if error.kind() == io::ErrorKind::NotFound && !there {
            return SpawnError::NotFound(name);
        }
        let reason = match error.kind() {
            // The kernel says of a script whose interpreter is missing that the script is.
            io::ErrorKind::NotFound => {
                io::Error::other("the interpreter in its first line is missing")
            }
            _ => error,
        };
        SpawnError::NotExecutable { name, reason }
    }
}

fn executable(path: PathBuf) -> io::Result<PathBuf> {
    if std::fs::metadata(&path)?.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    rustix::fs::access(&path, Access::EXEC_OK)?;
    Ok(path)
}

fn is_shortage(errno: Errno) -> bool {
    [Errno::AGAIN, Errno::NOMEM, Errno::MFILE, Errno::NFILE].contains(&errno)
}
