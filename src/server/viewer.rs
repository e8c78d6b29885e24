//! A viewer's connection: the session's pieces out as messages, messages in as input. It knows the
//! protocol and the session, and leaves the socket to `websocket`.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::upgrade::OnUpgrade;
use tokio::sync::watch;
use tokio::time::{Instant, Interval, MissedTickBehavior};
use tracing::Instrument;
use tungstenite::protocol::frame::coding::CloseCode;

use crate::access::Grant;
use crate::backend::MAX_CHUNK;
use crate::offset::Offset;
use crate::protocol::{ClientMessage, ServerMessage, Setup};
use crate::right::Right;
use crate::session::{Piece, Session, View, Writer, Written};
use crate::tls::Tls;

use super::flow::Flow;
use super::frames::{self, Frames};
use super::leave::Leave;
use super::peer::Peer;
use super::snapshot::Snapshot;
use super::typed::Typed;
use super::viewers::Presence;
use super::websocket::{Ending, Event, Interest, WebSocket};
use super::wish::Wish;
use super::{AUDIT, App};

/// How long nothing new must have come before a flood counts as settled.
const SETTLED: Duration = Duration::from_millis(100);

/// A viewer is shown the present screen where it is behind by more than its window, but not for less
/// than so many bytes: that much is shown in no time.
const LEAST_BEHIND: usize = 32 * 1024;

/// How many bytes of a viewer's input may wait for a program that does not read.
const MAX_TYPED: usize = 1024 * 1024;

const READ_ONLY: &str = "this terminal is read-only: what you type does not reach it";

const DROPPED: &str = "what you typed last was dropped: the host lets you look only";

/// The reason that a viewer which is thrown out is given; the page knows it by this.
const THROWN_OUT: &str = "thrown out by the host";

/// Serves a viewer until it leaves, the program ends, or the server stops.
pub(super) async fn serve(
    upgrade: OnUpgrade,
    app: App,
    session: Session,
    peer: Arc<Peer>,
    grant: Arc<Grant>,
    wish: Wish,
) {
    let socket = match WebSocket::accept(upgrade, &app.0.limits).await {
        Ok(socket) => socket,
        Err(error) => {
            tracing::debug!(peer = %peer.address, %error, "a viewer left before it was in");
            return;
        }
    };
    // In a box, for a future holds what moves through it at each place.
    let viewer = Box::new(Viewer::new(
        socket,
        app,
        session,
        Arc::clone(&peer),
        Arc::clone(&grant),
        wish,
    ));
    let (id, session) = (viewer.view.id(), viewer.session.name());
    let user = grant.user.as_deref();
    let span = tracing::warn_span!("viewer", %id, %session, peer = %peer.address, user);
    viewer.run().instrument(span).await;
}

struct Viewer {
    app: App,
    session: Session,
    frames: Arc<Frames>,
    peer: Arc<Peer>,
    grant: Arc<Grant>,
    socket: WebSocket,
    view: View,
    presence: Presence,
    writer: Option<Writer>,
    snapshot: Option<Snapshot>,
    /// What was typed, but did not yet reach the program.
    typed: Typed,
    /// What the viewer is to be told besides output.
    aside: Option<ServerMessage<'static>>,
    /// Whether it is to be told that it may do more, or less, than before.
    owed_right: bool,
    flow: Flow,
    /// The inputs refused because the viewer may only look.
    refused: u64,
    /// Whether it was told so since it lost the right to type.
    knows_refusal: bool,
    /// The pings since the viewer was last heard.
    unanswered: u32,
    leave: Option<Leave>,
}

