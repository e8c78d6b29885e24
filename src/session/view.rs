//! What a viewer holds of a session: a cursor into its log, and what it may do.
//! It knows nothing of how what it gives is sent.

use std::sync::Arc;

use tokio::sync::watch;

use crate::backend::Exit;
use crate::offset::{Offset, Span};
use crate::right::Right;
use crate::size::TermSize;
use crate::viewer_id::ViewerId;
use crate::who::Who;

use super::log::Next;
use super::state::{Cursor, Standing, State};
use super::writer::Writer;
use super::{Recorded, Shared};

/// What comes next for a viewer.
#[derive(Debug, Clone)]
pub enum Piece {
    /// This stretch of output, to be had from [`View::read`].
    Output(Span),
    /// The terminal as it is after all output up to `at`, as output that makes any terminal so.
    Screen {
        /// Its place in the output.
        at: Offset,
        /// The terminal's size there.
        size: TermSize,
        /// The lines above the screen that it may hold.
        scrollback: usize,
        /// What to feed to the viewer's terminal.
        text: Arc<str>,
    },
    /// The terminal took this size.
    Size(TermSize),
    /// From here on it is, or is not, recorded.
    Recorded(Recorded),
    /// The program ended; nothing comes after.
    Ended(Exit),
}

/// What a viewer brings along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Who it is.
    pub who: Who,
    /// What it may do.
    pub right: Right,
    /// The lines above the screen that its terminal keeps.
    pub scrollback: usize,
    /// The place in the output that it has reached, if it was here before.
    pub resume: Option<Offset>,
    /// What it is to the session.
    pub role: Role,
}

/// What a viewer is to the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    /// One of those that it is there for.
    #[default]
    Viewer,
    /// It looks over their shoulders: its window counts for nothing, the program does not wait for it,
    /// and the session is as neglected as without it.
    Watcher,
    /// The same, and it is not counted among those who are there.
    Unseen,
}

/// How a viewer goes on when it is behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pursuit {
    /// It takes every byte that is still kept.
    Every,
    /// It is shown the present screen where it is behind by more than so many bytes.
    Present(usize),
}

/// A viewer's place in a session. Dropping it is leaving.
#[derive(Debug)]
pub struct View {
    shared: Arc<Shared>,
    progress: watch::Receiver<()>,
    standing: watch::Receiver<Standing>,
    id: ViewerId,
    scrollback: usize,
    cursor: Option<Cursor>,
    pursuit: Pursuit,
    /// The size that a viewer which goes on where it was has to be told first.
    resumed: Option<TermSize>,
    /// Whether it was shown screens without what is above them.
    owed_scrollback: bool,
    /// What it knows of whether the session is recorded.
    recorded: Recorded,
}

impl View {
    pub(super) fn new(shared: Arc<Shared>, entry: Entry) -> Self {
        let progress = shared.progress.subscribe();
        let mut state = shared.state();
        let (id, standing) = state.sit_down(entry.right, entry.role, entry.who);
        let (cursor, resumed) = entry.resume.and_then(|at| state.resume(at)).unzip();
        shared.attendance.send_replace(state.attendance());
        let recorded = state.recorded;
        drop(state);
        Self {
            shared,
            progress,
            standing,
            id,
            scrollback: entry.scrollback,
            cursor,
            pursuit: Pursuit::Every,
            resumed,
            owed_scrollback: false,
            recorded,
        }
    }

    /// Its number.
    pub fn id(&self) -> ViewerId {
        self.id
    }

    /// Whether it goes on where it was before, and needs no screen.
    pub fn is_resumed(&self) -> bool {
        self.resumed.is_some()
    }

