//! A client and the program of its own: lines out, lines in, until one of them goes. It leaves the
//! connection to `attendance`.

use std::sync::Arc;
use std::time::Duration;

use hyper::upgrade::OnUpgrade;
use tokio::sync::{mpsc, oneshot};
use tracing::Instrument;
use tungstenite::protocol::frame::coding::CloseCode;

use crate::backend::{Exit, Request};
use crate::lines::{LinesMessage, TooLong};
use crate::pipe::Pipes;
use crate::protocol::ClientMessage;
use crate::right::Right;
use crate::server::App;
use crate::server::attendance::{Attendance, Happening};
use crate::server::keyboard::Fate;
use crate::server::leave::Leave;
use crate::server::viewers::{Arrival, Attached, Carrier};
use crate::server::websocket::{Interest, WebSocket};
use crate::session::Role;

use super::inbox::Inbox;
use super::outbox::Wording;
use super::printed::{self, Chunk, Printed, Room};
use super::standing::{Acted, Standing};
use super::{LinesPlan, Prepared, Started};

const READ_ONLY: &str = "this is read-only: what you send does not reach the program";

const DROPPED: &str = "what you sent last was dropped: the host lets you look only";

/// How often it is looked whether a client is still there that is not heard, because its program does
/// not read: one that is gone answers with a reset.
const LOOK: Duration = Duration::from_millis(400);

/// Serves a client; returns when its program is gone.
pub(super) async fn serve(prepared: Prepared, upgrade: OnUpgrade, app: App, plan: LinesPlan) {
    let Prepared {
        started,
        wording,
        peer,
        grant,
    } = prepared;
    let Started { id, pipes, place } = started;
    {
        let socket = match WebSocket::accept(upgrade, &app.0.limits).await {
            Ok(socket) => socket,
            Err(error) => {
                tracing::debug!(peer = %peer.address, %error, "a viewer left before it was in");
                drop(pipes.backend);
                let _ = pipes.gone.await;
                drop(place);
                return;
            }
        };
        let standing = Standing::new(grant.right);
        let attached = Attached::Lines(standing.clone());
        let guests = &app.0.guests;
        let guest = Arc::clone(&grant);
        let presence = guests.enter(Arrival {
            id,
            address: peer.address,
            grant: guest,
            attached,
            by: Carrier::Lines,
            role: Role::Viewer,
            most: Right::Write,
        });
        let span = presence.span().clone();
        let attendance = Attendance::new(socket, &app, peer, grant, presence);
        // In a box, for a future holds what moves through it at each place.
        let client = Client::new(
            attendance,
            &app.0.offer.command,
            pipes,
            standing,
            wording,
            plan,
        );
        Box::new(client).run().instrument(span).await;
    }
    drop(place);
}

struct Client {
    attendance: Attendance,
    wording: Wording,
    printed: Printed,
    exit: oneshot::Receiver<Exit>,
    inbox: Inbox,
    /// Held until the program is to end.
    requests: mpsc::Sender<Request>,
    gone: oneshot::Receiver<()>,
    /// What the client is to be told besides lines.
    aside: Option<LinesMessage<'static>>,
    /// Whether it is to be told that it may do more, or less, than before.
    owed_right: bool,
    /// Whether it was told that what it sends is dropped since it lost the right to.
    knows_refusal: bool,
}

impl Client {
    fn new(
        mut attendance: Attendance,
        command: &str,
        pipes: Pipes,
        standing: Standing,
        wording: Wording,
        plan: LinesPlan,
    ) -> Self {
        let backend = pipes.backend;
        let inbox = Inbox::new(backend.input, standing);
        let writable = inbox.right() == Right::Write;
        if let Some(setup) = wording.frame(LinesMessage::Setup { command, writable })
            && attendance.leave().is_none()
        {
            attendance.socket.queue(setup);
        }
        Self {
            attendance,
            wording,
            printed: Printed::new(backend.output, pipes.errors, plan, wording),
            exit: backend.exit,
            inbox,
            requests: backend.requests,
            gone: pipes.gone,
            aside: None,
            owed_right: false,
            knows_refusal: false,
        }
    }

    /// Returns when the program is gone.
    async fn run(mut self: Box<Self>) {
        let leave = self.attend().await;
        let Self {
            mut attendance,
            printed,
            inbox,
            requests,
            gone,
            ..
        } = *self;
        let refused = inbox.refused();
        // Nobody holds the program any more: it is to end.
        drop((inbox, requests));
        let log_rest = printed::log_rest(printed.leave());
        let _ = tokio::join!(attendance.part(leave, refused), log_rest, gone);
    }

