//! What a viewer asks for in the query of its address. It knows nothing of the viewer.

use crate::offset::Offset;
use crate::right::Right;
use crate::session::{Entry, Role, Session};
use crate::size::TermSize;
use crate::who::Who;

/// The lines above the screen that a viewer's terminal is taken to keep: xterm.js' default.
const SCROLLBACK: usize = 1000;

/// What a viewer asks for in the query of its address. What is missing, or can't be read, is as if
/// it had not been asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Wish {
    scrollback: Option<usize>,
    /// The stream that it was attached to before.
    stream: Option<String>,
    /// The place that it reached there.
    offset: Option<Offset>,
    cols: Option<u16>,
    rows: Option<u16>,
    /// What it is to the session: the address says it, not the query.
    role: Role,
}

impl Wish {
    pub(super) fn parse(query: &str) -> Self {
        let mut wish = Self::default();
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            match name {
                "scrollback" => wish.scrollback = value.parse().ok(),
                "resume" => wish.stream = Some(value.to_owned()),
                "offset" => wish.offset = value.parse().ok().map(Offset::new),
                "cols" => wish.cols = value.parse().ok(),
                "rows" => wish.rows = value.parse().ok(),
                _ => {}
            }
        }
        wish
    }

    /// The same, of who only watches, and can't come back as anything else.
    pub(super) fn watching(self, role: Role) -> Self {
        Self {
            stream: None,
            offset: None,
            role,
            ..self
        }
    }

    /// What the viewer is to the session.
    pub(super) fn role(&self) -> Role {
        self.role
    }

    /// What the viewer may do at most.
    pub(super) fn most(&self) -> Right {
        match self.role {
            Role::Viewer => Right::Write,
            Role::Watcher | Role::Unseen => Right::View,
        }
    }

    /// What names the stream that the viewer was attached to before.
    pub(super) fn stream(&self) -> Option<&str> {
        self.stream.as_deref()
    }

    /// The size that a terminal which is made for the viewer should begin with.
    pub(super) fn size(&self) -> Option<TermSize> {
        TermSize::new(self.cols?, self.rows?)
    }

    /// How the viewer attaches to `session` with this right; its terminal is given at most `most`
    /// lines above the screen.
    pub(super) fn entry(&self, session: &Session, most: usize, right: Right, who: Who) -> Entry {
        let same = self.stream() == Some(session.stream());
        Entry {
            who,
            right: right.min(self.most()),
            role: self.role,
            scrollback: self.scrollback.unwrap_or(SCROLLBACK).min(most),
            resume: self.offset.filter(|_| same),
        }
    }
}
