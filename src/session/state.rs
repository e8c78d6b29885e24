//! What a session's task and its viewers share, under one lock: the log, the screen, the viewers.
//! A snapshot and its place in the log are taken in one turn, so nothing is lost or doubled.

use std::collections::HashMap;
use std::sync::Arc;

use crate::backend::Exit;
use crate::offset::{Offset, Span};
use crate::screen::Screen;
use crate::size::TermSize;

use super::SessionOptions;
use super::log::{Log, Next, SizeCount};
use super::view::ViewerId;
use super::window::{Right, SizePolicy};

/// How far the fastest viewer that paces the program may be behind before the program is held
/// back, in bytes: enough that the network is never idle, well within the log.
const HOLD: usize = 512 * 1024;

/// A place in the log that a viewer has reached.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor {
    /// All output before it was delivered.
    pub(super) offset: Offset,
    /// So many changes of size were delivered.
    pub(super) sizes: SizeCount,
}

/// The screen at a place in the log.
#[derive(Debug, Clone)]
pub(super) struct Snapshot {
    pub(super) cursor: Cursor,
    pub(super) size: TermSize,
    pub(super) text: Arc<str>,
}

/// What the session knows of a viewer.
#[derive(Debug)]
struct Seat {
    right: Right,
    window: Option<TermSize>,
    pacing: Pacing,
    reached: Offset,
}

/// Whether the program waits for a viewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pacing {
    /// It does not: the viewer may only see, or says itself how far it is.
    Free,
    /// It does: the viewer may write and expects every byte; its connection says how far it is.
    Paces,
    /// It would, but the viewer did not move for too long.
    Stalled,
}

/// Whether the program may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gait {
    /// It may.
    Runs,
    /// It waits for a viewer, the fastest of which is here.
    Held(Offset),
}

#[derive(Debug)]
pub(super) struct State {
    log: Log,
    screen: Screen,
    scrollback: usize,
    seats: HashMap<ViewerId, Seat>,
    next_viewer: u64,
    snapshot: Option<Snapshot>,
    passed: String,
    ended: Option<Exit>,
}

impl State {
    pub(super) fn new(options: &SessionOptions) -> Self {
        Self {
            log: Log::new(options.buffer),
            screen: Screen::new(options.size, options.scrollback),
            scrollback: options.scrollback,
            seats: HashMap::new(),
            next_viewer: 1,
            snapshot: None,
            passed: String::new(),
            ended: None,
        }
    }

    pub(super) fn size(&self) -> TermSize {
        self.screen.size()
    }

    pub(super) fn title(&self) -> &str {
        self.screen.title()
    }

    pub(super) fn viewers(&self) -> usize {
        self.seats.len()
    }

    pub(super) fn ended(&self) -> Option<Exit> {
        self.ended
    }

    /// Takes output into the screen and the log; gives what the screen answers to the program.
    pub(super) fn take(&mut self, output: &[u8]) -> Vec<u8> {
        self.passed.clear();
        self.screen.feed(output, &mut self.passed);
        self.log.append(&self.passed);
        self.screen.take_answers()
    }

    /// Settles what was held back, and notes the end.
    pub(super) fn end(&mut self, exit: Exit) {
        self.passed.clear();
        self.screen.finish(&mut self.passed);
        self.log.append(&self.passed);
        self.ended = Some(exit);
    }

    /// Notes an end that nothing was heard of.
    pub(super) fn abort(&mut self, exit: Exit) {
        self.ended.get_or_insert(exit);
    }

    /// Takes a new size into the screen and the log.
    pub(super) fn resize(&mut self, size: TermSize) {
        self.screen.resize(size);
        self.log.note_size(size);
    }

    /// The size that the viewers' windows ask for where it is another than the present one.
    pub(super) fn wanted_size(&self, policy: SizePolicy) -> Option<TermSize> {
        let windows = self.seats.values().map(|seat| (seat.right, seat.window));
        policy.decide(windows).filter(|size| *size != self.size())
    }

    pub(super) fn sit_down(&mut self, right: Right) -> ViewerId {
        let id = ViewerId::new(self.next_viewer);
        self.next_viewer += 1;
        let seat = Seat {
            right,
            window: None,
            pacing: match right {
                Right::Write => Pacing::Paces,
                Right::View => Pacing::Free,
            },
            reached: self.log.end(),
        };
        self.seats.insert(id, seat);
        id
    }

    pub(super) fn leave(&mut self, id: ViewerId) {
        self.seats.remove(&id);
    }

    pub(super) fn set_window(&mut self, id: ViewerId, window: TermSize) {
        if let Some(seat) = self.seats.get_mut(&id) {
            seat.window = Some(window);
        }
    }

    /// Lets the program wait for a viewer no longer.
    pub(super) fn set_free(&mut self, id: ViewerId) {
        if let Some(seat) = self.seats.get_mut(&id) {
            seat.pacing = Pacing::Free;
        }
    }

    /// Notes how far a viewer is; true where the program may have been waiting for that.
    pub(super) fn reached(&mut self, id: ViewerId, offset: Offset) -> bool {
        let Some(seat) = self.seats.get_mut(&id) else {
            return false;
        };
        let moved = seat.reached != offset;
        seat.reached = offset;
        if moved && seat.pacing == Pacing::Stalled {
            seat.pacing = Pacing::Paces;
        }
        moved && seat.pacing == Pacing::Paces
    }

    /// Whether the program may go on: the fastest of the viewers that pace it decides.
    pub(super) fn gait(&self) -> Gait {
        let pacers = self
            .seats
            .values()
            .filter(|seat| seat.pacing == Pacing::Paces);
        match pacers.map(|seat| seat.reached).max() {
            Some(fastest) if self.log.end().since(fastest) > HOLD => Gait::Held(fastest),
            _ => Gait::Runs,
        }
    }

    /// Waits no longer for those that are not past `place`.
    pub(super) fn give_up(&mut self, place: Offset) {
        for seat in self.seats.values_mut() {
            if seat.pacing == Pacing::Paces && seat.reached <= place {
                seat.pacing = Pacing::Stalled;
            }
        }
    }

    pub(super) fn next(&self, cursor: Cursor, max: usize) -> Next {
        self.log.next(cursor.offset, cursor.sizes, max)
    }

    pub(super) fn read(&self, span: Span) -> Option<String> {
        self.log.read(span)
    }

    /// The screen as it is. Made once for all that ask for it at the same place.
    pub(super) fn snapshot(&mut self) -> Snapshot {
        let cursor = Cursor {
            offset: self.log.end(),
            sizes: self.log.size_count(),
        };
        let fresh = self.snapshot.take().filter(|kept| {
            kept.cursor.offset == cursor.offset && kept.cursor.sizes == cursor.sizes
        });
        let snapshot = fresh.unwrap_or_else(|| Snapshot {
            cursor,
            size: self.screen.size(),
            text: self.screen.snapshot(self.scrollback).into(),
        });
        self.snapshot.insert(snapshot).clone()
    }
}
