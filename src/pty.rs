//! A program on a pseudo-terminal, as a [`Backend`]. It knows nothing of sessions and viewers.

mod child;
mod foreground;
mod leader;
mod process;
mod reader;
mod task;
mod writer;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::Access;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use crate::backend::{self, Backend};
use crate::size::TermSize;

use child::TerminalError;
use foreground::Foreground;
use leader::Leader;
use reader::Reader;
use task::PtyTask;
use writer::Writer;

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
    Terminal(#[from] TerminalError),
}

/// Starts `program` as the leader of its own session on its own terminal of the given size.
///
/// What it prints is read on the runtime `readers`, which should have a single thread for all
/// programs: where several threads wait on one poll, each piece that the kernel hands out while one
/// of them reads wakes another for nothing, and a flood is a quarter slower.
///
/// The parent-death signal is tied to the calling thread, so call this from one that lives as long
/// as the process, and within the runtime that is to do the rest.
pub fn spawn(program: &Program, size: TermSize, readers: &Handle) -> Result<Backend, SpawnError> {
    if let Some(dir) = &program.cwd {
        check_directory(dir)?;
    }
    let (master, slave) = child::open_terminal(size)?;
    let writer = Writer::new(child::register_to_write(&master)?);
    let terminal = {
        let _on_readers = readers.enter();
        child::register_to_read(master)?
    };
    let child = child::prepare(command(program))
        .spawn(slave)
        .map_err(|error| spawn_error(program, error))?;
    let leader = Leader::of(&child);
    let (mut backend, feed) = backend::pair();
    backend.locator = Arc::new(Foreground::new(writer.terminal(), leader));
    let (ended, has_ended) = oneshot::channel();
    let task = PtyTask {
        writer,
        leader,
        child,
        input: feed.input,
        requests: feed.requests,
        ended,
        reading: readers.spawn(Reader::new(terminal, feed.output).run(has_ended)),
        exit: feed.exit,
    };
    tokio::spawn(task.run());
    Ok(backend)
}

/// Looks whether `program` can be started, as far as that shows without doing it.
pub fn check(program: &Program) -> Result<(), SpawnError> {
    if let Some(dir) = &program.cwd {
        check_directory(dir)?;
    }
    let refused = |reason: io::Error| spawn_error(program, reason.into());
    let name = Path::new(&program.name);
    let is_path = program.name.as_encoded_bytes().contains(&b'/');
    if is_path {
        let from = program.cwd.as_deref().unwrap_or(Path::new(""));
        return executable(&from.join(name)).map_err(refused);
    }
    let set = program.env.iter().rev().find(|(key, _)| key == "PATH");
    let dirs = set.map(|(_, value)| value.clone());
    let dirs = dirs
        .or_else(|| std::env::var_os("PATH"))
        .unwrap_or_default();
    let mut found = Err(io::ErrorKind::NotFound.into());
    for dir in std::env::split_paths(&dirs) {
        match executable(&dir.join(name)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            other => found = found.or(other),
        }
    }
    found.map_err(refused)
}

fn executable(path: &Path) -> io::Result<()> {
    if std::fs::metadata(path)?.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    Ok(rustix::fs::access(path, Access::EXEC_OK)?)
}

fn command(program: &Program) -> pty_process::Command {
    let mut command = pty_process::Command::new(&program.name).args(&program.args);
    for (key, _) in std::env::vars_os() {
        let outer = OUTER_TERMINAL.iter().any(|name| key == *name);
        if outer || key.as_encoded_bytes().starts_with(OWN_VARIABLES.as_bytes()) {
            command = command.env_remove(key);
        }
    }
    command = command
        .env("TERM", &program.term)
        .env("COLORTERM", "truecolor");
    if let Some(dir) = &program.cwd {
        let absolute = std::path::absolute(dir).unwrap_or_else(|_| dir.clone());
        command = command.current_dir(dir).env("PWD", absolute);
    }
    command.envs(program.env.iter().map(|(key, value)| (key, value)))
}

/// A bad directory and a bad program give the same error at the spawn, so the directory goes first.
fn check_directory(dir: &Path) -> Result<(), SpawnError> {
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

fn spawn_error(program: &Program, error: pty_process::Error) -> SpawnError {
    let name = program.name.to_string_lossy().into_owned();
    let error = TerminalError::from(error).into_io();
    let there = Path::new(&program.name).exists() && name.contains('/');
    if error.kind() == io::ErrorKind::NotFound && !there {
        return SpawnError::NotFound(name);
    }
    let reason = match error.kind() {
        // The kernel says of a script whose interpreter is missing that the script is.
        io::ErrorKind::NotFound => io::Error::other("the interpreter in its first line is missing"),
        _ => error,
    };
    SpawnError::NotExecutable { name, reason }
}
