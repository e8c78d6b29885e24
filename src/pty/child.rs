//! What takes `unsafe`: opening the pseudo-terminal, and having the child set itself free. It knows
//! nothing of what is run.
#![allow(unsafe_code)]

use std::io;
use std::os::fd::{AsFd, OwnedFd};

use pty_process::{Command, Pts, Pty};
use rustix::fs::Mode;
use rustix::pty::OpenptFlags;
use rustix::termios::{InputModes, OptionalActions};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use crate::process::{self, Fence, SpawnError};
use crate::size::TermSize;

use super::writer::winsize;

/// What the system said of a pseudo-terminal, however it is told.
#[derive(Debug)]
pub(super) struct TerminalError(io::Error);

impl TerminalError {
    /// What the system said.
    pub(super) fn into_io(self) -> io::Error {
        self.0
    }
}

impl From<TerminalError> for SpawnError {
    fn from(error: TerminalError) -> Self {
        Self::Terminal(error.0)
    }
}

impl From<pty_process::Error> for TerminalError {
    fn from(error: pty_process::Error) -> Self {
        Self(match error {
            pty_process::Error::Io(error) => error,
            pty_process::Error::Rustix(errno) => errno.into(),
            other => io::Error::other(other.to_string()),
        })
    }
}

impl From<io::Error> for TerminalError {
    fn from(error: io::Error) -> Self {
        Self(error)
    }
}

impl From<rustix::io::Errno> for TerminalError {
    fn from(errno: rustix::io::Errno) -> Self {
        Self(errno.into())
    }
}

/// Opens a pseudo-terminal of the given size, with a node that only its owner may read: the
/// non-blocking master, and the end that the program lives on.
///
/// The master is opened with `O_CLOEXEC` in one step: where the flag is set after, one child in ten
/// that is spawned at the same moment inherits a master that is not its own.
pub(super) fn open_terminal(size: TermSize) -> Result<(OwnedFd, Pts), TerminalError> {
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let master: OwnedFd = rustix::pty::openpt(flags)?;
    rustix::pty::grantpt(&master)?;
    rustix::pty::unlockpt(&master)?;
    rustix::io::ioctl_fionbio(&master, true)?;
    let slave = open_slave(&master)?;
    set_up(slave.as_fd(), size)?;
    // SAFETY: it is valid, open and an end of a pseudo-terminal.
    let slave = unsafe { Pts::from_fd(slave) };
    Ok((master, slave))
}

/// A master that [`open_terminal`] gave, to be read on the present runtime.
pub(super) fn register_to_read(master: OwnedFd) -> Result<Pty, TerminalError> {
    // SAFETY: it is valid, open, an end of a pseudo-terminal, and non-blocking.
    Ok(unsafe { Pty::from_fd(master) }?)
}

/// The same master, to be written to on the present runtime.
pub(super) fn register_to_write(master: &OwnedFd) -> Result<AsyncFd<OwnedFd>, TerminalError> {
    let master = master.try_clone()?;
    // SAFETY: it is valid and open, and nothing closes it but the owner that takes it here.
    let registered = unsafe { AsyncFd::register_with_interest(master, Interest::WRITABLE) };
    Ok(registered.map_err(io::Error::from)?)
}

fn open_slave(master: &OwnedFd) -> Result<OwnedFd, TerminalError> {
    use rustix::fs::OFlags;
    let name = rustix::pty::ptsname(master, Vec::new())?;
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    Ok(rustix::fs::open(name, flags, Mode::empty())?)
}

/// The size before the program looks at it, a node that is 0620 or stricter (requirement R50), and
/// a line editor that erases whole UTF-8 characters.
fn set_up(slave: std::os::fd::BorrowedFd<'_>, size: TermSize) -> Result<(), TerminalError> {
    rustix::termios::tcsetwinsize(slave, winsize(size))?;
    let strictest = Mode::from_raw_mode(rustix::fs::fstat(slave)?.st_mode) & Mode::from(0o620);
    rustix::fs::fchmod(slave, strictest)?;
    let mut attributes = rustix::termios::tcgetattr(slave)?;
    attributes.input_modes |= InputModes::IUTF8;
    rustix::termios::tcsetattr(slave, OptionalActions::Now, &attributes)?;
    Ok(())
}

/// The command with what its process does between fork and exec, behind a fence if it is to have one.
pub(super) fn prepare(command: Command, fence: Option<Fence>) -> Command {
    // SAFETY: the closure makes async-signal-safe system calls only.
    unsafe { command.pre_exec(process::set_free(fence)) }
}
