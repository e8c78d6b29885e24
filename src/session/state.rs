//! What a session's task and its viewers share, under one lock: the log, the screen, the viewers.
//! A snapshot and its place in the log are taken in one turn, so nothing is lost or doubled.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use crate::backend::Exit;
use crate::name::SessionName;
use crate::offset::{Offset, Span};
use crate::right::Right;
use crate::screen::{Picture, Resized, Screen};
use crate::size::TermSize;
use crate::viewer_id::{ViewerId, ViewerIds};
use crate::who::Who;

use super::log::{Log, Next, SizeCount};
use super::tape::{Reel, Taped};
use super::view::Role;
use super::window::SizePolicy;
use super::{Neglect, NoSuchViewer, Recorded, SessionOptions};

/// How far the fastest viewer that paces the program may be behind before the program is held
/// back, in bytes: enough that the network is never idle, well within the log.
const HOLD: usize = 512 * 1024;

/// A place in the log that a viewer has reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// The lines above the screen that it may hold.
    scrollback: usize,
}

/// What the session knows of a viewer.
#[derive(Debug)]
struct Seat {
    role: Role,
    who: Who,
    standing: watch::Sender<Standing>,
    window: Option<TermSize>,
    pacing: Pacing,
    reached: Offset,
    /// Grows with each sign that the viewer's connection takes something.
    moves: u64,
}

/// What a viewer may do, and since when: a right that was taken away and given again is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) right: Right,
    changes: u64,
}

/// Whether the program waits for a viewer, if that may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pacing {
    /// It does not: the viewer says itself how far it is.
    Free,
    /// It does: the viewer expects every byte; its connection says how far it is.
    Paces,
    /// It would, but the viewer did not move for too long.
    Stalled,
}

/// Whether the program may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gait {
    /// It may.
    Runs,
    /// It waits for this viewer, the fastest, which has moved so often.
    Held(ViewerId, u64),
}

impl Seat {
    fn right(&self) -> Right {
        self.standing.borrow().right
    }

    /// Whether the program waits for it. For who may only see, or only watches, it never does.
    fn paces(&self) -> bool {
        let may_pace = self.role == Role::Viewer && self.right() == Right::Write;
        may_pace && self.pacing == Pacing::Paces
    }
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) name: SessionName,
    log: Log,
    screen: Screen,
    seats: HashMap<ViewerId, Seat>,
    ids: ViewerIds,
    began: Instant,
    /// When something was typed or printed last.
    active: Instant,
    /// When the last viewer left, where none is attached.
    unattended: Option<Instant>,
    /// Whether anybody was attached yet.
    was_attended: bool,
    snapshot: Option<Snapshot>,
    passed: String,
    /// What happens, for a recorder.
    pub(super) reel: Option<Reel>,
    pub(super) recorded: Recorded,
    ended: Option<Exit>,
}

impl State {
    pub(super) fn new(name: SessionName, options: &SessionOptions, ids: ViewerIds) -> Self {
        let mut screen = Screen::new(options.size, options.scrollback);
        screen.set_theme(options.theme.clone());
        let now = Instant::now();
        Self {
            name,
            log: Log::new(options.buffer, options.size),
            screen,
            seats: HashMap::new(),
            ids,
            began: now,
            active: now,
            unattended: Some(now),
            was_attended: false,
            snapshot: None,
            passed: String::new(),
            reel: None,
            recorded: Recorded::No,
            ended: None,
        }
    }

    /// Keeps on tape what happens from now on; gives what wakes whoever fetches it.
    pub(super) fn put_tape(&mut self, taped: Taped) -> Arc<Notify> {
        let reel = Reel::new(self.began, taped);
        self.recorded = Recorded::Yes(taped);
        self.reel.insert(reel).filled()
    }

    /// Whether the program, and who types, have to wait for the tape to be fetched.
    pub(super) fn is_tape_full(&self) -> bool {
        self.reel.as_ref().is_some_and(Reel::is_full)
    }

    pub(super) fn size(&self) -> TermSize {
        self.screen.size()
    }

    pub(super) fn title(&self) -> &str {
        self.screen.title()
    }

    pub(super) fn ended(&self) -> Option<Exit> {
        self.ended
    }

    /// Notes that something is typed or printed.
    pub(super) fn stir(&mut self) {
        self.active = Instant::now();
    }

    pub(super) fn began(&self) -> Instant {
        self.began
    }

    /// For how long after the beginning something was typed or printed.
    pub(super) fn active_for(&self) -> Duration {
        self.active - self.began
    }

