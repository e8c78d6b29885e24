//! Records sessions into files: asciicast, one file each, with a summary beside it. It knows sessions
//! by their tape, and nobody who watches.

mod cast_file;
mod keeping;
mod place;
mod recording;

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Weak};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::task::spawn_blocking;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::task::TaskTracker;

use crate::asciicast::{Format, Header};
use crate::audit::{Audit, Event};
use crate::backend::Backend;
use crate::name::SessionName;
use crate::recordings::{RecordingName, Summary};
use crate::session::{Session, SessionOptions, Taped};
use crate::size::TermSize;
use crate::viewer_id::ViewerIds;

use cast_file::CastFile;
use keeping::{Keeping, NoRoom};
use place::Place;
use recording::Recording;

pub use cast_file::Hashing;
pub use place::BadPlace;

/// How long the disk may take for what waits for it: to make a file, or for what a tape holds. The
/// program may be waiting for that.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often it is looked for recordings that are too old.
const SWEEP: Duration = Duration::from_secs(3600);

/// What is recorded, and how.
#[derive(Debug, Clone)]
pub struct RecorderOptions {
    /// The directory that the files lie in.
    pub directory: PathBuf,
    /// The version of the format.
    pub format: Format,
    /// What of a session.
    pub taped: Taped,
    /// Whether a session may go on without.
    pub need: Need,
    /// The most that all recordings take together, in bytes.
    pub most: Option<u64>,
    /// How long a recording is kept after it was written to last.
    pub longest: Option<Duration>,
    /// Whether the files' hashes are reckoned.
    pub hashing: Hashing,
    /// The command, as a person would type it.
    pub command: String,
    /// `TERM`, as the command has it.
    pub term: String,
    /// `SHELL`, as the command has it.
    pub shell: Option<String>,
}

/// Whether a session may go on unrecorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It may.
    Wanted,
    /// It ends then.
    Required,
}

/// Why a session is not to begin: it could not be recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the terminal can't be recorded, which --record-required asks for: {0}")]
pub struct Unrecorded(String);

/// Starts sessions and records them. Clones are the same.
#[derive(Debug, Clone)]
pub struct Recorder(Arc<Inner>);

/// What is told of a recording that was begun, and its file.
type Begun = (Summary, (RecordingName, CastFile));

#[derive(Debug)]
struct Inner {
    options: RecorderOptions,
    place: Place,
    keeping: Keeping,
    recordings: TaskTracker,
    audit: Audit,
}

impl Inner {
    /// Removes what is too old, or takes too much.
    fn sweep(&self) {
        match self.keeping.sweep(&self.place, SystemTime::now()) {
            Ok(removed) => {
                for (name, why) in removed {
                    let (file, reason) = (self.path(&name), why.reason().to_owned());
                    self.audit.note(Event::RecordingRemoved { file, reason });
                }
            }
            Err(error) => tracing::warn!(%error, "the recordings can't be looked through"),
        }
    }

    /// Notes that recordings take so many bytes more; makes room for them where that is needed.
    fn grow(&self, bytes: u64) -> Result<(), NoRoom> {
        if !self.keeping.grow(bytes) {
            return Ok(());
        }
        self.sweep();
        match self.keeping.is_too_much() {
            true => Err(NoRoom),
            false => Ok(()),
        }
    }

    /// The path of a recording's file, as a whole.
    fn path(&self, name: &RecordingName) -> String {
        let directory = std::path::absolute(&self.options.directory);
        let directory = directory.unwrap_or_else(|_| self.options.directory.clone());
        directory.join(name.file()).to_string_lossy().into_owned()
    }
}

impl Recorder {
    /// Opens the directory, which is made where it is missing, and begins to keep it within its
    /// bounds. What begins, ends and is removed is entered in the log.
    pub fn open(options: RecorderOptions, audit: Audit) -> Result<Self, BadPlace> {
        let inner = Arc::new(Inner {
            place: Place::open(&options.directory)?,
            keeping: Keeping::new(options.most, options.longest),
            recordings: TaskTracker::new(),
            audit,
            options,
        });
        tokio::spawn(sweep(Arc::downgrade(&inner)));
        Ok(Self(inner))
    }

