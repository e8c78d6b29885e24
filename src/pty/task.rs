//! The task of a program on a terminal: what is typed, what is asked of it, and how it ended. What
//! it prints goes its own way, through `reader`.

use std::io;
use std::process::ExitStatus;

use bytes::{Buf, Bytes};
use tokio::process::Child;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::backend::{Exit, Request};
use crate::process::{Ending, Leader, Patience, exit_of};

use super::writer::Writer;

/// A program on a terminal, while it runs.
pub(super) struct PtyTask {
    pub(super) writer: Writer,
    pub(super) child: Child,
    pub(super) leader: Leader,
    pub(super) input: mpsc::Receiver<Bytes>,
    pub(super) requests: mpsc::Receiver<Request>,
    /// Told when the program has ended, so that only what it printed last is still read.
    pub(super) ended: oneshot::Sender<()>,
    /// Ends when all that was printed is handed over.
    pub(super) reading: JoinHandle<()>,
    pub(super) exit: oneshot::Sender<Exit>,
}

impl PtyTask {
    /// Runs until the program has ended and its last output is handed over.
    pub(super) async fn run(mut self) {
        let mut ending = Ending::new(self.leader, Patience::LONG);
        let status = self.attend(&mut ending).await;
        // Where nobody hears one of these, nobody is left who would want to know.
        let _ = self.ended.send(());
        let _ = self.reading.await;
        ending.finish(&mut self.requests).await;
        let _ = self.exit.send(exit_of(status));
    }

    async fn attend(&mut self, ending: &mut Ending) -> io::Result<ExitStatus> {
        let mut typed = Bytes::new();
        loop {
            // Once the end is under way only a kill matters, and a closed channel can't bring it.
            let is_asked = !ending.is_under_way() || !self.requests.is_closed();
            tokio::select! {
                status = self.child.wait() => return status,
                Some(input) = self.input.recv(), if typed.is_empty() => typed = input,
                written = self.writer.write(&typed), if !typed.is_empty() => {
                    after_write(&mut typed, written);
                }
                request = self.requests.recv(), if is_asked => {
                    serve(request, &self.writer, ending);
                }
            }
        }
    }
}

fn serve(request: Option<Request>, writer: &Writer, ending: &mut Ending) {
    match request {
        Some(Request::Resize(size)) => {
            if let Err(error) = writer.resize(size) {
                tracing::warn!(%error, "the terminal did not take its new size");
            }
        }
        Some(Request::Kill) => ending.kill(),
        Some(Request::End) | None => ending.begin(),
    }
}

fn after_write(typed: &mut Bytes, written: io::Result<usize>) {
    match written {
        Ok(count) => typed.advance(count),
        Err(error) => {
            tracing::debug!(%error, "input was lost: the terminal is closed");
            typed.clear();
        }
    }
}
