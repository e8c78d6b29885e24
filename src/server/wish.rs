//! What a viewer asks for in the query of its address. It knows nothing of the viewer.

use crate::offset::Offset;
use crate::right::Right;
use crate::session::Entry;

use super::App;

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
}

impl Wish {
    pub(super) fn parse(query: &str) -> Self {
        let mut wish = Self::default();
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            match name {
                "scrollback" => wish.scrollback = value.parse().ok(),
                "resume" => wish.stream = Some(value.to_owned()),
                "offset" => wish.offset = value.parse().ok().map(Offset::new),
                _ => {}
            }
        }
        wish
    }

    /// How the viewer attaches, with this right.
    pub(super) fn entry(self, app: &App, right: Right) -> Entry {
        let inner = &app.0;
        let same = self.stream.as_deref() == Some(inner.session.stream());
        Entry {
            right,
            scrollback: self
                .scrollback
                .unwrap_or(SCROLLBACK)
                .min(inner.offer.scrollback),
            resume: self.offset.filter(|_| same),
        }
    }
}
