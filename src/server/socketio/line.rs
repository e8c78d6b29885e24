//! A WebSocket that carries a client's packets, one a message: from the start, or taking over from
//! polling (Engine.IO protocol 4, "Upgrade"). It knows no event.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::upgrade::OnUpgrade;
use tokio::time::timeout;
use tungstenite::protocol::frame::coding::{CloseCode, Data};

use super::super::frame;
use super::super::peer::Peer;
use super::super::websocket::{Ending, Event, Interest, WebSocket};
use super::engine::{Bad, Engine, Stage, Taken};
use super::packet::{SEPARATOR, UNKNOWN};

/// How long a client may take to say that it goes on by the WebSocket.
const UPGRADE: Duration = Duration::from_secs(10);

/// A client that comes by a WebSocket.
pub(super) async fn begin(upgrade: OnUpgrade, engine: Arc<Engine>, peer: Arc<Peer>) {
    let Some(mut line) = Line::accept(upgrade, &engine, peer).await else {
        engine.hang_up();
        return;
    };
    line.queue.push_back(frame(&engine.greeting()));
    line.run().await;
}

/// A client that polls tries a WebSocket.
pub(super) async fn take_over(upgrade: OnUpgrade, engine: Arc<Engine>, peer: Arc<Peer>) {
    let Some(mut line) = Line::accept(upgrade, &engine, peer).await else {
        engine.shift(Stage::Upgrading, Stage::Polling);
        return;
    };
    match timeout(UPGRADE, line.probe()).await {
        Ok(true) if engine.shift(Stage::Upgrading, Stage::WebSocket) => line.run().await,
        _ => {
            engine.shift(Stage::Upgrading, Stage::Polling);
            line.part(CloseCode::Policy, "the WebSocket was not taken into use")
                .await;
        }
    }
}

struct Line {
    engine: Arc<Engine>,
    /// While it is held, the connection counts.
    _peer: Arc<Peer>,
    socket: WebSocket,
    /// What is to be sent after the frame that is under way.
    queue: VecDeque<Bytes>,
    /// What the client sent, but there is no room for yet.
    heard: Option<String>,
    end: Option<End>,
}

/// How a WebSocket comes to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The engine has nothing more to say.
    Ours,
    /// The client ended it.
    Theirs(Ending),
    /// The client sent what is no packet.
    Refused,
}

impl Line {
    async fn accept(upgrade: OnUpgrade, engine: &Arc<Engine>, peer: Arc<Peer>) -> Option<Self> {
        let socket = WebSocket::accept(upgrade, engine.limits()).await.ok()?;
        Some(Self {
            engine: Arc::clone(engine),
            _peer: peer,
            socket,
            queue: VecDeque::new(),
            heard: None,
            end: None,
        })
    }

    /// Answers the client's probe; whether it goes on by this WebSocket.
    async fn probe(&mut self) -> bool {
        loop {
            self.refill();
            match self.socket.event(Interest::Both).await {
                Event::Text(text) if text.as_str() == "2probe" => {
                    self.queue.push_back(frame("3probe"));
                }
                Event::Text(text) => return text.as_str() == "5",
                Event::Ended(_) => return false,
                Event::Binary(_) | Event::Alive | Event::Sent | Event::Moved => {}
            }
        }
    }

    /// Carries packets until either side is through.
    async fn run(&mut self) {
        let engine = Arc::clone(&self.engine);
        // A poll may still be on its way out.
        let _taker = engine.taker.lock().await;
        let _bringer = engine.bringer.lock().await;
        loop {
            self.refill();
            let takes = self.queue.is_empty() && self.socket.is_idle();
            let interest = match self.heard {
                None => Interest::Both,
                Some(_) => Interest::Send,
            };
            tokio::select! {
                event = self.socket.event(interest) => self.on_event(event),
                () = engine.over().cancelled() => self.end = Some(End::Ours),
                taken = engine.take(), if takes => self.on_taken(taken),
                heard = hear(&engine, self.heard.as_deref()), if self.heard.is_some() => {
                    self.on_heard(heard);
                }
            }
            if let Some(end) = self.end {
                return self.leave(end).await;
            }
        }
    }

    fn on_taken(&mut self, taken: Taken) {
        match taken {
            Taken::Packets(packets) => {
                self.queue.extend(packets.split(SEPARATOR).map(frame));
            }
            Taken::Over => self.end = Some(End::Ours),
        }
    }

    fn on_heard(&mut self, heard: Result<(), Bad>) {
        self.heard = None;
        if let Err(Bad) = heard {
            self.end = Some(End::Refused);
        }
    }

    async fn leave(&mut self, end: End) {
        match end {
            End::Ours => self.say_goodbye().await,
            End::Theirs(ending) => {
                self.engine.hang_up();
                self.finish(ending).await;
            }
            End::Refused => {
                self.engine.hang_up();
                tracing::warn!(reason = UNKNOWN, "a Socket.IO client was refused");
                self.part(CloseCode::Policy, UNKNOWN).await;
            }
        }
    }

    fn refill(&mut self) {
        if !self.socket.is_idle() {
            return;
        }
        match self.queue.pop_front() {
            Some(next) => self.socket.queue(next),
            None => self.engine.has_sent(),
        }
    }

    fn on_event(&mut self, event: Event) {
        match event {
            Event::Sent | Event::Moved => self.engine.has_moved(),
            Event::Text(text) => self.heard = Some(text.as_str().to_owned()),
            // The bytes that come along with an event, of which there is none that takes bytes.
            Event::Binary(_) | Event::Alive => self.engine.is_alive(),
            Event::Ended(ending) => self.end = Some(End::Theirs(ending)),
        }
    }

    /// Says that nothing more comes.
    async fn say_goodbye(&mut self) {
        let patience = self.engine.limits().close;
        self.queue.push_back(frame("1"));
        let said = timeout(patience, async {
            while !(self.queue.is_empty() && self.socket.is_idle()) {
                self.refill();
                if let Event::Ended(_) = self.socket.event(Interest::Both).await {
                    return;
                }
            }
        });
        let _ = said.await;
        self.part(CloseCode::Normal, "the server closes this").await;
    }

    /// Closes the WebSocket, and waits for the client to do so, but not for long.
    async fn part(&mut self, code: CloseCode, reason: &str) {
        self.socket.close(code, reason);
        let ended = timeout(self.engine.limits().close, async {
            loop {
                if let Event::Ended(ending) = self.socket.event(Interest::Both).await {
                    return ending;
                }
            }
        });
        let ending = ended.await.unwrap_or(Ending::Lost);
        self.finish(ending).await;
    }

    async fn finish(&mut self, ending: Ending) {
        let patience = self.engine.limits().close;
        if ending == Ending::Broken {
            let _ = timeout(patience, self.socket.linger()).await;
        }
        let _ = timeout(patience, self.socket.finish()).await;
    }
}

/// Has the engine hear a packet. Safe to be cancelled: it is heard again then.
async fn hear(engine: &Engine, packet: Option<&str>) -> Result<(), Bad> {
    match packet {
        Some(packet) => engine.hear(packet).await,
        None => Ok(()),
    }
}

/// A packet as a frame.
fn frame(packet: &str) -> Bytes {
    frame::whole(Data::Text, packet.len(), |payload| {
        payload.extend_from_slice(packet.as_bytes())
    })
}
