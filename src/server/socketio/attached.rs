//! A session that a client is attached to: the session's pieces out as events, input in. It is a
//! viewer like any other; how its packets travel is the engine's business.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::json;
use socketioxide::extract::SocketRef;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::task_tracker::TaskTrackerToken;
use tracing::Instrument;

use crate::backend::{Exit, MAX_CHUNK};
use crate::right::Right;
use crate::session::{Entry, Piece, Recorded, Role, Session, View, Written};
use crate::size::TermSize;
use crate::viewer_id::ViewerId;

use super::super::keyboard::{DROPPED, Fate, Keyboard};
use super::super::leave::Leave;
use super::super::recorded::NO_LONGER_RECORDED;
use super::super::snapshot::Snapshot;
use super::super::viewers::{Arrival, Carrier, Parting, Presence};
use super::engine::Engine;
use super::holders::Hold;
use super::mail::{self, Letters, Mail, Post};
use super::word::{ERROR, EXIT, OUTPUT, Output};

/// The lines above the screen that a client's terminal is taken to keep: xterm.js' default.
const SCROLLBACK: usize = 1000;

/// How often the session is told of a client between two polls that it will take more. It waits twice
/// as long for a sign of that.
const BEAT: Duration = Duration::from_millis(50);

const TAKEN_OVER: &str = "another connection has attached to this terminal; this one is detached";

/// How being attached ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The shell ended.
    Exit,
    /// The client left the session, or is gone.
    Detached,
    /// Another client took the session over.
    TakenOver,
}

impl End {
    fn reason(self) -> &'static str {
        match self {
            Self::Exit => "the program ended",
            Self::Detached => "detached",
            Self::TakenOver => "taken over by another connection",
        }
    }
}

/// The client's side of being attached. Dropping it is leaving.
#[derive(Debug)]
pub(super) struct Attached {
    pub(super) session: Session,
    pub(super) id: ViewerId,
    pub(super) post: Post,
    /// How large its window is. It does not wait behind what was typed before.
    pub(super) window: watch::Sender<Option<TermSize>>,
    /// Cancelled to leave also where what was typed waits for a program that does not read.
    pub(super) left: CancellationToken,
    /// Its place among the viewers, if it needs one of its own.
    pub(super) seat: Option<OwnedSemaphorePermit>,
}

/// What a session needs while a client is attached, besides the client.
pub(super) struct Needs {
    /// Whoever waits for the last viewer waits for this one too.
    pub(super) _held: TaskTrackerToken,
    /// That nobody else is attached, where that is so.
    pub(super) hold: Option<Hold>,
}

/// The session's side of being attached.
pub(super) struct Pump {
    engine: Arc<Engine>,
    socket: SocketRef,
    name: String,
    view: View,
    presence: Presence,
    keyboard: Keyboard,
    letters: Letters,
    window: watch::Receiver<Option<TermSize>>,
    left: CancellationToken,
    snapshot: Option<Snapshot>,
    /// Whether the session may have something for the client.
    has_news: bool,
    /// What the client is to be told.
    notice: Option<&'static str>,
    end: Option<End>,
    /// The bytes of output, and of input.
    sent: u64,
    received: u64,
    needs: Needs,
}

