//! A viewer's connection: the session's pieces out as messages, messages in as input. It knows the
//! protocol and the session, and leaves the socket to `websocket`.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::upgrade::OnUpgrade;
use tokio::time::{Instant, MissedTickBehavior};
use tracing::Instrument;
use tungstenite::protocol::frame::coding::CloseCode;

use crate::backend::MAX_CHUNK;
use crate::offset::Offset;
use crate::protocol::{ACK_WINDOW, ClientMessage, ServerMessage, Setup};
use crate::session::{Piece, View, Writer};

use super::App;
use super::frames;
use super::listener::Peer;
use super::websocket::{Ending, Event, Interest, WebSocket};

const READ_ONLY: &str = "this terminal is read-only: what you type does not reach it";

/// Serves a viewer until it leaves, the program ends, or the server stops.
pub(super) async fn serve(upgrade: OnUpgrade, app: App, peer: Arc<Peer>) {
    let socket = match WebSocket::accept(upgrade).await {
        Ok(socket) => socket,
        Err(error) => {
            tracing::debug!(peer = %peer.address, %error, "a viewer left before it was in");
            return;
        }
    };
    let viewer = Viewer::new(socket, app);
    let span = tracing::info_span!("viewer", id = %viewer.view.id(), peer = %peer.address);
    viewer.run().instrument(span).await;
}

/// How a viewer's connection went to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leave {
    /// The viewer went.
    Viewer(Ending),
    /// It sent nothing, and answered no ping, for too long.
    Silent,
    /// It sent what the protocol does not have.
    Refused,
    /// The program ended.
    ProgramEnded,
    /// The server stops.
    ServerStops,
}

/// A snapshot on its way, in pieces.
struct Snapshot {
    text: Arc<str>,
    sent: usize,
    at: Offset,
}

impl Snapshot {
    /// The next piece, with its place in the stream if it is the last.
    fn next(&mut self) -> (&str, Option<Offset>) {
        let end = self.text.floor_char_boundary(self.sent + MAX_CHUNK);
        let piece = self.text.get(self.sent..end).unwrap_or_default();
        self.sent = end;
        (piece, (end == self.text.len()).then_some(self.at))
    }

    fn is_through(&self) -> bool {
        self.sent == self.text.len()
    }
}

struct Viewer {
    app: App,
    socket: WebSocket,
    view: View,
    writer: Option<Writer>,
    snapshot: Option<Snapshot>,
    /// What was typed, but did not yet reach the program.
    typed: Option<Bytes>,
    /// A line that the viewer is to be told.
    notice: Option<&'static str>,
    /// Up to where output was sent.
    sent: Offset,
    /// Up to where the viewer has shown it, if it says so at all.
    shown: Option<Offset>,
    /// The inputs refused because the viewer may only look.
    refused: u64,
    /// The pings since the viewer was last heard.
    unanswered: u32,
    leave: Option<Leave>,
}

impl Viewer {
    fn new(mut socket: WebSocket, app: App) -> Self {
        let inner = &app.0;
        let (view, writer) = inner.session.attach(inner.right);
        let setup = ServerMessage::Setup(Setup {
            session: inner.session.name().as_str(),
            command: &inner.command,
            writable: writer.is_some(),
            resizes: inner.session.heeds_window_of(inner.right),
            size: inner.session.size(),
            title: &inner.session.title(),
            scrollback: inner.scrollback,
        });
        socket.queue(frames::message(&setup));
        Self {
            app,
            socket,
            view,
            writer,
            snapshot: None,
            typed: None,
            notice: None,
            sent: Offset::START,
            shown: None,
            refused: 0,
            unanswered: 0,
            leave: None,
        }
    }

    async fn run(mut self) {
        let since = Instant::now();
        tracing::info!(writes = self.writer.is_some(), "viewer joined");
        let leave = self.attend().await;
        if !matches!(leave, Leave::Viewer(_) | Leave::Silent) {
            self.say_goodbye().await;
        }
        let seconds = since.elapsed().as_secs();
        tracing::info!(?leave, seconds, refused = self.refused, "viewer left");
    }

    /// Attends to the viewer until one side leaves.
    async fn attend(&mut self) -> Leave {
        let stop = self.app.0.stop.clone();
        let mut ticks = tokio::time::interval(self.app.0.limits.ping);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ticks.reset();
        loop {
            self.refill();
            if let Some(leave) = self.leave {
                return leave;
            }
            let waiting = self.socket.is_idle() && self.has_room();
            let interest = self.interest();
            tokio::select! {
                event = self.socket.event(interest) => self.on_event(event),
                () = self.view.progress(), if waiting => {}
                () = type_in(&self.writer, &mut self.typed), if interest == Interest::Send => {}
                _ = ticks.tick() => self.on_tick(),
                () = stop.cancelled() => self.close(Leave::ServerStops),
            }
        }
    }

