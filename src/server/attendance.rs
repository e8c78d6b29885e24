//! Attending to a client's connection: it is pinged, let go when it is silent or may no longer stay,
//! and parted from as it is due. What goes over the connection is somebody else's matter.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Interval;
use tungstenite::protocol::frame::Utf8Bytes;
use tungstenite::protocol::frame::coding::CloseCode;

use crate::access::Grant;

use super::leave::Leave;
use super::peer::Peer;
use super::stay::{Dismissal, Stay, ticks_of};
use super::viewers::{Parting, Presence};
use super::websocket::{Ending, Event, Interest, WebSocket};
use super::{App, Limits};

/// What happened on a connection that is attended to.
#[derive(Debug)]
pub(super) enum Happening {
    /// The client sent a text.
    Text(Utf8Bytes),
    /// The client sent bytes.
    Binary(Bytes),
    /// The connection took a part of the frame that was queued.
    Moved,
    /// It was pinged, as it is now and then.
    Pinged,
    /// Something that only the attendance itself cares for; there may be room for another frame, or
    /// it is to be left.
    Other,
}

/// A connection that is attended to.
#[derive(Debug)]
pub(super) struct Attendance {
    pub(super) socket: WebSocket,
    presence: Presence,
    stay: Stay,
    limits: Limits,
    ticks: Interval,
    /// The pings since the client was last heard.
    unanswered: u32,
    leave: Option<Leave>,
    /// What the connection is closed with once the last frame is sent.
    last_words: Option<(CloseCode, String)>,
}

impl Attendance {
    /// Begins to attend to the one at the other end of a connection, who was granted this.
    pub(super) fn new(
        socket: WebSocket,
        app: &App,
        peer: Arc<Peer>,
        grant: Arc<Grant>,
        presence: Presence,
    ) -> Self {
        let limits = app.0.limits;
        let mut attendance = Self {
            socket,
            stay: Stay::new(app, peer, grant, presence.out().clone()),
            presence,
            limits,
            ticks: ticks_of(limits.ping),
            unanswered: 0,
            leave: None,
            last_words: None,
        };
        if let Some(dismissal) = attendance.stay.dismissal() {
            attendance.dismiss(dismissal);
        }
        attendance
    }

    /// Why the connection is to be left, if it is.
    pub(super) fn leave(&self) -> Option<Leave> {
        self.leave
    }

    /// That the client is there.
    pub(super) fn presence(&self) -> &Presence {
        &self.presence
    }

    /// What happens next. Safe to be cancelled.
    pub(super) async fn next(&mut self, interest: Interest) -> Happening {
        tokio::select! {
            event = self.socket.event(interest) => self.on_event(event),
            _ = self.ticks.tick() => self.on_tick(interest),
            dismissal = self.stay.over() => {
                self.dismiss(dismissal);
                Happening::Other
            }
        }
    }

    fn on_event(&mut self, event: Event) -> Happening {
        if !matches!(event, Event::Sent | Event::Moved) {
            self.unanswered = 0;
        }
        self.presence.has_taken(self.socket.taken());
        match event {
            Event::Sent | Event::Alive => Happening::Other,
            Event::Moved => Happening::Moved,
            Event::Text(text) => {
                self.presence.has_said(text.len());
                Happening::Text(text)
            }
            Event::Binary(bytes) => {
                self.presence.has_said(bytes.len());
                Happening::Binary(bytes)
            }
            Event::Ended(ending) => {
                self.leave = Some(Leave::Viewer(ending));
                Happening::Other
            }
        }
    }

    /// Pings are counted, not seconds: a server that was suspended for an hour has heard nothing in
    /// it. A client that is not heard for its own typing is left to the kernel's time limit.
    fn on_tick(&mut self, interest: Interest) -> Happening {
        if self.unanswered >= self.limits.missed_pings {
            self.leave = Some(Leave::Silent);
        }
        if interest == Interest::Both {
            self.unanswered += 1;
        }
        self.socket.ping();
        Happening::Pinged
    }

    fn dismiss(&mut self, dismissal: Dismissal) {
        let (code, reason) = dismissal.words();
        self.socket.close(code, reason);
        self.leave = Some(Leave::Dismissed(dismissal));
    }

    /// Closes a connection whose client says what is not understood, or not taken.
    pub(super) fn refuse(&mut self, code: CloseCode, reason: &str) {
        tracing::warn!(reason, "viewer refused");
        self.socket.close(code, reason);
        self.leave = Some(Leave::Refused);
    }

    /// There is nothing more to send than what is queued: after it the connection is closed.
    pub(super) fn finish(&mut self, leave: Leave, code: CloseCode, reason: String) {
        self.leave = Some(leave);
        self.last_words = Some((code, reason));
    }

    /// Parts from the client as it is due, but not for longer than it may take to close; `refused` of
    /// its inputs were.
    pub(super) async fn part(&mut self, leave: Leave, refused: u64) {
        let patience: Duration = self.limits.close;
        if !matches!(leave, Leave::Viewer(Ending::Lost) | Leave::Silent) {
            let _ = tokio::time::timeout(patience, self.say_goodbye(leave)).await;
            let _ = tokio::time::timeout(patience, self.socket.finish()).await;
        }
        let (bytes_in, bytes_out) = self.socket.traffic();
        self.presence.leaves(Parting {
            reason: leave.to_string(),
            bytes_in,
            bytes_out,
            refused,
        });
    }

    async fn say_goodbye(&mut self, leave: Leave) {
        match leave {
            Leave::Viewer(Ending::Closed | Ending::Lost) | Leave::Silent => {}
            Leave::Viewer(Ending::Broken) => self.socket.linger().await,
            Leave::Refused | Leave::ProgramEnded | Leave::LineTooLong | Leave::Dismissed(_) => {
                self.socket.await_close(self.last_words.take()).await
            }
        }
    }
}
