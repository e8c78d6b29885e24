//! The task of a program on pipes: its input, what is asked of it, and how it ended. What it prints
//! goes its own way, through `reader`.

use std::io;
use std::process::ExitStatus;

use bytes::{Buf, Bytes};
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, ChildStdin};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use crate::backend::{Exit, Request};
use crate::process::{Ending, Leader, Patience, exit_of};

/// A program on pipes, while it runs.
pub(super) struct PipeTask {
    pub(super) child: Child,
    pub(super) leader: Leader,
    /// `None` once its input has ended.
    pub(super) stdin: Option<ChildStdin>,
    pub(super) input: mpsc::Receiver<Bytes>,
    pub(super) requests: mpsc::Receiver<Request>,
    /// Told when the program has ended, so that only what it printed last is still read.
    pub(super) ended: watch::Sender<()>,
    /// End when all that was printed is handed over.
    pub(super) readers: [Option<JoinHandle<()>>; 2],
    pub(super) exit: oneshot::Sender<Exit>,
    pub(super) gone: oneshot::Sender<()>,
}

impl PipeTask {
    /// Runs until all of the program's session is gone.
    pub(super) async fn run(mut self) {
        let mut ending = Ending::new(self.leader, Patience::SHORT);
        let status = self.attend(&mut ending).await;
        // Where nobody hears one of these, nobody is left who would want to know.
        let _ = self.ended.send(());
        // No terminal hangs up on what it leaves behind.
        ending.begin();
        for reader in self.readers.into_iter().flatten() {
            let _ = reader.await;
        }
        let _ = self.exit.send(exit_of(status));
        ending.finish(&mut self.requests).await;
        let _ = self.gone.send(());
    }

    async fn attend(&mut self, ending: &mut Ending) -> io::Result<ExitStatus> {
        let mut pending = Bytes::new();
        loop {
            // Once the end is under way only a kill matters, and a closed channel can't bring it.
            let is_asked = !ending.is_under_way() || !self.requests.is_closed();
            tokio::select! {
                status = self.child.wait() => return status,
                input = self.input.recv(), if pending.is_empty() && self.stdin.is_some() => {
                    self.on_input(input, &mut pending);
                }
                written = write(&mut self.stdin, &pending), if !pending.is_empty() => {
                    self.on_written(written, &mut pending);
                }
                request = self.requests.recv(), if is_asked => self.on_request(request, ending),
            }
        }
    }

    fn on_input(&mut self, input: Option<Bytes>, pending: &mut Bytes) {
        match input {
            Some(input) => *pending = input,
            None => self.stdin = None,
        }
    }

    /// A program that has closed its input may go on printing; what else is meant for it is dropped.
    fn on_written(&mut self, written: io::Result<usize>, pending: &mut Bytes) {
        match written {
            Ok(count) => pending.advance(count),
            Err(error) => {
                tracing::debug!(%error, "input was lost: the program has closed it");
                pending.clear();
                self.input.close();
                self.stdin = None;
            }
        }
    }

    fn on_request(&mut self, request: Option<Request>, ending: &mut Ending) {
        match request {
            Some(Request::Resize(_)) => tracing::debug!("pipes have no size"),
            Some(Request::Kill) => ending.kill(),
            Some(Request::End) | None => {
                self.stdin = None;
                ending.begin();
            }
        }
    }
}

/// Writes as much as there is room for, once there is some; gives how much, in bytes. Safe to be
/// cancelled.
async fn write(stdin: &mut Option<ChildStdin>, bytes: &[u8]) -> io::Result<usize> {
    match stdin {
        Some(stdin) => stdin.write(bytes).await,
        None => Err(io::ErrorKind::BrokenPipe.into()),
    }
}