    /// A viewer whose input waits for the program is not heard until it is through.
    fn interest(&self) -> Interest {
        match self.typed {
            None => Interest::Both,
            Some(_) => Interest::Send,
        }
    }

    /// Whether the viewer may be sent more: one that says how far it is is not sent far ahead.
    fn has_room(&self) -> bool {
        self.shown
            .is_none_or(|shown| self.sent.since(shown) < ACK_WINDOW)
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
        if let Some(notice) = self.notice.take() {
            return Some(frames::message(&ServerMessage::Notice(notice)));
        }
        if let Some(snapshot) = &mut self.snapshot {
            let (piece, at) = snapshot.next();
            let frame = frames::stdout(piece, at);
            if snapshot.is_through() {
                self.sent = snapshot.at;
                self.snapshot = None;
            }
            return Some(frame);
        }
        if !self.has_room() {
            return None;
        }
        let piece = self.view.next(MAX_CHUNK)?;
        self.frame_of(piece)
    }

    /// The frame for a piece; `None` where there is none yet, and the next turn has it.
    fn frame_of(&mut self, piece: Piece) -> Option<Bytes> {
        match piece {
            Piece::Output(span) => match self.app.0.frames.output(&self.view, span) {
                Some(frame) => {
                    self.sent = span.to;
                    Some(frame)
                }
                None => {
                    self.view.resync();
                    self.next_frame()
                }
            },
            Piece::Screen { at, size, text } => {
                self.snapshot = Some(Snapshot { text, sent: 0, at });
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
        if !matches!(event, Event::Sent) {
            self.unanswered = 0;
        }
        match event {
            Event::Sent | Event::Alive => {}
            Event::Text(text) => self.on_text(&text),
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
                self.typed = (!input.is_empty()).then(|| input.into());
            }
            Ok(ClientMessage::Stdin(_)) => self.refuse_input(),
            Ok(ClientMessage::SetSize(Some(size))) => self.view.set_window(size),
            Ok(ClientMessage::SetSize(None)) => tracing::debug!("a window of no valid size"),
            Ok(ClientMessage::Ack(offset)) => self.on_ack(offset),
            Ok(ClientMessage::Extension) => tracing::debug!("an unknown extension"),
            Err(bad) => self.refuse(CloseCode::Policy, &bad.to_string()),
        }
    }

    /// Who acknowledges paces itself; the program need not wait for it.
    fn on_ack(&mut self, offset: Offset) {
        if self.shown.is_none() {
            self.view.pace_no_more();
        }
        self.shown = Some(offset.min(self.sent).max(self.shown.unwrap_or_default()));
    }

    /// Told once: a page that sends each key would be told at each.
    fn refuse_input(&mut self) {
        if self.refused == 0 {
            self.notice = Some(READ_ONLY);
            tracing::info!("input refused: the viewer may only look");
        }
        self.refused += 1;
    }

    fn refuse(&mut self, code: CloseCode, reason: &str) {
        tracing::warn!(reason, "viewer refused");
        self.socket.close(code, reason);
        self.leave = Some(Leave::Refused);
    }

    /// Pings are counted, not seconds: a server that was suspended for an hour has heard nothing in
    /// it. While input waits for the program the viewer is not heard at all.
    fn on_tick(&mut self) {
        if self.unanswered >= self.app.0.limits.missed_pings {
            self.leave = Some(Leave::Silent);
        }
        if self.typed.is_none() {
            self.unanswered += 1;
        }
        self.socket.ping();
    }

    fn close(&mut self, leave: Leave) {
        self.socket.close(CloseCode::Away, "the server stops");
        self.leave = Some(leave);
    }

    /// Sends what is under way and waits for the close, but not for ever.
    async fn say_goodbye(&mut self) {
        let patience: Duration = self.app.0.limits.close;
        let goodbye = async {
            loop {
                if self.leave == Some(Leave::ProgramEnded) && self.socket.is_idle() {
                    self.socket.close(CloseCode::Normal, "the program ended");
                }
                if let Event::Ended(_) = self.socket.event(Interest::Both).await {
                    return;
                }
            }
        };
        let _ = tokio::time::timeout(patience, goodbye).await;
    }
}

async fn type_in(writer: &Option<Writer>, typed: &mut Option<Bytes>) {
    if let Some(writer) = writer {
        writer.write(typed).await;
    }
}
