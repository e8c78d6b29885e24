//! The task between a pseudo-terminal and the channels of a backend. It moves bytes and reports the
//! end; it knows nothing of what the bytes mean.

use std::future::poll_fn;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::pin::Pin;
use std::process::ExitStatus;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, Bytes};
use pty_process::{OwnedReadPty, OwnedWritePty, Pty};
use tokio::io::{AsyncRead, AsyncWriteExt, ReadBuf};
use tokio::process::Child;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

use crate::backend::{Exit, Feed, MAX_CHUNK, Request};
use crate::size::TermSize;

use super::leader::Leader;

/// How long the program's last output is waited for. It is there at once, but a background job that
/// keeps the terminal open would delay the end for ever.
const DRAIN: Duration = Duration::from_millis(200);

/// How much may still come after the program's end, in bytes: more than the kernel keeps for a
/// terminal, so that a background job which goes on printing does not delay the end for ever.
const MAX_DRAINED: usize = 256 * 1024;

/// How long to wait before reading again from a terminal that no process has open: a program may
/// close it for a while and live on.
const REOPEN: Duration = Duration::from_millis(50);

/// A program on a terminal, while it runs.
pub(super) struct PtyTask {
    reader: OwnedReadPty,
    writer: OwnedWritePty,
    child: Child,
    leader: Leader,
    feed: Feed,
    buffer: Vec<u8>,
    typed: Bytes,
    ending: Option<JoinHandle<()>>,
}

impl PtyTask {
    pub(super) fn new(master: Pty, child: Child, leader: Leader, feed: Feed) -> Self {
        let (reader, writer) = master.into_split();
        Self {
            reader,
            writer,
            child,
            leader,
            feed,
            buffer: vec![0; MAX_CHUNK],
            typed: Bytes::new(),
            ending: None,
        }
    }

    /// Runs until the program has ended and its last output is handed over.
    pub(super) async fn run(mut self) {
        let status = self.pump().await;
        self.drain().await;
        if let Some(ending) = self.ending.take() {
            let _ = ending.await;
        }
        drop(self.feed.output);
        // Nobody may be left to hear it.
        let _ = self.feed.exit.send(exit(status));
    }

    async fn pump(&mut self) -> io::Result<ExitStatus> {
        loop {
            tokio::select! {
                status = self.child.wait() => return status,
                read = forward(&mut self.reader, &mut self.buffer, &self.feed.output) => {
                    self.after_read(read).await;
                }
                Some(typed) = self.feed.input.recv(), if self.typed.is_empty() => self.typed = typed,
                written = self.writer.write(&self.typed), if !self.typed.is_empty() => {
                    self.after_write(written);
                }
                request = self.feed.requests.recv(), if self.is_asked() => self.serve(request),
            }
        }
    }

    /// Once the end is under way only a kill matters, and a closed channel can't bring it.
    fn is_asked(&self) -> bool {
        self.ending.is_none() || !self.feed.requests.is_closed()
    }

    fn serve(&mut self, request: Option<Request>) {
        match request {
            Some(Request::Resize(size)) => self.resize(size),
            Some(Request::Kill) => self.leader.kill(),
            Some(Request::End) | None if self.ending.is_none() => {
                self.ending = Some(tokio::spawn(self.leader.end()));
            }
            Some(Request::End) | None => {}
        }
    }

    fn resize(&self, size: TermSize) {
        let size = pty_process::Size::new(size.rows(), size.cols());
        if let Err(error) = self.writer.resize(size) {
            tracing::warn!(%error, "the terminal did not take its new size");
        }
    }

    /// A terminal that no process has open answers EIO until one opens it again.
    async fn after_read(&mut self, read: io::Result<()>) {
        if read.is_err() {
            let _ = tokio::time::timeout(REOPEN, self.child.wait()).await;
        }
    }

    fn after_write(&mut self, written: io::Result<usize>) {
        match written {
            Ok(count) => self.typed.advance(count),
            Err(error) => {
                tracing::debug!(%error, "input was lost: the terminal is closed");
                self.typed.clear();
            }
        }
    }

    /// Hands over what the program printed last. Only waiting for the terminal is limited, not
    /// waiting for a session that has still to take what came before.
    async fn drain(&mut self) {
        let deadline = Instant::now() + DRAIN;
        let mut drained = 0;
        while drained < MAX_DRAINED
            && let Ok(permit) = self.feed.output.reserve().await
            && let Ok(Ok(chunk)) =
                timeout_at(deadline, fill(&mut self.reader, &mut self.buffer)).await
        {
            drained += chunk.len();
            permit.send(chunk);
        }
    }
}

/// Moves one chunk from the terminal to the session. Safe to be cancelled: nothing is read before
/// there is room for it, and what was read is sent in the same turn.
async fn forward(
    reader: &mut OwnedReadPty,
    buffer: &mut [u8],
    output: &mpsc::Sender<Bytes>,
) -> io::Result<()> {
    let Ok(permit) = output.reserve().await else {
        return Err(io::ErrorKind::BrokenPipe.into());
    };
    let chunk = fill(reader, buffer).await?;
    permit.send(chunk);
    Ok(())
}

/// Reads on while there is something to read: the kernel hands out at most 4 KiB at a time, and
/// each chunk costs a turn of every task behind.
async fn fill(reader: &mut OwnedReadPty, buffer: &mut [u8]) -> io::Result<Bytes> {
    poll_fn(|cx| poll_fill(reader, cx, buffer)).await
}

fn poll_fill(
    reader: &mut OwnedReadPty,
    cx: &mut Context<'_>,
    buffer: &mut [u8],
) -> Poll<io::Result<Bytes>> {
    let mut chunk = ReadBuf::new(buffer);
    while chunk.remaining() > 0 {
        let before = chunk.filled().len();
        match Pin::new(&mut *reader).poll_read(cx, &mut chunk) {
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

fn exit(status: io::Result<ExitStatus>) -> Exit {
    match status {
        Ok(status) => match (status.code(), status.signal()) {
            (Some(code), _) => Exit::Code(code),
            (None, Some(signal)) => Exit::Signal(signal),
            (None, None) => Exit::Code(1),
        },
        Err(error) => {
            tracing::error!(%error, "the program's status is lost");
            Exit::Code(1)
        }
    }
}
