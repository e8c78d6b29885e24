//! What somebody sees of the sessions there are, by what he may see. It changes nothing.

use crate::right::Sight;
use crate::session::Session;
use crate::viewer_id::ViewerId;

use super::{Registry, Seen};

impl Registry {
    /// All that `user` sees with this sight, the oldest first.
    pub fn seen(&self, user: Option<&str>, sight: Sight) -> Vec<Seen> {
        self.rooms().seen(user, sight)
    }

    /// What `user` sees by what names it to who watches ([`Session::handle`]).
    pub fn find_seen(&self, handle: &str, user: Option<&str>, sight: Sight) -> Option<Seen> {
        let mut seen = self.seen(user, sight).into_iter();
        seen.find(|seen| seen.session.handle() == handle)
    }

    /// Whether `user` is told of this very session.
    pub fn is_told(&self, session: &Session, user: Option<&str>) -> bool {
        self.rooms().is_told(session, user)
    }

    /// A number for a viewer that is attached to no session.
    pub fn next_viewer(&self) -> ViewerId {
        self.0.ids.next()
    }
}
