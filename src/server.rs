//! The server: HTTP and WebSocket on connections of our own accept loop. The only layer that knows
//! warp and hyper.

mod admission;
mod assets;
mod attendance;
mod connection;
mod denied;
mod dialect;
mod encryption;
mod flow;
mod frame;
mod frames;
mod gate;
mod head;
mod headers;
mod host;
mod keyboard;
mod leave;
mod limits;
mod lines;
mod listener;
mod opening;
mod outlet;
mod overflow;
mod pace;
mod peer;
mod places;
mod raw;
mod recorded;
mod recordings;
mod refusal;
mod rest;
mod routes;
mod snapshot;
mod socketio;
mod stay;
mod typed;
mod unencrypted;
mod upgrade;
mod viewer;
mod viewers;
mod watch;
mod websocket;
mod wish;

use std::sync::Arc;
use std::time::SystemTime;

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::access::Access;
use crate::audit::Audit;
use crate::registry::Registry;
use crate::tls::Tls;

use frames::AllFrames;
use opening::Openings;
use viewers::Viewers;
use watch::{Gallery, Pace};

pub use host::{Guest, Refusal};
pub use limits::Limits;
pub use lines::{Errors, Lines, LinesLaunch, LinesPlan};
pub use listener::{BindError, bind, serve};
pub use recordings::{Audience, Recordings};
pub use watch::Watchers;

/// The target of what is logged of each viewer: who joined and left must never be left out. All else
/// in the log may be, where strangers cause too much of it.
pub const AUDIT: &str = "webterm::audit";

/// The target of what programs themselves say on standard error: they may say more than strangers.
pub const PROGRAM: &str = "webterm::program";

/// So many lists of sessions are made at once; who wants another one waits.
const LISTS: usize = 2;

/// What is served, to whom. Clones are the same.
#[derive(Debug, Clone)]
pub struct App(Arc<Inner>);

/// What is offered.
#[derive(Debug, Clone)]
pub struct Offer {
    /// The command, for people.
    pub command: String,
    /// The lines above the screen that a session keeps.
    pub scrollback: usize,
    /// The name of the page's theme.
    pub theme: &'static str,
    /// How connections are encrypted, if they are.
    pub tls: Option<Tls>,
    /// Programs that talk in lines, in the place of sessions.
    pub lines: Option<Lines>,
    /// Whether those who watch are shown to others.
    pub watchers: Watchers,
    /// Recordings that may be seen, if any may.
    pub recordings: Option<Recordings>,
}

#[derive(Debug)]
struct Inner {
    registry: Registry,
    access: Access,
    offer: Offer,
    frames: AllFrames,
    limits: Limits,
    viewers: TaskTracker,
    guests: Viewers,
    gallery: Gallery,
    openings: Openings,
    /// That of lines for several sessions.
    pace: Pace,
    /// The places that viewers take.
    seats: Arc<Semaphore>,
    started: SystemTime,
    /// The lists of sessions that may be made at once: more would be slower, and take a thread each.
    lists: Arc<Semaphore>,
    stop: CancellationToken,
}

impl App {
    /// Serves the sessions of `registry` as `offer` says to those whom `access` lets in. Cancelling `stop` closes
    /// viewers, listener and connections.
    pub fn new(
        registry: Registry,
        access: Access,
        offer: Offer,
        limits: Limits,
        stop: CancellationToken,
    ) -> Self {
        Self(Arc::new(Inner {
            access,
            offer,
            frames: AllFrames::default(),
            limits,
            seats: Arc::new(Semaphore::new(limits.viewers)),
            viewers: TaskTracker::new(),
            guests: Viewers::new(registry.audit().clone()),
            gallery: Gallery::default(),
            openings: Openings::default(),
            pace: Pace::default(),
            started: SystemTime::now(),
            lists: Arc::new(Semaphore::new(LISTS)),
            stop,
            registry,
        }))
    }

    /// Where it is entered what happens.
    pub(crate) fn audit(&self) -> &Audit {
        self.0.registry.audit()
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