    /// Attends to the client until it leaves or is left, or all that its program printed is sent.
    async fn attend(&mut self) -> Leave {
        let mut look = tokio::time::interval(LOOK);
        loop {
            self.refill();
            if let Some(leave) = self.attendance.leave() {
                return leave;
            }
            let is_idle = self.attendance.socket.is_idle();
            let interest = self.interest();
            let is_over = is_idle && self.printed.is_over();
            let room = match is_idle {
                true => Room::Some,
                false => Room::None,
            };
            let right_changed = self.inbox.right_changed();
            tokio::select! {
                happening = self.attendance.next(interest) => self.on_happening(happening),
                chunk = self.printed.next(room) => self.on_printed(chunk),
                exit = &mut self.exit, if is_over => self.on_exit(exit.unwrap_or(Exit::Code(1))),
                acted = self.inbox.hand_over() => self.on_handed_over(acted),
                () = right_changed => self.on_right(),
                _ = look.tick(), if interest == Interest::Send => self.look(),
            }
        }
    }

    /// A client that has sent far more than the program reads is not heard until it is through.
    fn interest(&self) -> Interest {
        match self.inbox.is_stuffed() {
            false => Interest::Both,
            true => Interest::Send,
        }
    }

    fn look(&mut self) {
        if self.attendance.socket.is_idle() {
            self.attendance.socket.ping();
        }
    }

    /// Queues what the client is to be told besides lines, if the socket takes it.
    fn refill(&mut self) {
        while self.attendance.socket.is_idle() && self.attendance.leave().is_none() {
            let Some(message) = self.next_word() else {
                return;
            };
            if let Some(frame) = self.wording.frame(message) {
                self.attendance.socket.queue(frame);
            }
        }
    }

    fn next_word(&mut self) -> Option<LinesMessage<'static>> {
        if std::mem::take(&mut self.owed_right) {
            return Some(LinesMessage::Writable(self.inbox.right() == Right::Write));
        }
        self.aside.take().or_else(|| self.excess())
    }

    /// Told once, for it goes on as long as the client does.
    fn excess(&mut self) -> Option<LinesMessage<'static>> {
        let notice = self.attendance.socket.excess()?.notice();
        tracing::info!(notice, "a viewer met a limit");
        Some(LinesMessage::Notice(notice))
    }

    fn on_printed(&mut self, chunk: Chunk) {
        let (frames, sent) = self.printed.pass_on(chunk);
        if !frames.is_empty() {
            self.attendance.socket.queue(frames);
        }
        self.check_lines(sent);
    }

    /// What is cut somewhere would be taken for what it is not, so it is not sent at all.
    fn check_lines(&mut self, sent: Result<(), TooLong>) {
        if let Err(TooLong(max)) = sent {
            tracing::warn!(
                max,
                "the program printed a longer line than --max-line allows"
            );
            let reason = format!(
                "the program printed a line longer than {max} bytes, the limit of --max-line"
            );
            self.attendance
                .finish(Leave::LineTooLong, CloseCode::Error, reason);
        }
    }

    fn on_exit(&mut self, exit: Exit) {
        tracing::info!(?exit, "the program ended");
        self.attendance.presence().program_ended(exit);
        let status = exit.status();
        if let Some(frame) = self.wording.frame(LinesMessage::Disconnect(status)) {
            self.attendance.socket.queue(frame);
        }
        let reason = format!("the program ended with status {status}");
        self.attendance
            .finish(Leave::ProgramEnded, CloseCode::Normal, reason);
    }

    fn on_happening(&mut self, happening: Happening) {
        match happening {
            Happening::Text(text) => self.on_text(&text),
            Happening::Binary(_) => self.attendance.refuse(
                CloseCode::Unsupported,
                "binary messages are no lines; send text",
            ),
            Happening::Pinged => {
                self.aside.get_or_insert(LinesMessage::Heartbeat);
            }
            Happening::Moved | Happening::Other => {}
        }
    }

    fn on_text(&mut self, text: &str) {
        match self.wording {
            Wording::Bare => self.on_line(text),
            Wording::Messages => match ClientMessage::decode(text) {
                Ok(ClientMessage::Stdin(line)) => self.on_line(&line),
                // Those of terminals have no meaning here.
                Ok(_) => tracing::debug!("a message that lines do not have"),
                Err(bad) => self.attendance.refuse(CloseCode::Policy, &bad.to_string()),
            },
        }
    }

    fn on_line(&mut self, line: &str) {
        if self.inbox.push(line) == Fate::Dropped && !self.knows_refusal {
            // Told once: it goes on as long as the client does.
            self.knows_refusal = true;
            self.aside = Some(LinesMessage::Notice(READ_ONLY));
            tracing::info!("input refused: the viewer may only look");
        }
    }

    fn on_handed_over(&mut self, acted: Acted) {
        match acted {
            Acted::Done => {}
            Acted::Refused => self.on_right(),
        }
    }

    /// The host gave or took the right to send.
    fn on_right(&mut self) {
        self.owed_right = true;
        self.knows_refusal = false;
        if self.inbox.renew() == Fate::Dropped {
            self.aside = Some(LinesMessage::Notice(DROPPED));
        }
        let writes = self.inbox.right() == Right::Write;
        tracing::info!(writes, "the viewer's right changed");
    }
}