    /// Starts a session on `backend`, and records it. Where it can't be recorded it starts all the same,
    /// unless that is asked for.
    pub async fn start(
        &self,
        name: SessionName,
        backend: Backend,
        options: &SessionOptions,
        ids: ViewerIds,
    ) -> Result<Session, Unrecorded> {
        match self.begin(&name, options.size).await {
            Ok((recording, file)) => {
                let taped = self.0.options.taped;
                let (session, tape) = Session::start_taped(name, backend, options, ids, taped);
                self.0.audit.note(Event::RecordingBegan {
                    session: session.name(),
                    file: self.0.path(&file.0),
                });
                let recording = Recording::new(Arc::clone(&self.0), recording, session.clone());
                self.0.recordings.spawn(recording.run(tape, file));
                Ok(session)
            }
            Err(error) if self.0.options.need == Need::Required => {
                tracing::error!(session = %name, %error, "a session was not begun: it can't be recorded");
                self.0.enter_failure(name, &error);
                Err(Unrecorded(error.to_string()))
            }
            Err(error) => {
                tracing::error!(session = %name, %error, "a session is not recorded");
                self.0.enter_failure(name.clone(), &error);
                let session = Session::start(name, backend, options, ids);
                session.recording_failed();
                Ok(session)
            }
        }
    }

    /// Makes a file, if the disk takes it in time.
    async fn begin(&self, session: &SessionName, size: TermSize) -> io::Result<Begun> {
        let (inner, session) = (Arc::clone(&self.0), session.clone());
        let begun = spawn_blocking(move || inner.begin(&session, size));
        match timeout(PATIENCE, begun).await {
            Ok(begun) => begun.map_err(io::Error::other)?,
            Err(_) => Err(io::Error::new(
                io::ErrorKind::TimedOut,
                format!("the disk did nothing for {} s", PATIENCE.as_secs()),
            )),
        }
    }

    /// Waits until all that were begun are finished; none may begin any more.
    pub async fn finished(&self) {
        self.0.recordings.close();
        self.0.recordings.wait().await;
    }
}

impl Inner {
    fn begin(&self, session: &SessionName, size: TermSize) -> io::Result<Begun> {
        let Self { options, place, .. } = self;
        let now = SystemTime::now();
        let begun = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let header = Header {
            size,
            begun: Some(begun),
            title: Some(session.to_string()),
            command: Some(options.command.clone()),
            term: Some(options.term.clone()),
            shell: options.shell.clone(),
            idle_limit: None,
        };
        let (name, file) = place.create(RecordingName::new(now, session))?;
        let cast = CastFile::begin(file, options.format, &header, options.hashing);
        let cast = cast.inspect_err(|_| {
            // Nothing is in it.
            let _ = place.discard(&name);
        })?;
        let summary = Summary {
            session: session.to_string(),
            command: options.command.clone(),
            begun,
            cols: size.cols(),
            rows: size.rows(),
            input: options.taped == Taped::InputToo,
            ..Summary::default()
        };
        Ok((summary, (name, cast)))
    }

    /// Enters that a session is not recorded, though it was to be.
    fn enter_failure(&self, session: SessionName, error: &io::Error) {
        let reason = error.to_string();
        self.audit.note(Event::RecordingFailed { session, reason });
    }
}

/// Removes what is too old, now and again, as long as there is a recorder.
async fn sweep(inner: Weak<Inner>) {
    let mut ticks = interval(SWEEP);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let Some(inner) = inner.upgrade() else {
            return;
        };
        // Where it breaks down, the next may not.
        let _ = spawn_blocking(move || inner.sweep()).await;
    }
}
