//! What is typed, and the size, to a program's terminal. It knows nothing of who types.

use std::io;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Weak};
use std::time::Duration;

use rustix::termios::Winsize;
use tokio::io::unix::AsyncFd;

use crate::size::TermSize;

/// How often a terminal is tried again that was hung up while it was full: it is called writable for
/// ever and takes nothing, so who waits for that alone leaves the thread to nobody else. Somebody may
/// open it anew.
const HUNG_UP: Duration = Duration::from_millis(20);

/// A terminal that is typed into. It is woken when there is room, not by output.
pub(super) struct Writer(Arc<AsyncFd<OwnedFd>>);

impl Writer {
    pub(super) fn new(master: AsyncFd<OwnedFd>) -> Self {
        Self(Arc::new(master))
    }

    /// The terminal, for who wants to ask it something while it is there: a program that has its
    /// terminal taken away is told to hang up, so nobody else keeps it.
    pub(super) fn terminal(&self) -> Weak<AsyncFd<OwnedFd>> {
        Arc::downgrade(&self.0)
    }

    /// Types as much as there is room for, once there is some; gives how much, in bytes. Safe to be
    /// cancelled.
    pub(super) async fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            let mut ready = self.0.writable().await?;
            let is_hung_up = ready.ready().is_write_closed();
            let write = |master: &AsyncFd<OwnedFd>| Ok(rustix::io::write(master, bytes)?);
            match ready.try_io(write) {
                Ok(Ok(0)) => tokio::time::sleep(HUNG_UP).await,
                Ok(written) => return written,
                Err(_) if is_hung_up => tokio::time::sleep(HUNG_UP).await,
                Err(_) => {}
            }
        }
    }

    /// Gives the terminal a size, and the program a SIGWINCH.
    pub(super) fn resize(&self, size: TermSize) -> io::Result<()> {
        Ok(rustix::termios::tcsetwinsize(&*self.0, winsize(size))?)
    }
}

/// The size as the kernel takes it. Pixels are not known: each viewer's font is another.
pub(super) fn winsize(size: TermSize) -> Winsize {
    Winsize {
        ws_row: size.rows(),
        ws_col: size.cols(),
        ws_xpixel: 0,
        ws_ypixel: 0,
    }
}