impl Viewer {
    fn new(
        mut socket: WebSocket,
        app: App,
        session: Session,
        peer: Arc<Peer>,
        grant: Arc<Grant>,
        wish: Wish,
    ) -> Self {
        let entry = wish.entry(&session, app.0.offer.scrollback, grant.right);
        let (mut view, _) = session.attach(entry);
        let guest = Arc::clone(&grant);
        let presence = app.0.guests.enter(view.id(), peer.address, guest, &session);
        // The host may have decided otherwise than the grant.
        let writer = view.writer();
        let name = session.name();
        let setup = ServerMessage::Setup(Setup {
            session: name.as_str(),
            command: &app.0.offer.command,
            writable: writer.is_some(),
            resizes: session.heeds_window_of(right(&writer)),
            size: session.size(),
            title: &session.title(),
            scrollback: entry.scrollback,
            resume: session.stream(),
            resumed: view.is_resumed(),
        });
        socket.queue(frames::message(&setup));
        Self {
            frames: app.0.frames.of(&session),
            app,
            session,
            peer,
            grant,
            socket,
            view,
            presence,
            writer,
            snapshot: None,
            typed: Typed::default(),
            aside: None,
            owed_right: false,
            flow: Flow::new(),
            refused: 0,
            knows_refusal: false,
            unanswered: 0,
            leave: None,
        }
    }

    async fn run(mut self: Box<Self>) {
        let since = Instant::now();
        let mode = match self.writer {
            Some(_) => "write",
            None => "view",
        };
        tracing::info!(target: AUDIT, mode, "viewer joined");
        let leave = self.attend().await;
        self.part(leave).await;
        let seconds = since.elapsed().as_secs();
        let (bytes_in, bytes_out) = self.socket.traffic();
        let refused = self.refused;
        tracing::info!(target: AUDIT, reason = %leave, seconds, bytes_in, bytes_out, refused, "viewer left");
    }

    /// Attends to the viewer until one side leaves.
    async fn attend(&mut self) -> Leave {
        let stop = self.app.0.stop.clone();
        let out = self.presence.out().clone();
        let mut ticks = ticks_of(self.app.0.limits.ping);
        let mut recheck = ticks_of(self.app.0.limits.recheck);
        let mut changes = self.app.0.access.changes();
        let mut renewals = self.app.tls().map(Tls::changes);
        // What was granted may not hold any more by now.
        self.recheck();
        loop {
            self.refill();
            if let Some(leave) = self.leave {
                return leave;
            }
            let is_idle = self.socket.is_idle();
            let waiting = is_idle && self.flow.has_room();
            let settling = waiting && self.view.is_owed_scrollback();
            let interest = self.interest();
            let over = self.view.over();
            let right_changed = self.view.right_changed();
            tokio::select! {
                event = self.socket.event(interest) => self.on_event(event),
                () = self.view.progress(), if waiting => {}
                () = over, if is_idle && !waiting => {}
                () = tokio::time::sleep(SETTLED), if settling => self.view.resync(),
                written = type_in(&self.writer, &mut self.typed), if !self.typed.is_empty() => {
                    self.on_written(written);
                }
                () = right_changed => self.on_right(),
                _ = ticks.tick() => self.on_tick(),
                _ = recheck.tick() => self.recheck(),
                Ok(()) = changes.changed() => self.recheck(),
                () = renewed(&mut renewals) => self.recheck(),
                () = stop.cancelled() => self.close(Leave::ServerStops),
                () = out.cancelled() => self.close(Leave::ThrownOut),
            }
        }
    }

    /// A viewer that has typed far more than the program reads is not heard until it is through.
    fn interest(&self) -> Interest {
        match self.typed.len() > MAX_TYPED {
            false => Interest::Both,
            true => Interest::Send,
        }
    }

    /// Queues what comes next, if the socket takes it.
    fn refill(&mut self) {
        while self.socket.is_idle() && self.leave.is_none() {
            match self.next_frame() {
                Some(frame) => self.socket.queue(frame),
                None => return,
            }
        }
    }

    fn next_frame(&mut self) -> Option<Bytes> {
        if std::mem::take(&mut self.owed_right) {
            return Some(frames::message(&self.right_now()));
        }
        let aside = self.aside.take().or_else(|| self.excess());
        if let Some(aside) = aside.or_else(|| self.taken()) {
            return Some(frames::message(&aside));
        }
        if let Some(snapshot) = &mut self.snapshot {
            let (piece, at) = snapshot.next();
            let frame = frames::stdout(piece, at);
            if let Some((at, bytes)) = snapshot.through() {
                self.flow.on_screen_sent(at, bytes);
                self.snapshot = None;
            }
            return Some(frame);
        }
        // What is printed last is not waited for: nothing comes after it.
        if !self.flow.has_room() && !self.session.has_ended() {
            return None;
        }
        let piece = self.view.next(MAX_CHUNK.min(self.flow.window()))?;
        self.frame_of(piece)
    }

