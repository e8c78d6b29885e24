//! Output as ready-made frames, made once for all viewers that are at the same place.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use bytes::Bytes;

use crate::offset::Span;
use crate::protocol::ServerMessage;
use crate::session::{Session, View};

use super::dialect::Dialect;

/// How many frames are kept: viewers that keep up all ask for the newest, and those behind are
/// seldom at the same place.
const KEPT: usize = 4;

/// The frames of all sessions that anybody looks at.
#[derive(Debug, Default)]
pub(super) struct AllFrames(Mutex<HashMap<Arc<str>, Weak<Frames>>>);

impl AllFrames {
    /// Those of a session. They are kept while anybody holds them.
    pub(super) fn of(&self, session: &Session) -> Arc<Frames> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = all.get(session.stream()).and_then(Weak::upgrade);
        kept.unwrap_or_else(|| {
            all.retain(|_, frames| frames.strong_count() > 0);
            let frames = Arc::<Frames>::default();
            all.insert(session.stream().into(), Arc::downgrade(&frames));
            frames
        })
    }
}

/// The newest frames of one session, in each dialect.
#[derive(Debug, Default)]
pub(super) struct Frames {
    jupyter: Newest,
    raw: Newest,
}

type Newest = Mutex<VecDeque<(Span, Bytes)>>;

impl Frames {
    /// The frame for a stretch of the output that `view` looks at; `None` where the log has moved on.
    ///
    /// The lock is held while the frame is made, so that others who want it wait for it rather than
    /// make it as well.
    pub(super) fn output(&self, dialect: Dialect, view: &View, span: Span) -> Option<Bytes> {
        let newest = match dialect {
            Dialect::Jupyter => &self.jupyter,
            Dialect::Raw => &self.raw,
        };
        let mut newest = newest.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, frame)) = newest.iter().find(|(kept, _)| *kept == span) {
            return Some(frame.clone());
        }
        let text = view.read(span)?;
        let frame = dialect.frame(&ServerMessage::Stdout(&text, Some(span.to)))?;
        newest.truncate(KEPT - 1);
        newest.push_front((span, frame.clone()));
        Some(frame)
    }
}
