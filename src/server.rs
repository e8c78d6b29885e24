//! The server: HTTP and WebSocket on connections of our own accept loop. The only layer that knows
//! warp and hyper.

mod assets;
mod connection;
mod encryption;
mod flow;
mod frames;
mod gate;
mod headers;
mod host;
mod listener;
mod peer;
mod refusal;
mod routes;
mod snapshot;
mod unencrypted;
mod viewer;
mod viewers;
mod websocket;

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::access::Access;
use crate::session::Session;
use crate::tls::Tls;

use frames::Frames;
use viewers::Viewers;

pub use host::{Guest, Refusal};
pub use listener::{BindError, bind, serve};

/// Bounds on what a client may keep busy, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The most connections at once, upgraded ones included; more wait to be accepted.
    pub connections: usize,
    /// How long a connection may take to agree on keys (requirement R12).
    pub handshake: Duration,
    /// How long a connection may take to send a request's head, counted anew after each response.
    pub header: Duration,
    /// How long a client may take none of what is written to it.
    pub write: Duration,
    /// How often a viewer is pinged.
    pub ping: Duration,
    /// How many pings in a row a viewer may leave unanswered.
    pub missed_pings: u32,
    /// How often it is looked whether a viewer may still be there.
    pub recheck: Duration,
    /// How long a viewer may take to close after it was asked to.
    pub close: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1000,
            handshake: Duration::from_secs(10),
            header: Duration::from_secs(10),
            write: Duration::from_secs(60),
            ping: Duration::from_secs(20),
            missed_pings: 2,
            recheck: Duration::from_secs(30 * 60),
            close: Duration::from_secs(2),
        }
    }
}

/// What is served, to whom. Clones are the same.
#[derive(Debug, Clone)]
pub struct App(Arc<Inner>);

/// What is offered.
#[derive(Debug, Clone)]
pub struct Offer {
    /// The command, for people.
    pub command: String,
    /// The lines above the screen that the session keeps.
    pub scrollback: usize,
    /// The name of the page's theme.
    pub theme: &'static str,
    /// How connections are encrypted, if they are.
    pub tls: Option<Tls>,
}

#[derive(Debug)]
struct Inner {
    session: Session,
    access: Access,
    offer: Offer,
    frames: Frames,
    limits: Limits,
    viewers: TaskTracker,
    guests: Viewers,
    stop: CancellationToken,
}

impl App {
    /// Serves `session` as `offer` says to those whom `access` lets in. Cancelling `stop` closes
    /// viewers, listener and connections.
    pub fn new(
        session: Session,
        access: Access,
        offer: Offer,
        limits: Limits,
        stop: CancellationToken,
    ) -> Self {
        Self(Arc::new(Inner {
            session,
            access,
            offer,
            frames: Frames::default(),
            limits,
            viewers: TaskTracker::new(),
            guests: Viewers::default(),
            stop,
        }))
    }

    /// Who is let in.
    pub fn access(&self) -> &Access {
        &self.0.access
    }

    /// How connections are encrypted, if they are.
    pub fn tls(&self) -> Option<&Tls> {
        self.0.offer.tls.as_ref()
    }

    /// Waits until no viewer is connected any more; none may come from now on.
    pub async fn viewers_gone(&self) {
        self.0.viewers.close();
        self.0.viewers.wait().await;
    }
}
