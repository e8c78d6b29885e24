//! The task of a program on a terminal: what is typed, what is asked of it, and how it ended. What
//! it prints goes its own way, through `reader`.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use bytes::{Buf, Bytes};
use tokio::process::Child;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::backend::{Exit, Request};

use super::leader::Leader;
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
        let mut ending = None;
        let status = self.attend(&mut ending).await;
        // Where nobody hears one of these, nobody is left who would want to know.
        let _ = self.ended.send(());
        let _ = self.reading.await;
        await_ending(self.leader, &mut self.requests, ending).await;
        let _ = self.exit.send(exit(status));
    }

    async fn attend(&mut self, ending: &mut Option<JoinHandle<()>>) -> io::Result<ExitStatus> {
        let mut typed = Bytes::new();
        loop {
            // Once the end is under way only a kill matters, and a closed channel can't bring it.
            let is_asked = ending.is_none() || !self.requests.is_closed();
            tokio::select! {
                status = self.child.wait() => return status,
                Some(input) = self.input.recv(), if typed.is_empty() => typed = input,
                written = self.writer.write(&typed), if !typed.is_empty() => {
                    after_write(&mut typed, written);
                }
                request = self.requests.recv(), if is_asked => {
                    serve(request, &self.writer, self.leader, ending);
                }
            }
        }
    }
}

fn serve(
    request: Option<Request>,
    writer: &Writer,
    leader: Leader,
    ending: &mut Option<JoinHandle<()>>,
) {
    match request {
        Some(Request::Resize(size)) => {
            if let Err(error) = writer.resize(size) {
                tracing::warn!(%error, "the terminal did not take its new size");
            }
        }
        Some(Request::Kill) => kill(leader, ending),
        Some(Request::End) | None => {
            ending.get_or_insert_with(|| tokio::spawn(leader.end()));
        }
    }
}

/// Kills the session in the place of a politer end.
fn kill(leader: Leader, ending: &mut Option<JoinHandle<()>>) {
    if let Some(polite) = ending.replace(tokio::spawn(leader.kill())) {
        polite.abort();
    }
}

/// Waits until what ends the session is through with it: its leader may be gone before others.
async fn await_ending(
    leader: Leader,
    requests: &mut mpsc::Receiver<Request>,
    mut ending: Option<JoinHandle<()>>,
) {
    while let Some(under_way) = &mut ending {
        tokio::select! {
            _ = under_way => return,
            Some(request) = requests.recv() => {
                if request == Request::Kill {
                    kill(leader, &mut ending);
                }
            }
        }
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
