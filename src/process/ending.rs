//! The end of a session of processes, once it is under way. It knows nothing of what led to it.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::backend::{Exit, Request};

use super::leader::{Leader, Patience};

/// What brings a session of processes to its end.
#[derive(Debug)]
pub(crate) struct Ending {
    leader: Leader,
    patience: Patience,
    under_way: Option<JoinHandle<()>>,
}

impl Ending {
    pub(crate) fn new(leader: Leader, patience: Patience) -> Self {
        Self {
            leader,
            patience,
            under_way: None,
        }
    }

    pub(crate) fn is_under_way(&self) -> bool {
        self.under_way.is_some()
    }

    /// Begins it, politely.
    pub(crate) fn begin(&mut self) {
        let (leader, patience) = (self.leader, self.patience);
        self.under_way
            .get_or_insert_with(|| tokio::spawn(leader.end(patience)));
    }

    /// Kills the session in the place of a politer end.
    pub(crate) fn kill(&mut self) {
        let killing = tokio::spawn(self.leader.kill());
        if let Some(polite) = self.under_way.replace(killing) {
            polite.abort();
        }
    }

    /// Waits until what is under way, if anything is, is through with all of the session: its leader
    /// may be gone before others. A kill that is asked for meanwhile cuts it short.
    pub(crate) async fn finish(mut self, requests: &mut mpsc::Receiver<Request>) {
        while let Some(under_way) = &mut self.under_way {
            tokio::select! {
                _ = under_way => return,
                Some(request) = requests.recv() => {
                    if request == Request::Kill {
                        self.kill();
                    }
                }
            }
        }
    }
}

/// How a session's leader ended.
pub(crate) fn exit_of(status: io::Result<ExitStatus>) -> Exit {
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
