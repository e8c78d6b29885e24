//! What a program prints, from its terminal to a session. It moves bytes, and knows nothing of what
//! they mean or where they go.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use pty_process::Pty;
use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep, timeout_at};

use crate::backend::{MAX_CHUNK, Output};

use super::trickle::Trickle;

/// How long the program's last output is waited for. It is there at once, but a background job that
/// keeps the terminal open would delay the end for ever.
const DRAIN: Duration = Duration::from_millis(200);

/// How much may still come after the program's end, in bytes: more than the kernel keeps for a
/// terminal, so that a background job which goes on printing does not delay the end for ever.
const MAX_DRAINED: usize = 256 * 1024;

/// How long to wait before reading again from a terminal that no process has open (reads end with
/// EIO): a program may close it for a while and live on.
const REOPEN: Duration = Duration::from_millis(50);

/// A terminal that is read.
pub(super) struct Reader {
    terminal: Pty,
    buffer: Vec<u8>,
    output: mpsc::Sender<Output>,
}

impl Reader {
    pub(super) fn new(terminal: Pty, output: mpsc::Sender<Output>) -> Self {
        Self {
            terminal,
            buffer: vec![0; MAX_CHUNK],
            output,
        }
    }

    /// Hands over what is printed until the program has `ended`, and then what it printed last.
    pub(super) async fn run(mut self, ended: oneshot::Receiver<()>) {
        tokio::select! {
            () = self.forward() => {}
            _ = ended => {}
        }
        self.drain().await;
    }

    /// Moves output for ever. Safe to be cancelled: nothing is read before there is room for it, and
    /// what was read is sent in the same turn.
    async fn forward(&mut self) {
        let mut trickle = Trickle::new(Instant::now());
        loop {
            let Ok(room) = self.output.reserve().await else {
                // The session is gone; the program is asked to end elsewhere.
                return std::future::pending().await;
            };
            let Ok(chunk) = fill(&mut self.terminal, &mut self.buffer).await else {
                sleep(REOPEN).await;
                continue;
            };
            let pause = trickle.pause_after(chunk.len(), Instant::now());
            room.send(chunk.into());
            if !pause.is_zero() {
                sleep(pause).await;
            }
        }
    }

    /// Hands over what the program printed last. Only waiting for the terminal is limited, not
    /// waiting for a session that has still to take what came before.
    async fn drain(&mut self) {
        let deadline = Instant::now() + DRAIN;
        let mut drained = 0;
        while drained < MAX_DRAINED
            && let Ok(room) = self.output.reserve().await
            && let Ok(Ok(chunk)) =
                timeout_at(deadline, fill(&mut self.terminal, &mut self.buffer)).await
        {
            drained += chunk.len();
            room.send(chunk.into());
        }
    }
}

/// Reads on while there is something to read: the kernel hands out at most 4 KiB at a time, and
/// each chunk costs a turn of every task behind.
async fn fill(terminal: &mut Pty, buffer: &mut [u8]) -> io::Result<Bytes> {
    poll_fn(|cx| poll_fill(terminal, cx, buffer)).await
}

fn poll_fill(
    terminal: &mut Pty,
    cx: &mut Context<'_>,
    buffer: &mut [u8],
) -> Poll<io::Result<Bytes>> {
    let mut chunk = ReadBuf::new(buffer);
    while chunk.remaining() > 0 {
        let before = chunk.filled().len();
        match Pin::new(&mut *terminal).poll_read(cx, &mut chunk) {
            Poll::Ready(Ok(())) if chunk.filled().len() > before => {}
            _ if before > 0 => break,
            other => {
                ready!(other)?;
                return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
            }
        }
    }
    Poll::Ready(Ok(Bytes::copy_from_slice(chunk.filled())))
}