/// Attaches a client to a session, which it knows by this name.
pub(super) fn attach(
    engine: &Arc<Engine>,
    socket: &SocketRef,
    session: &Session,
    name: &str,
    needs: Needs,
    seat: Option<OwnedSemaphorePermit>,
) -> (Attached, Pump) {
    let (app, caller) = (&engine.app, &engine.caller);
    let entry = Entry {
        who: caller.grant.who(caller.address),
        right: caller.grant.right,
        scrollback: SCROLLBACK.min(app.0.offer.scrollback),
        resume: None,
        role: Role::Viewer,
    };
    let (mut view, _) = session.attach(entry);
    let grant = Arc::clone(&caller.grant);
    let guests = &app.0.guests;
    let presence = guests.enter(Arrival {
        id: view.id(),
        address: caller.address,
        grant,
        attached: session.into(),
        by: Carrier::SocketIo,
        role: Role::Viewer,
        most: Right::Write,
    });
    // The host may have decided otherwise than the grant.
    let keyboard = Keyboard::of(&mut view);
    let (post, letters) = mail::way();
    let (window, windows) = watch::channel(None);
    let left = CancellationToken::new();
    let attached = Attached {
        session: session.clone(),
        id: view.id(),
        post,
        window,
        left: left.clone(),
        seat,
    };
    let pump = Pump {
        engine: Arc::clone(engine),
        socket: socket.clone(),
        name: name.to_owned(),
        view,
        presence,
        keyboard,
        letters,
        window: windows,
        left,
        snapshot: None,
        has_news: true,
        notice: None,
        end: None,
        sent: 0,
        received: 0,
        needs,
    };
    (attached, pump)
}

impl Pump {
    /// Says how large the client's window is.
    pub(super) fn set_window(&self, window: TermSize) {
        self.view.set_window(window);
    }

    /// Carries output and input until either side leaves.
    pub(super) async fn run(mut self) -> (String, ViewerId, End) {
        let id = self.view.id();
        let span = self.presence.span().clone();
        let end = self.attend().instrument(span).await;
        let reason = match (end, *self.engine.dismissal().borrow()) {
            (End::Detached, Some(why)) => Leave::Dismissed(why).to_string(),
            (end, _) => end.reason().to_owned(),
        };
        self.presence.leaves(Parting {
            reason,
            bytes_in: self.received,
            bytes_out: self.sent,
            refused: self.keyboard.refused(),
        });
        (self.name, id, end)
    }

    async fn attend(&mut self) -> End {
        let engine = Arc::clone(&self.engine);
        let mut moves = engine.moves();
        let out = self.presence.out().clone();
        let lost = match &self.needs.hold {
            Some(hold) => hold.lost().clone(),
            None => CancellationToken::new(),
        };
        loop {
            if let Some(end) = self.end {
                return end;
            }
            let right_changed = self.view.right_changed();
            let hears = !self.keyboard.is_stuffed();
            tokio::select! {
                biased;
                () = engine.closing().cancelled() => return End::Detached,
                () = lost.cancelled() => return self.on_lost().await,
                () = out.cancelled() => self.on_thrown_out().await,
                () = right_changed => self.on_right(),
                // Else what was typed before is taken first.
                () = self.left.cancelled(), if !hears => return End::Detached,
                Ok(()) = self.window.changed() => self.on_window(),
                mail = self.letters.next(), if hears => self.on_mail(mail),
                written = self.keyboard.hand_over() => self.on_written(written),
                () = engine.room_for_word(), if self.notice.is_some() => self.notify(),
                Ok(()) = moves.changed() => self.view.moved(),
                () = sleep(BEAT), if self.has_news => self.on_beat(),
                () = self.view.progress(), if !self.has_news => self.has_news = true,
                () = engine.room_for_output(), if self.has_news => self.send().await,
            }
        }
    }

    /// Somebody else took the session over.
    async fn on_lost(&self) -> End {
        self.tell(TAKEN_OVER).await;
        End::TakenOver
    }

    /// The host threw the client out: it goes with all that it is attached to, and is told so.
    async fn on_thrown_out(&self) {
        self.engine.out().cancel();
        self.engine.closing().cancelled().await;
    }

    /// There is something for the client, but no room.
    fn on_beat(&self) {
        if self.engine.is_between_polls() {
            self.view.moved();
        }
    }