    /// What comes next, at most `max` bytes of output at once; `None` where there is nothing yet.
    /// By asking, the viewer says that all before was delivered.
    pub fn next(&mut self, max: usize) -> Option<Piece> {
        self.progress.mark_unchanged();
        if let Some(size) = self.resumed.take() {
            return Some(Piece::Size(size));
        }
        let shared = Arc::clone(&self.shared);
        let mut state = shared.state();
        if state.recorded != self.recorded {
            self.recorded = state.recorded;
            return Some(Piece::Recorded(self.recorded));
        }
        let Some(cursor) = &mut self.cursor else {
            return Some(self.screen(&mut state, self.scrollback));
        };
        if state.reached(self.id, cursor.offset) {
            shared.stirred.notify_one();
        }
        if let Pursuit::Present(bound) = self.pursuit
            && state.lag(*cursor) > bound
        {
            self.owed_scrollback = true;
            return Some(self.screen(&mut state, 0));
        }
        match state.next(*cursor, max) {
            Next::Output(span) => {
                cursor.offset = span.to;
                Some(Piece::Output(span))
            }
            Next::Size(size) => {
                cursor.sizes += 1;
                Some(Piece::Size(size))
            }
            Next::Nothing if state.ended().is_some() && self.owed_scrollback => {
                Some(self.screen(&mut state, self.scrollback))
            }
            Next::Nothing => state.ended().map(Piece::Ended),
            Next::Lost => Some(self.screen(&mut state, self.scrollback)),
        }
    }

    /// The present screen; from there on the viewer gets what is printed.
    fn screen(&mut self, state: &mut State, scrollback: usize) -> Piece {
        let snapshot = state.snapshot(scrollback);
        self.cursor = Some(snapshot.cursor);
        self.owed_scrollback &= scrollback < self.scrollback;
        Piece::Screen {
            at: snapshot.cursor.offset,
            size: snapshot.size,
            scrollback,
            text: snapshot.text,
        }
    }

    /// The output of a stretch that [`View::next`] gave, or `None` where the log has moved on since;
    /// [`View::resync`] is then the way to go on.
    pub fn read(&self, span: Span) -> Option<String> {
        self.shared.state().read(span)
    }

    /// Goes on from the present: the next piece is the screen as it is then.
    pub fn resync(&mut self) {
        self.cursor = None;
    }

    /// Waits until [`View::next`] may have something new.
    pub async fn progress(&mut self) {
        // The sender is in `shared`, so it can't be gone.
        let _ = self.progress.changed().await;
    }

    /// Waits until the viewer may do more, or less, than when [`View::writer`] was asked last.
    pub fn right_changed(&self) -> impl Future<Output = ()> + use<> {
        let mut standing = self.standing.clone();
        async move {
            // The sender goes with the viewer's seat, and that with the view.
            let _ = standing.changed().await;
        }
    }

    /// What the viewer types with, if it may; it is good until the right is taken away.
    pub fn writer(&mut self) -> Option<Writer> {
        let standing = *self.standing.borrow_and_update();
        let writer = || Writer::new(Arc::clone(&self.shared), self.id, standing);
        (standing.right == Right::Write).then(writer)
    }

    /// Waits for the program's end.
    pub fn over(&self) -> impl Future<Output = ()> + use<> {
        self.shared.over.clone().cancelled_owned()
    }

    /// Says how large this viewer's window is. Whether that counts is the session's decision.
    pub fn set_window(&self, window: TermSize) {
        if self.shared.state().set_window(self.id, window) {
            self.shared.stirred.notify_one();
        }
    }

    /// Says that the viewer's connection takes something of what it was given: the program may be
    /// waiting for it.
    pub fn moved(&self) {
        if self.shared.state().moved(self.id) {
            self.shared.stirred.notify_one();
        }
    }

    /// The viewer says itself how far it is: the program need not wait for it, and where it is
    /// behind by more than `bound` bytes it is shown the present screen.
    pub fn pursue(&mut self, bound: usize) {
        if self.pursuit == Pursuit::Every {
            self.shared.state().set_free(self.id);
            self.shared.stirred.notify_one();
        }
        self.pursuit = Pursuit::Present(bound);
    }

    /// Whether the viewer was shown screens without what is above them; once the flood has settled,
    /// [`View::resync`] brings that as well.
    pub fn is_owed_scrollback(&self) -> bool {
        self.owed_scrollback
    }
}

impl Drop for View {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        state.leave(self.id);
        self.shared.attendance.send_replace(state.attendance());
        drop(state);
        self.shared.stirred.notify_one();
    }
}