    /// The frame for a piece; `None` where there is none yet, and the next turn has it.
    fn frame_of(&mut self, piece: Piece) -> Option<Bytes> {
        match piece {
            Piece::Output(span) => match self.frames.output(&self.view, span) {
                Some(frame) => {
                    self.flow.on_sent(span.to, span.len());
                    Some(frame)
                }
                None => {
                    self.view.resync();
                    self.next_frame()
                }
            },
            Piece::Screen { at, size, text } => {
                self.snapshot = Some(Snapshot::new(text, at));
                Some(frames::message(&ServerMessage::Size(size)))
            }
            Piece::Size(size) => Some(frames::message(&ServerMessage::Size(size))),
            Piece::Ended(exit) => {
                self.leave = Some(Leave::ProgramEnded);
                Some(frames::message(&ServerMessage::Disconnect(exit.status())))
            }
        }
    }

    fn on_event(&mut self, event: Event) {
        if !matches!(event, Event::Sent | Event::Moved) {
            self.unanswered = 0;
        }
        self.presence.has_taken(self.socket.taken());
        match event {
            Event::Sent | Event::Alive => {}
            Event::Moved => self.view.moved(),
            Event::Text(text) => {
                self.presence.has_said(text.len());
                self.on_text(&text);
            }
            Event::Binary => {
                self.refuse(
                    CloseCode::Unsupported,
                    "binary messages are not part of this protocol",
                );
            }
            Event::Ended(ending) => self.leave = Some(Leave::Viewer(ending)),
        }
    }

    fn on_text(&mut self, text: &str) {
        match ClientMessage::decode(text) {
            Ok(ClientMessage::Stdin(input)) if self.writer.is_some() => {
                self.typed.push(input);
            }
            Ok(ClientMessage::Stdin(input)) => {
                self.typed.waste(&input);
                self.refuse_input();
            }
            Ok(ClientMessage::SetSize(Some(size))) => self.view.set_window(size),
            Ok(ClientMessage::SetSize(None)) => tracing::debug!("a window of no valid size"),
            Ok(ClientMessage::Ack(offset)) => self.on_ack(offset),
            Ok(ClientMessage::Extension) => tracing::debug!("an unknown extension"),
            Err(bad) => self.refuse(CloseCode::Policy, &bad.to_string()),
        }
    }

    /// Who acknowledges paces itself; the program need not wait for it.
    fn on_ack(&mut self, offset: Offset) {
        self.flow.on_shown(offset);
        self.view.pursue(self.flow.window().max(LEAST_BEHIND));
    }