    /// Sends what comes next; there is room for it.
    async fn send(&mut self) {
        loop {
            if let Some(snapshot) = &mut self.snapshot {
                let (piece, _) = snapshot.next();
                let piece = piece.to_owned();
                if snapshot.through().is_some() {
                    self.snapshot = None;
                }
                return self.print(&piece);
            }
            match self.view.next(MAX_CHUNK) {
                Some(Piece::Output(span)) => match self.view.read(span) {
                    Some(text) => return self.print(&text),
                    None => self.view.resync(),
                },
                Some(Piece::Screen { at, text, .. }) => {
                    self.snapshot = Some(Snapshot::new(text, at));
                }
                // The protocol has no word for it: the client knows what it asked for.
                Some(Piece::Size(_)) => {}
                Some(Piece::Recorded(recorded)) => self.on_recorded(recorded),
                Some(Piece::Ended(exit)) => {
                    self.engine.give_back_output();
                    return self.say_exit(exit).await;
                }
                None => {
                    self.has_news = false;
                    return self.engine.give_back_output();
                }
            }
        }
    }

    /// Who only looks need not know that a recording failed.
    fn on_recorded(&mut self, recorded: Recorded) {
        if recorded == Recorded::Failed && self.keyboard.right() == Right::Write {
            self.notice = Some(NO_LONGER_RECORDED);
        }
    }

    fn print(&mut self, data: &str) {
        let session = &self.name;
        if self.socket.emit(OUTPUT, &Output { session, data }).is_err() {
            self.end = Some(End::Detached);
        }
        self.sent += data.len() as u64;
        self.presence.has_taken(self.sent);
    }

    /// Tells that the shell ended, and waits until the client knows.
    async fn say_exit(&mut self, exit: Exit) {
        let engine = Arc::clone(&self.engine);
        let patience = engine.limits().close;
        let told = timeout(patience, async {
            engine.room_for_word().await;
            let status = exit.status();
            let word = json!({"session_id": self.name, "status": status});
            let _ = self.socket.emit(EXIT, &word);
            engine.drained().await;
        });
        let _ = engine.closing().run_until_cancelled(told).await;
        self.end = Some(End::Exit);
    }

    fn on_mail(&mut self, mail: Option<Mail>) {
        match mail {
            Some(Mail::Input(input)) => {
                self.received += input.len() as u64;
                self.presence.has_said(input.len());
                self.press(input);
            }
            // To be counted.
            Some(Mail::Refused) => drop(self.keyboard.press(Bytes::new())),
            None => self.end = Some(End::Detached),
        }
    }

    fn on_window(&mut self) {
        let window = *self.window.borrow_and_update();
        if let Some(size) = window {
            self.view.set_window(size);
        }
    }

    fn press(&mut self, input: String) {
        match self.keyboard.press(input.into()) {
            Fate::Kept => {}
            // The right was taken away a moment ago.
            Fate::Dropped => self.notice = Some(DROPPED),
        }
    }

    fn on_written(&mut self, written: Written) {
        match written {
            Written::Done => {}
            Written::Refused => self.on_right(),
        }
    }

    /// The host gave or took the right to type.
    fn on_right(&mut self) {
        match self.keyboard.renew(&mut self.view) {
            Fate::Kept => {}
            Fate::Dropped => self.notice = Some(DROPPED),
        }
        let writes = self.keyboard.right() == Right::Write;
        tracing::info!(writes, "the viewer's right changed");
    }

    /// Tells the client what it is to be told; there is room for it.
    fn notify(&mut self) {
        if let Some(error) = self.notice.take() {
            self.emit_error(error);
        }
    }

    async fn tell(&self, error: &str) {
        let engine = Arc::clone(&self.engine);
        let patience = engine.limits().close;
        let room = timeout(patience, engine.room_for_word());
        if let Some(Ok(())) = engine.closing().run_until_cancelled(room).await {
            self.emit_error(error);
        }
    }

    fn emit_error(&self, error: &str) {
        let word = json!({"session_id": self.name, "error": error});
        // Where the client is gone, nobody is left to be told.
        let _ = self.socket.emit(ERROR, &word);
    }
}

impl Attached {
    /// Whether the client may type and resize at the moment.
    pub(super) fn writes(&self) -> bool {
        self.session.right_of(self.id) == Some(Right::Write)
    }
}
