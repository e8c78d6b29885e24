//! What the registry tells the audit log of sessions. It decides nothing.

use crate::audit::{Audit, Event};
use crate::backend::Exit;
use crate::session::Session;

use super::Registry;

impl Registry {
    /// Where it is entered what happens.
    pub fn audit(&self) -> &Audit {
        &self.0.options.audit
    }

    pub(super) fn note_created(&self, session: &Session) {
        let event = Event::session_created(session.name(), session.size());
        self.audit().note(event);
    }

    pub(super) fn note_ended(&self, session: &Session, exit: Exit) {
        self.audit().note(Event::SessionEnded {
            session: session.name(),
            status: exit.status(),
            seconds: session.began().elapsed().as_secs(),
        });
    }
}