    /// Whether anybody was attached yet.
    pub(super) fn was_attended(&self) -> bool {
        self.was_attended
    }

    /// When the session will have been neglected in this way for `patience`, but not within `arrival`
    /// of its beginning where nobody has come yet; `None` where somebody is attached.
    pub(super) fn neglected_for(
        &self,
        neglect: Neglect,
        patience: Duration,
        arrival: Duration,
    ) -> Option<Instant> {
        let unattended = self.unattended?;
        let since = match neglect {
            Neglect::Unattended => unattended,
            Neglect::Idle => unattended.max(self.active),
        };
        let patience = match self.was_attended {
            true => patience,
            false => patience.max(arrival),
        };
        Some(since + patience)
    }

    /// Takes output into the screen and the log; gives what the screen answers to the program.
    pub(super) fn take(&mut self, output: &[u8]) -> Vec<u8> {
        self.stir();
        self.passed.clear();
        self.screen.feed(output, &mut self.passed);
        self.pass_on();
        self.screen.take_answers()
    }

    /// Settles what was held back, and notes the end.
    pub(super) fn end(&mut self, exit: Exit) {
        self.passed.clear();
        self.screen.finish(&mut self.passed);
        self.pass_on();
        self.abort(exit);
    }

    /// Gives what passed the gate to the viewers, and to the tape.
    fn pass_on(&mut self) {
        self.log.append(&self.passed);
        if let Some(reel) = &mut self.reel {
            reel.output(&self.passed);
        }
    }

    /// Notes an end that nothing was heard of.
    pub(super) fn abort(&mut self, exit: Exit) {
        if self.ended.is_some() {
            return;
        }
        self.ended = Some(exit);
        if let Some(reel) = &mut self.reel {
            reel.ended(exit);
        }
    }

    /// Notes what a viewer types, as it is on its way to the program.
    pub(super) fn typed(&mut self, id: ViewerId, input: &[u8]) {
        if let (Some(reel), Some(seat)) = (&mut self.reel, self.seats.get(&id)) {
            reel.input(id, &seat.who, input);
        }
    }

    /// Takes a new size into the screen and the log, and what the viewers' terminals need after it.
    pub(super) fn resize(&mut self, size: TermSize) {
        self.passed.clear();
        let resized = self.screen.resize(size, &mut self.passed);
        self.log.note_size(size, resized);
        if let Some(reel) = &mut self.reel {
            reel.size(size);
        }
        // Viewers are given a snapshot then, and a player needs one as well.
        if let (Some(reel), Resized::Unsettled) = (&mut self.reel, resized) {
            reel.output(&self.screen.snapshot(0));
        }
        self.pass_on();
    }

    /// The size that the viewers' windows ask for where it is another than the present one.
    pub(super) fn wanted_size(&self, policy: SizePolicy) -> Option<TermSize> {
        let viewers = self.seats.values().filter(|seat| seat.role == Role::Viewer);
        let windows = viewers.map(|seat| (seat.right(), seat.window));
        policy.decide(windows).filter(|size| *size != self.size())
    }

    /// Takes a viewer in; what it may do is told from now on.
    pub(super) fn sit_down(
        &mut self,
        right: Right,
        role: Role,
        who: Who,
    ) -> (ViewerId, watch::Receiver<Standing>) {
        let id = self.ids.next();
        if role == Role::Viewer {
            self.unattended = None;
            self.was_attended = true;
        }
        let (standing, told) = watch::channel(Standing { right, changes: 0 });
        let seat = Seat {
            role,
            who,
            standing,
            window: None,
            pacing: Pacing::Paces,
            reached: self.log.end(),
            moves: 0,
        };
        self.seats.insert(id, seat);
        (id, told)
    }

    pub(super) fn right_of(&self, id: ViewerId) -> Option<Right> {
        self.seats.get(&id).map(Seat::right)
    }

    /// Gives a viewer another right, if it is another.
    pub(super) fn set_right(&mut self, id: ViewerId, right: Right) -> Result<(), NoSuchViewer> {
        let seat = self.seats.get_mut(&id).ok_or(NoSuchViewer(id))?;
        seat.standing.send_if_modified(|standing| {
            let is_new = standing.right != right;
            standing.right = right;
            standing.changes += u64::from(is_new);
            is_new
        });
        Ok(())
    }

    /// Whether a viewer may write, and has been allowed to ever since it had this standing.
    pub(super) fn still_writes(&self, id: ViewerId, since: Standing) -> bool {
        let seat = self.seats.get(&id);
        since.right == Right::Write && seat.is_some_and(|seat| *seat.standing.borrow() == since)
    }

