//! The audit log: who did what, for whoever has to know it afterwards. It knows words alone: what
//! happens is told to it, and it decides nothing.
//!
//! Events wait in a bounded queue for a thread that writes them, so that a disk which is slow, full or
//! gone stops nobody. What does not fit is counted, and the count is the next line that is written.

mod bound;
mod chain;
mod desk;
mod event;
mod file;
mod scribe;
mod verify;
mod writer;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use desk::Desk;
use writer::Writer;

pub use chain::{BadHash, Gap, Hash};
pub use event::{Event, Visitor, foreign};
pub use file::OpenError;
pub use verify::{Fault, Found, Kept, Note, Report, Unverified, verify};

/// Where the log goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// To the end of a file.
    File(PathBuf),
    /// To standard output.
    Output,
}

/// Whether lines are bound to those before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    /// They are not.
    Loose,
    /// Each carries a hash over the one before.
    Chained,
}

/// What log is to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditOptions {
    /// Where it goes.
    pub target: Target,
    /// Whether its lines are bound to those before.
    pub binding: Binding,
}

/// Where it is entered what happens. Clones enter it in the same log.
#[derive(Debug, Clone, Default)]
pub struct Audit(Option<Arc<Desk>>);

impl Audit {
    /// No log: what is told to it is forgotten.
    pub const fn none() -> Self {
        Self(None)
    }

    /// Opens a log, and starts to write it. It goes on where it ended before.
    pub fn open(options: &AuditOptions) -> Result<Self, OpenError> {
        let desk = Arc::new(Desk::default());
        let writer = Writer::open(options, Arc::clone(&desk))?;
        let thread = std::thread::Builder::new().name("audit".to_owned());
        let started = thread.spawn(move || writer.run());
        started.map_err(OpenError::Thread)?;
        Ok(Self(Some(desk)))
    }

    /// Enters that something happened. It never waits: what can't be written at the moment is kept,
    /// and what can't be kept is counted.
    pub fn note(&self, event: Event) {
        if let Some(desk) = &self.0 {
            desk.note(event);
        }
    }

    /// Goes on in a new file of the same name, where the one that was written was renamed. Events
    /// that were entered before still go to that.
    pub fn reopen(&self) {
        if let Some(desk) = &self.0 {
            desk.reopen();
        }
    }

    /// Waits until all is written, but not for longer than `patience`; gives how many events are
    /// not. What is entered from now on is not written either.
    pub fn close(&self, patience: Duration) -> u64 {
        self.0.as_ref().map_or(0, |desk| desk.close(patience))
    }
}