    /// Told once, for it goes on as long as the viewer does.
    fn excess(&mut self) -> Option<ServerMessage<'static>> {
        let notice = self.socket.excess()?.notice();
        tracing::info!(notice, "a viewer met a limit");
        Some(ServerMessage::Notice(notice))
    }

    /// Who acknowledges output wants to know how far its own input is.
    fn taken(&mut self) -> Option<ServerMessage<'static>> {
        let is_heeded = self.flow.is_acknowledged();
        let taken = is_heeded.then(|| self.typed.taken()).flatten()?;
        Some(ServerMessage::Taken(taken))
    }

    /// Told once: a page that sends each key would be told at each.
    fn refuse_input(&mut self) {
        if !self.knows_refusal {
            self.knows_refusal = true;
            self.aside = Some(ServerMessage::Notice(READ_ONLY));
            tracing::info!("input refused: the viewer may only look");
        }
        self.refused += 1;
    }

    fn on_written(&mut self, written: Written) {
        match written {
            Written::Done => {}
            Written::Refused => self.on_right(),
        }
    }

    /// The host gave or took the right to type. What was typed before is not typed later: who gave the
    /// right anew did not mean it.
    fn on_right(&mut self) {
        self.writer = self.view.writer();
        self.owed_right = true;
        self.knows_refusal = false;
        if !self.typed.is_empty() {
            self.refused += 1;
            self.typed.clear();
            self.aside = Some(ServerMessage::Notice(DROPPED));
        }
        tracing::info!(writes = self.writer.is_some(), "the viewer's right changed");
    }

    /// What the viewer may do, for it to know.
    fn right_now(&self) -> ServerMessage<'static> {
        ServerMessage::Writable {
            writable: self.writer.is_some(),
            resizes: self.session.heeds_window_of(right(&self.writer)),
        }
    }

    fn refuse(&mut self, code: CloseCode, reason: &str) {
        tracing::warn!(reason, "viewer refused");
        self.socket.close(code, reason);
        self.leave = Some(Leave::Refused);
    }

    /// Pings are counted, not seconds: a server that was suspended for an hour has heard nothing in
    /// it. A viewer that is not heard for its own typing is left to the kernel's time limit.
    fn on_tick(&mut self) {
        if self.unanswered >= self.app.0.limits.missed_pings {
            self.leave = Some(Leave::Silent);
        }
        if self.interest() == Interest::Both {
            self.unanswered += 1;
        }
        self.socket.ping();
        if self.flow.is_acknowledged() {
            self.aside.get_or_insert(ServerMessage::Heartbeat);
        }
    }

    /// Who was let in once is not let in for ever (requirement R34).
    fn recheck(&mut self) {
        if self.presence.out().is_cancelled() {
            self.close(Leave::ThrownOut);
        } else if !self.app.0.access.holds(&self.grant) || !self.peer.is_trusted(self.app.tls()) {
            self.refuse(
                CloseCode::Policy,
                "you are not let in any more; load the page again to log in",
            );
        }
    }

    fn close(&mut self, leave: Leave) {
        match leave {
            Leave::ThrownOut => self.socket.close(CloseCode::Policy, THROWN_OUT),
            _ => self.socket.close(CloseCode::Away, "the server stops"),
        }
        self.leave = Some(leave);
    }

    /// Parts from the viewer as it is due, but not for longer than it may take to close.
    async fn part(&mut self, leave: Leave) {
        let patience: Duration = self.app.0.limits.close;
        if matches!(leave, Leave::Viewer(Ending::Lost) | Leave::Silent) {
            return;
        }
        let _ = tokio::time::timeout(patience, async {
            match leave {
                Leave::Viewer(Ending::Closed | Ending::Lost) | Leave::Silent => {}
                Leave::Viewer(Ending::Broken) => self.socket.linger().await,
                Leave::Refused | Leave::ProgramEnded | Leave::ServerStops | Leave::ThrownOut => {
                    self.say_goodbye().await
                }
            }
        })
        .await;
        let _ = tokio::time::timeout(patience, self.socket.finish()).await;
    }

    /// Sends what is under way and waits for the close.
    async fn say_goodbye(&mut self) {
        loop {
            if self.leave == Some(Leave::ProgramEnded) && self.socket.is_idle() {
                self.socket.close(CloseCode::Normal, "the program ended");
            }
            match self.socket.event(Interest::Both).await {
                Event::Ended(Ending::Broken) => return self.socket.linger().await,
                Event::Ended(_) => return,
                _ => {}
            }
        }
    }
}

/// Ticks, the first of them after a whole `period`.
fn ticks_of(period: Duration) -> Interval {
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.reset();
    ticks
}

fn right(writer: &Option<Writer>) -> Right {
    match writer {
        Some(_) => Right::Write,
        None => Right::View,
    }
}

/// Waits until what clients show is judged anew, where they have to show anything.
async fn renewed(renewals: &mut Option<watch::Receiver<()>>) {
    let changed = match renewals {
        Some(renewals) => renewals.changed().await.is_ok(),
        None => false,
    };
    if !changed {
        std::future::pending().await
    }
}

async fn type_in(writer: &Option<Writer>, typed: &mut Typed) -> Written {
    match writer {
        Some(writer) => typed.hand_to(writer).await,
        None => Written::Refused,
    }
}
