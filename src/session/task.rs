//! The task that owns a session's backend: it moves output into the log, answers to the program,
//! and sizes to the terminal. It knows no viewer by name.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::error::TrySendError;
use tokio::time::{Instant, sleep_until};

use crate::audit::Event;
use crate::backend::{Backend, Exit, Output, Request};
use crate::size::TermSize;
use crate::viewer_id::ViewerId;

use super::Shared;
use super::state::Gait;

/// How long the program waits for a viewer that does not move.
const PATIENCE: Duration = Duration::from_millis(100);

pub(super) struct SessionTask {
    shared: Arc<Shared>,
    backend: Backend,
    /// When the next size may be taken.
    resize_from: Instant,
    /// For whom the program waits, how often that viewer had moved then, and until when.
    held: Option<(ViewerId, u64, Instant)>,
}

impl SessionTask {
    pub(super) fn new(shared: Arc<Shared>, backend: Backend) -> Self {
        Self {
            shared,
            backend,
            resize_from: Instant::now(),
            held: None,
        }
    }

    /// Runs until the backend has ended.
    pub(super) async fn run(mut self) {
        while let Some(output) = self.next_output().await {
            match output {
                Output::Printed(bytes) => self.take(&bytes),
                Output::Size(size) => self.take_size(size),
            }
        }
        let exit = (&mut self.backend.exit).await.unwrap_or(Exit::Code(1));
        self.shared.state().end(exit);
    }

    fn take(&self, printed: &[u8]) {
        let answers = self.shared.state().take(printed);
        self.shared.progress.send_replace(());
        self.answer(answers);
    }

    /// Takes a size that the backend has by itself.
    fn take_size(&self, size: TermSize) {
        let mut state = self.shared.state();
        if state.size() != size {
            state.resize(size);
            drop(state);
            self.shared.progress.send_replace(());
        }
    }

    /// The next output, once the program may go on; sizes are seen to in the meantime.
    async fn next_output(&mut self) -> Option<Output> {
        loop {
            let held_until = self.held_until();
            let resize_at = self.resize_at();
            let goes_on = held_until.is_none() && !self.shared.state().is_tape_full();
            tokio::select! {
                output = self.backend.output.recv(), if goes_on => return output,
                () = self.shared.stirred.notified() => {}
                () = sleep(resize_at), if resize_at.is_some() => {}
                () = sleep(held_until), if held_until.is_some() => self.give_up(),
            }
        }
    }

    /// Takes the size that the viewers ask for, or says when it may be taken.
    fn resize_at(&mut self) -> Option<Instant> {
        let mut state = self.shared.state();
        let size = state.wanted_size(self.shared.policy)?;
        if Instant::now() < self.resize_from {
            return Some(self.resize_from);
        }
        self.resize_from = Instant::now() + self.shared.resize_interval;
        match self.backend.requests.try_send(Request::Resize(size)) {
            Ok(()) => {
                state.resize(size);
                let session = state.name.clone();
                drop(state);
                self.shared.audit.note(Event::size_changed(session, size));
                self.shared.progress.send_replace(());
                None
            }
            Err(TrySendError::Full(_)) => Some(self.resize_from),
            // It is ending, and the size no longer matters.
            Err(TrySendError::Closed(_)) => None,
        }
    }

    /// Until when the program waits for a viewer; each move of the fastest one starts anew.
    fn held_until(&mut self) -> Option<Instant> {
        self.held = match (self.shared.state().gait(), self.held) {
            (Gait::Runs, _) => None,
            (Gait::Held(id, moves), Some(held)) if (held.0, held.1) == (id, moves) => Some(held),
            (Gait::Held(id, moves), _) => Some((id, moves, Instant::now() + PATIENCE)),
        };
        self.held.map(|(_, _, until)| until)
    }

    fn give_up(&mut self) {
        if let Some((id, _, _)) = self.held.take() {
            tracing::debug!(viewer = %id, "a viewer that does not move is no longer waited for");
            self.shared.state().give_up(id);
        }
    }

    /// A program that does not read its input gets no answers either.
    fn answer(&self, answers: Vec<u8>) {
        if !answers.is_empty() && self.backend.input.try_send(answers.into()).is_err() {
            tracing::debug!("an answer of the terminal was dropped: the program does not read");
        }
    }
}

impl Drop for SessionTask {
    /// Tells the end. A task that panicked is an end as well: viewers would wait for ever.
    fn drop(&mut self) {
        self.shared.state().abort(Exit::Code(1));
        // Where the backend has ended, nobody is there to be asked.
        let _ = self.backend.requests.try_send(Request::End);
        self.shared.over.cancel();
        self.shared.progress.send_replace(());
    }
}

async fn sleep(until: Option<Instant>) {
    match until {
        Some(until) => sleep_until(until).await,
        None => std::future::pending().await,
    }
}
