//! The connection of a page of all sessions: what changed out, every now and then, as long as the page
//! takes it. It knows the sessions, and leaves the words to `message` and `card`.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use bytes::Bytes;
use hyper::upgrade::OnUpgrade;
use serde_json::Value;
use tokio::time::{Interval, MissedTickBehavior, interval};
use tracing::Instrument;
use tungstenite::protocol::frame::coding::CloseCode;

use crate::access::Grant;
use crate::registry::Seen;
use crate::right::Right;
use crate::session::Mark;
use crate::viewer_id::ViewerId;

use super::super::App;
use super::super::attendance::{Attendance, Happening};
use super::super::leave::Leave;
use super::super::peer::Peer;
use super::super::viewers::{Arrival, Attached, Carrier};
use super::super::websocket::{Interest, WebSocket};
use super::card::Reader;
use super::gallery::Visit;
use super::{FRAME, message};

/// What is told in words is looked through only at every so many frames: who is there changes seldom.
const CARDS_EVERY: u32 = 3;

/// Serves a page of all sessions until it leaves, or the server stops.
pub(super) async fn serve(upgrade: OnUpgrade, app: App, peer: Arc<Peer>, grant: Arc<Grant>) {
    let socket = match WebSocket::accept(upgrade, &app.0.limits).await {
        Ok(socket) => socket,
        Err(error) => {
            tracing::debug!(peer = %peer.address, %error, "a page of sessions left before it was in");
            return;
        }
    };
    let id = app.0.registry.next_viewer();
    let presence = app.0.guests.enter(Arrival {
        id,
        address: peer.address,
        grant: Arc::clone(&grant),
        attached: Attached::Overview,
        by: Carrier::WebSocket,
        role: app.role_of(&grant),
        most: Right::View,
    });
    let span = presence.span().clone();
    let mut ticks = interval(FRAME);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let offer = &app.0.offer;
    let setup = message::setup(
        &offer.command,
        app.0.registry.mode(),
        grant.sight,
        offer.watchers,
    );
    // In a box, for a future holds what moves through it at each place.
    let overview = Box::new(Overview {
        attendance: Attendance::new(socket, &app, peer, Arc::clone(&grant), presence),
        visit: app.0.gallery.enter(),
        app,
        grant,
        id,
        ticks,
        turn: 0,
        queue: VecDeque::from([setup]),
        known: HashMap::new(),
        is_ready: false,
        looks: HashSet::new(),
    });
    overview.run().instrument(span).await;
}

struct Overview {
    attendance: Attendance,
    visit: Visit,
    app: App,
    grant: Arc<Grant>,
    id: ViewerId,
    ticks: Interval,
    turn: u32,
    /// What is to be sent. Nothing is added before all of it is through: what happens meanwhile is
    /// told as it is then, so it holds what one look finds at most.
    queue: VecDeque<Bytes>,
    /// What the page knows, by the session's id.
    known: HashMap<String, Known>,
    is_ready: bool,
    /// The sessions whose pictures the page wants.
    looks: HashSet<String>,
}

/// What the page knows of a session.
#[derive(Debug)]
struct Known {
    card: Value,
    /// The moment of the picture that it was given.
    mark: Option<Mark>,
}

impl Overview {
    async fn run(mut self: Box<Self>) {
        let leave = self.attend().await;
        self.attendance.part(leave, 0).await;
    }

    async fn attend(&mut self) -> Leave {
        loop {
            self.refill();
            if let Some(leave) = self.attendance.leave() {
                return leave;
            }
            let is_through = self.queue.is_empty() && self.attendance.socket.is_idle();
            tokio::select! {
                happening = self.attendance.next(Interest::Both) => self.on_happening(happening),
                _ = self.ticks.tick(), if is_through => self.look(),
            }
        }
    }

    fn refill(&mut self) {
        let socket = &mut self.attendance.socket;
        if socket.is_idle()
            && let Some(frame) = self.queue.pop_front()
        {
            socket.queue(frame);
        }
    }

    fn on_happening(&mut self, happening: Happening) {
        match happening {
            Happening::Text(text) => {
                if let Some(looks) = message::looks(&text) {
                    self.looks = looks;
                }
            }
            Happening::Binary(_) => self.attendance.refuse(
                CloseCode::Unsupported,
                "binary messages are not part of this protocol",
            ),
            Happening::Pinged => self.queue.push_back(message::heartbeat()),
            Happening::Moved | Happening::Other => {}
        }
    }

    /// Looks for what changed.
    fn look(&mut self) {
        let (registry, grant) = (&self.app.0.registry, &self.grant);
        let seen = registry.seen(grant.user.as_deref(), grant.sight);
        if self.turn.is_multiple_of(CARDS_EVERY) {
            self.look_at_cards(&seen);
        }
        self.turn = self.turn.wrapping_add(1);
        for one in &seen {
            self.look_at_picture(one);
        }
    }

    fn look_at_cards(&mut self, seen: &[Seen]) {
        let there = self.app.0.guests.list();
        let reader = Reader {
            app: &self.app,
            grant: &self.grant,
            id: self.id,
        };
        let cards = seen.iter().map(|one| reader.card(one, &there));
        let cards: Vec<Value> = cards.collect();
        let there: HashSet<&str> = seen.iter().map(|one| one.session.handle()).collect();
        let known = self.known.keys();
        let gone = known.filter(|id| !there.contains(id.as_str()));
        for id in gone.cloned().collect::<Vec<_>>() {
            self.known.remove(&id);
            self.visit.forget(&id);
            self.queue.push_back(message::gone(&id));
        }
        for (one, card) in seen.iter().zip(cards) {
            self.tell(one.session.handle(), card);
        }
        if !std::mem::replace(&mut self.is_ready, true) {
            self.queue.push_back(message::ready());
        }
    }

    fn tell(&mut self, id: &str, card: Value) {
        let known = self.known.get_mut(id);
        if known.as_ref().is_some_and(|known| known.card == card) {
            return;
        }
        self.queue.push_back(message::session(&card));
        match known {
            Some(known) => known.card = card,
            None => {
                let known = Known { card, mark: None };
                self.known.insert(id.to_owned(), known);
            }
        }
    }

    fn look_at_picture(&mut self, one: &Seen) {
        let id = one.session.handle();
        let Some(known) = self.known.get_mut(id).filter(|_| self.looks.contains(id)) else {
            return;
        };
        if known.mark == Some(one.session.mark()) {
            return;
        }
        let (mark, frame) = self.visit.picture(&one.session);
        if known.mark != Some(mark) {
            known.mark = Some(mark);
            self.queue.push_back(frame);
        }
    }
}