    pub(super) fn leave(&mut self, id: ViewerId) {
        if let Some(reel) = &mut self.reel {
            reel.left(id);
        }
        let left = self.seats.remove(&id).map(|seat| seat.role);
        let mut roles = self.seats.values().map(|seat| seat.role);
        if left == Some(Role::Viewer) && roles.all(|role| role != Role::Viewer) {
            self.unattended = Some(Instant::now());
        }
    }

    /// How many are attached, but for those that are not to be seen.
    pub(super) fn attendance(&self) -> usize {
        let roles = self.seats.values().map(|seat| seat.role);
        roles.filter(|role| *role != Role::Unseen).count()
    }

    /// Notes a viewer's window; true where it is another than before.
    pub(super) fn set_window(&mut self, id: ViewerId, window: TermSize) -> bool {
        let seat = self.seats.get_mut(&id);
        seat.is_some_and(|seat| seat.window.replace(window) != Some(window))
    }

    /// Lets the program wait for a viewer no longer.
    pub(super) fn set_free(&mut self, id: ViewerId) {
        if let Some(seat) = self.seats.get_mut(&id) {
            seat.pacing = Pacing::Free;
        }
    }

    /// Notes that a viewer has all output up to `offset`; true where the program may have been
    /// waiting for that.
    pub(super) fn reached(&mut self, id: ViewerId, offset: Offset) -> bool {
        let moved = self.seats.get_mut(&id).is_some_and(|seat| {
            let moved = seat.reached != offset;
            seat.reached = offset;
            moved
        });
        moved && self.moved(id)
    }

    /// Notes that a viewer's connection takes something; true where the program may have been
    /// waiting for that.
    pub(super) fn moved(&mut self, id: ViewerId) -> bool {
        let Some(seat) = self.seats.get_mut(&id) else {
            return false;
        };
        seat.moves += 1;
        if seat.pacing == Pacing::Stalled {
            seat.pacing = Pacing::Paces;
        }
        seat.paces()
    }

    /// Whether the program may go on: the fastest of the viewers that pace it decides.
    pub(super) fn gait(&self) -> Gait {
        let pacers = self.seats.iter().filter(|(_, seat)| seat.paces());
        match pacers.max_by_key(|(_, seat)| seat.reached) {
            Some((id, seat)) if self.log.end().since(seat.reached) > HOLD => {
                Gait::Held(*id, seat.moves)
            }
            _ => Gait::Runs,
        }
    }

    /// Waits for a viewer no longer, until it moves.
    pub(super) fn give_up(&mut self, id: ViewerId) {
        if let Some(seat) = self.seats.get_mut(&id) {
            seat.pacing = Pacing::Stalled;
        }
    }

    /// The place at the end of the log: another one where anything was printed, or sized, since.
    pub(super) fn mark(&self) -> Cursor {
        Cursor {
            offset: self.log.end(),
            sizes: self.log.size_count(),
        }
    }

    /// What is seen of the screen.
    pub(super) fn picture(&self) -> Picture {
        self.screen.picture()
    }

    /// How far a viewer is behind, in bytes.
    pub(super) fn lag(&self, cursor: Cursor) -> usize {
        self.log.end().since(cursor.offset)
    }

    /// How a viewer that has all output up to `at` goes on, and the size there; `None` where that is
    /// no longer kept.
    pub(super) fn resume(&self, at: Offset) -> Option<(Cursor, TermSize)> {
        let (sizes, size) = self.log.resume(at)?;
        let cursor = Cursor { offset: at, sizes };
        Some((cursor, size))
    }

    pub(super) fn next(&self, cursor: Cursor, max: usize) -> Next {
        self.log.next(cursor.offset, cursor.sizes, max)
    }

    pub(super) fn read(&self, span: Span) -> Option<String> {
        self.log.read(span)
    }

    /// The screen as it is, with at most `scrollback` lines above it. Made once for all that ask for
    /// it at the same place.
    pub(super) fn snapshot(&mut self, scrollback: usize) -> Snapshot {
        let cursor = self.mark();
        let kept = self.snapshot.take();
        let fresh = kept.filter(|kept| kept.cursor == cursor && kept.scrollback == scrollback);
        let snapshot = fresh.unwrap_or_else(|| Snapshot {
            cursor,
            size: self.screen.size(),
            text: self.screen.snapshot(scrollback).into(),
            scrollback,
        });
        self.snapshot.insert(snapshot).clone()
    }
}
