//! What comes out of a session for one viewer, as frames of its dialect, as fast as it takes them.
//! It knows no connection.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::backend::{Exit, MAX_CHUNK};
use crate::offset::Offset;
use crate::protocol::ServerMessage;
use crate::session::{Piece, Session, View};

use super::dialect::Dialect;
use super::flow::Flow;
use super::frames::Frames;
use super::snapshot::Snapshot;

/// How long nothing new must have come before a flood counts as settled.
const SETTLED: Duration = Duration::from_millis(100);

/// A viewer is shown the present screen where it is behind by more than its window, but not for less
/// than so many bytes: that much is shown in no time.
const LEAST_BEHIND: usize = 32 * 1024;

/// What comes next for a viewer.
#[derive(Debug)]
pub(super) enum Next {
    /// This frame.
    Frame(Bytes),
    /// Something that its dialect has no word for, or nothing yet: the next turn has more.
    Passed,
    /// Nothing any more: the program ended.
    Ended(Exit),
    /// Nothing at the moment.
    Nothing,
}

/// A viewer's end of a session.
#[derive(Debug)]
pub(super) struct Outlet {
    pub(super) view: View,
    session: Session,
    dialect: Dialect,
    frames: Arc<Frames>,
    /// What is to be said of the screen that comes next.
    announced: Option<ServerMessage<'static>>,
    /// What is under way of a screen.
    snapshot: Option<Snapshot>,
    flow: Flow,
}

impl Outlet {
    /// That of `view`, which looks at `session`, whose frames are `frames`.
    pub(super) fn new(view: View, session: Session, frames: Arc<Frames>, dialect: Dialect) -> Self {
        Self {
            view,
            session,
            dialect,
            frames,
            announced: None,
            snapshot: None,
            flow: Flow::new(),
        }
    }

    /// Whether the viewer says how far it is.
    pub(super) fn is_acknowledged(&self) -> bool {
        self.flow.is_acknowledged()
    }

    /// Notes that the viewer has shown all up to `at`. Who acknowledges paces itself; the program need
    /// not wait for it.
    pub(super) fn on_shown(&mut self, at: Offset) {
        self.flow.on_shown(at);
        self.view.pursue(self.flow.window().max(LEAST_BEHIND));
    }

    /// What comes next. By asking, the viewer says that its connection took all before.
    pub(super) fn next(&mut self) -> Next {
        if let Some(word) = self.announced.take() {
            return self.dialect.frame(&word).into();
        }
        if let Some(snapshot) = &mut self.snapshot {
            let (piece, at) = snapshot.next();
            let frame = self.dialect.frame(&ServerMessage::Stdout(piece, at));
            if let Some((at, bytes)) = snapshot.through() {
                self.flow.on_screen_sent(at, bytes);
                self.snapshot = None;
            }
            return frame.into();
        }
        // What is printed last is not waited for: nothing comes after it.
        if !self.flow.has_room() && !self.session.has_ended() {
            return Next::Nothing;
        }
        match self.view.next(MAX_CHUNK.min(self.flow.window())) {
            Some(piece) => self.next_of(piece),
            None => Next::Nothing,
        }
    }

    fn next_of(&mut self, piece: Piece) -> Next {
        match piece {
            Piece::Output(span) => {
                let frame = self.frames.output(self.dialect, &self.view, span);
                match frame {
                    Some(_) => self.flow.on_sent(span.to, span.len()),
                    None => self.view.resync(),
                }
                frame.into()
            }
            Piece::Screen {
                at,
                size,
                scrollback,
                text,
            } => {
                self.announced = Some(ServerMessage::Snapshot(scrollback));
                self.snapshot = Some(Snapshot::new(text, at));
                self.dialect.frame(&ServerMessage::Size(size)).into()
            }
            Piece::Size(size) => {
                let frame = self.dialect.frame(&ServerMessage::Size(size));
                // Who can't be told the size is shown the screen that came of it: what was on its own
                // was meant for another, or will be right from now on.
                if frame.is_none() {
                    self.view.resync();
                }
                frame.into()
            }
            Piece::Recorded(recorded) => {
                let word = ServerMessage::Recorded(recorded.into());
                self.dialect.frame(&word).into()
            }
            Piece::Ended(exit) => Next::Ended(exit),
        }
    }

    /// Waits until [`Outlet::next`] may have something. Safe to be cancelled.
    pub(super) async fn news(&mut self) {
        if !self.flow.has_room() {
            return self.view.over().await;
        }
        if !self.view.is_owed_scrollback() {
            return self.view.progress().await;
        }
        tokio::select! {
            () = self.view.progress() => {}
            () = tokio::time::sleep(SETTLED) => self.view.resync(),
        }
    }
}

impl From<Option<Bytes>> for Next {
    fn from(frame: Option<Bytes>) -> Self {
        frame.map_or(Self::Passed, Self::Frame)
    }
}
