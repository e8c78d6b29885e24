//! A session's recording while it goes on: from the tape into the file, on threads that may wait for
//! the disk. It knows nothing of other recordings.

use std::io;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::{BoxFuture, ready};
use tokio::task::{JoinError, spawn_blocking};
use tokio::time::timeout;

use crate::asciicast::{Format, Label, What};
use crate::audit::Event;
use crate::name::SessionName;
use crate::recordings::{End, RecordingName, Summary};
use crate::screen::Picture;
use crate::session::{Session, Taking, Takings, Tape};

use super::cast_file::CastFile;
use super::{Inner, Need, PATIENCE};

/// Why a recording can't go on.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// The disk refused.
    #[error("{0}")]
    Disk(#[from] io::Error),
    /// It takes too much.
    #[error(transparent)]
    Room(#[from] super::keeping::NoRoom),
    /// The disk does nothing.
    #[error("the disk took nothing for {} s", PATIENCE.as_secs())]
    Stuck,
    /// Ours.
    #[error("the recorder broke down: {0}")]
    Broken(#[from] JoinError),
}

/// A recording that goes on.
#[derive(Debug)]
pub(super) struct Recording {
    inner: Arc<Inner>,
    session: Session,
    summary: Summary,
}

/// What is known of a session in the end.
struct Last {
    session: SessionName,
    title: String,
    screen: Picture,
}

impl Last {
    fn of(session: &Session) -> Self {
        let (_, screen) = session.picture();
        Self {
            session: session.name(),
            title: session.title(),
            screen,
        }
    }

    /// Tells it; gives the session's name.
    fn tell(self, summary: &mut Summary) -> SessionName {
        summary.title = self.title;
        summary.set_screen(self.screen);
        self.session
    }
}

/// What is with the thread that writes.
struct Writing {
    inner: Arc<Inner>,
    name: RecordingName,
    file: CastFile,
    summary: Summary,
    takings: Takings,
}

/// What came of writing.
enum Outcome {
    /// The session goes on.
    GoesOn,
    /// It has ended.
    Ended,
    Failed(Failure),
}

impl Recording {
    pub(super) fn new(inner: Arc<Inner>, summary: Summary, session: Session) -> Self {
        Self {
            inner,
            session,
            summary,
        }
    }

    /// Records until the session ends, or the recording fails.
    pub(super) async fn run(self, mut tape: Tape, (name, file): (RecordingName, CastFile)) {
        let mut writing = Writing {
            inner: Arc::clone(&self.inner),
            name: name.clone(),
            file,
            summary: self.summary.clone(),
            takings: Takings::default(),
        };
        tracing::info!(session = %self.session.name(), recording = %name, "the session is recorded");
        let (back, failure): (BoxFuture<'_, Option<Writing>>, _) = loop {
            tape.fetch(&mut writing.takings).await;
            let mut thread = spawn_blocking(move || {
                let outcome = writing.write();
                (writing, outcome)
            });
            let outcome = match timeout(PATIENCE, &mut thread).await {
                Ok(Ok((back, outcome))) => {
                    writing = back;
                    outcome
                }
                Ok(Err(broken)) => break (ready(None).boxed(), broken.into()),
                Err(_) => {
                    let back = thread.map(|back| back.ok().map(|(writing, _)| writing));
                    break (back.boxed(), Failure::Stuck);
                }
            };
            match outcome {
                Outcome::GoesOn => {}
                Outcome::Ended => return self.finish(writing).await,
                Outcome::Failed(failure) => break (ready(Some(writing)).boxed(), failure),
            }
        };
        // From here on the program waits no longer.
        drop(tape);
        self.fail(&name, &failure);
        let (why, last) = (failure.to_string(), Last::of(&self.session));
        match back.await {
            Some(writing) => {
                let _ = spawn_blocking(move || writing.give_up(&why, last)).await;
            }
            None => {
                let mut summary = self.summary;
                summary.end = Some(End::Incomplete(why));
                enter(&self.inner, &name, &summary, last.session);
            }
        }
    }

    async fn finish(self, writing: Writing) {
        let (session, last) = (self.session.name(), Last::of(&self.session));
        match spawn_blocking(move || writing.finish(last)).await {
            Ok(Ok(())) => tracing::info!(%session, "the recording is finished"),
            Ok(Err(error)) => tracing::error!(%session, %error, "the recording may lack its end"),
            Err(error) => tracing::error!(%session, %error, "the recording lacks its end"),
        }
    }

    fn fail(&self, recording: &RecordingName, error: &Failure) {
        let session = self.session.name();
        match self.inner.options.need {
            Need::Wanted => {
                tracing::error!(%session, %recording, %error, "the session is no longer recorded");
            }
            Need::Required => {
                tracing::error!(%session, %recording, %error, "the session ends: it is no longer recorded");
                self.session.end();
            }
        }
        self.session.recording_failed();
    }
}

impl Writing {
    /// Writes what was fetched.
    fn write(&mut self) -> Outcome {
        let before = self.file.len();
        match self.try_write() {
            Ok(outcome) => {
                let grown = self.file.len().saturating_sub(before);
                match self.inner.grow(grown) {
                    Ok(()) => outcome,
                    Err(_) if matches!(outcome, Outcome::Ended) => outcome,
                    Err(error) => Outcome::Failed(error.into()),
                }
            }
            Err(error) => Outcome::Failed(error.into()),
        }
    }

    fn try_write(&mut self) -> io::Result<Outcome> {
        self.file.check()?;
        let mut outcome = Outcome::GoesOn;
        let typists = self.summary.who.len();
        for (at, what) in self.takings.iter() {
            match what {
                Taking::Output(text) => self.file.event(at, What::Output(text.into()))?,
                Taking::Size(size) => {
                    (self.summary.cols, self.summary.rows) = (size.cols(), size.rows());
                    self.file.event(at, What::Resize(size))?;
                }
                Taking::Input(who, input) => {
                    self.summary.add_who(&who);
                    if !input.is_empty() {
                        self.file.input(at, &who, input)?;
                    }
                }
                Taking::Ended(exit) => {
                    let status = exit.status();
                    let end = match self.inner.options.format {
                        // Which has no event for it.
                        Format::V2 => What::Marker(Label::Exit(status.into()).to_string().into()),
                        Format::V3 => What::Exit(status.into()),
                    };
                    self.file.event(at, end)?;
                    self.summary.end = Some(End::Exit(status));
                    outcome = Outcome::Ended;
                }
            }
        }
        self.file.flush()?;
        // Who typed outlasts a crash.
        if self.summary.who.len() > typists {
            self.summarise()?;
        }
        Ok(outcome)
    }

    fn summarise(&mut self) -> io::Result<()> {
        self.summary.bytes = self.file.len();
        self.summary.set_length(self.file.length());
        let text = self.summary.to_json();
        self.inner.place.write_summary(&self.name, &text)
    }

    fn finish(mut self, last: Last) -> io::Result<()> {
        match self.file.finish() {
            Ok(hash) => self.summary.sha256 = hash,
            Err(error) => {
                self.give_up(&error.to_string(), last);
                return Err(error);
            }
        }
        let session = last.tell(&mut self.summary);
        self.summary.bytes = self.file.len();
        self.summary.set_length(self.file.length());
        enter(&self.inner, &self.name, &self.summary, session);
        let text = self.summary.to_json();
        self.inner.place.write_summary(&self.name, &text)
    }

    /// Ends the recording before the session.
    fn give_up(mut self, why: &str, last: Last) {
        let session = last.tell(&mut self.summary);
        self.summary.set_length(self.file.length());
        self.summary.end = Some(End::Incomplete(why.to_owned()));
        match self.file.give_up(why) {
            Ok((bytes, hash)) => (self.summary.bytes, self.summary.sha256) = (bytes, hash),
            Err(error) => {
                tracing::error!(recording = %self.name, %error, "the recording has no proper end")
            }
        }
        enter(&self.inner, &self.name, &self.summary, session);
        let text = self.summary.to_json();
        if let Err(error) = self.inner.place.write_summary(&self.name, &text) {
            tracing::debug!(recording = %self.name, %error, "the recording has no summary");
        }
    }
}

/// Enters in the audit log how a recording ended.
fn enter(inner: &Inner, name: &RecordingName, summary: &Summary, session: SessionName) {
    let (complete, reason) = match &summary.end {
        Some(End::Exit(status)) => (true, format!("the program ended with status {status}")),
        Some(End::Incomplete(why)) => (false, why.clone()),
        None => (false, "it was cut off".to_owned()),
    };
    inner.audit.note(Event::RecordingEnded {
        session,
        file: inner.path(name),
        bytes: summary.bytes,
        complete,
        reason,
        sha256: summary.sha256.clone(),
    });
}
