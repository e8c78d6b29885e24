//! The pictures that pages of all sessions were shown last: made once for all pages, and kept only as
//! long as there is one. It knows no page.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::time::Instant;

use crate::session::{Mark, Session};

use super::{FRAME, message};

/// The pictures. Clones are the same ones.
#[derive(Debug, Clone, Default)]
pub(in crate::server) struct Gallery(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    /// By the session's id.
    pictures: HashMap<String, Hung>,
    /// How many pages there are.
    visitors: usize,
}

/// A picture as a frame.
#[derive(Debug, Clone)]
struct Hung {
    mark: Mark,
    at: Instant,
    frame: Bytes,
}

impl Gallery {
    /// A page comes. Dropping what is given is its leaving.
    pub(super) fn enter(&self) -> Visit {
        self.kept().visitors += 1;
        Visit(self.clone())
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Each change is complete when the lock is dropped.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A page's being there.
#[derive(Debug)]
pub(super) struct Visit(Gallery);

impl Visit {
    /// The picture of a session, and the moment that it is of: the present one, unless one was made
    /// for another page just before.
    pub(super) fn picture(&self, session: &Session) -> (Mark, Bytes) {
        let id = session.handle();
        let kept = self.0.kept().pictures.get(id).cloned();
        let recent = |hung: &Hung| hung.at.elapsed() < FRAME / 2 || hung.mark == session.mark();
        if let Some(hung) = kept.filter(recent) {
            return (hung.mark, hung.frame);
        }
        let (mark, picture) = session.picture();
        let frame = message::picture(id, &picture);
        let hung = Hung {
            mark,
            at: Instant::now(),
            frame: frame.clone(),
        };
        self.0.kept().pictures.insert(id.to_owned(), hung);
        (mark, frame)
    }

    /// A session is no more.
    pub(super) fn forget(&self, id: &str) {
        self.0.kept().pictures.remove(id);
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        let mut kept = self.0.kept();
        kept.visitors -= 1;
        if kept.visitors == 0 {
            kept.pictures = HashMap::new();
        }
    }
}
