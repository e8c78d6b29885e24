//! Tells the audit log who was turned away, and why in a word. It decides nothing.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::access::{BadSource, Denial, Grant};
use crate::audit::Event;
use crate::registry::OpenError;

use super::App;
use super::opening::Unopened;
use super::places::Full;

impl App {
    /// Somebody of whom no more is known was turned away.
    pub(super) fn note_denied(&self, reason: &'static str, address: SocketAddr) {
        self.note_stranger_denied(reason, address, None);
    }

    /// Somebody was turned away of whom no more is known than what he calls his program.
    pub(super) fn note_stranger_denied(
        &self,
        reason: &'static str,
        address: SocketAddr,
        user_agent: Option<Arc<str>>,
    ) {
        self.audit().note(Event::Denied {
            reason,
            address,
            user: None,
            user_agent,
        });
    }

    /// Somebody who is let in did not get what he wanted.
    pub(super) fn note_denied_to(&self, reason: &'static str, address: SocketAddr, grant: &Grant) {
        self.audit().note(Event::Denied {
            reason,
            address,
            user: grant.user.clone(),
            user_agent: grant.agent.clone(),
        });
    }

    /// Somebody who is let in got no session.
    pub(super) fn note_unopened(&self, unopened: &Unopened, address: SocketAddr, grant: &Grant) {
        let reason = match unopened {
            Unopened::ReadOnly => "read_only",
            Unopened::TooMany(_) => "too_many_opened",
            Unopened::Registry(OpenError::Full(_)) => "sessions_full",
            // Nobody was denied anything: it could not be done.
            Unopened::Registry(
                OpenError::Shared
                | OpenError::Taken(_)
                | OpenError::Launch(_)
                | OpenError::Unrecorded(_)
                | OpenError::Stopping,
            ) => return,
        };
        self.note_denied_to(reason, address, grant);
    }
}

/// A denial in a word; none where nobody was denied anything.
pub(super) fn word(denial: &Denial) -> Option<&'static str> {
    Some(match denial {
        Denial::Source(BadSource::Host) => "host_malformed",
        Denial::Source(BadSource::Name) => "host_unknown",
        Denial::Source(BadSource::Origin) => "origin_foreign",
        Denial::Nothing => "not_found",
        // It is told where the page is.
        Denial::NoSlash(_) => return None,
        Denial::NoOrigin => "origin_missing",
        Denial::Stranger => "stranger",
        Denial::NoLogin => "login_missing",
        Denial::BadLogin => "login_wrong",
        Denial::TooMany(_) => "too_many_logins",
        Denial::Busy => "busy",
        Denial::ThrownOut => "thrown_out",
    })
}

/// Why a connection has no place, in a word.
pub(super) fn word_of_full(full: Full) -> &'static str {
    match full {
        Full::InAll => "connections_full",
        Full::ForAddress => "connections_full_for_address",
    }
}
