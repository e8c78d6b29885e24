//! Opens sessions for who is let in: at a bounded pace for each address (requirement R45), and for
//! its viewer where each has his own. It knows no route.

use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use hyper::StatusCode;
use hyper::header;
use warp::reply::Response;

use crate::access::Grant;
use crate::registry::{Keep, LaunchError, Mode, OpenError, Opening, Owner};
use crate::right::Right;
use crate::session::Session;
use crate::source::Source;
use crate::spending::Spending;

use super::App;
use super::overflow;
use super::peer::Peer;
use super::refusal::refusal;
use super::wish::Wish;

/// What a session costs the address that it is opened from. Costs pass as time does, so it is 50 a
/// second.
const COST: Duration = Duration::from_millis(20);

/// How much an address may have spent: 200 sessions at once.
const BUDGET: Duration = Duration::from_secs(4);

/// The sessions that were opened of late.
#[derive(Debug)]
pub(super) struct Openings(Mutex<Spending<Source>>);

impl Default for Openings {
    fn default() -> Self {
        Self(Mutex::new(Spending::new(BUDGET)))
    }
}

impl Openings {
    /// One more by `source`; else how long it has to wait.
    fn begin(&self, source: Source) -> Result<(), Duration> {
        let mut openings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        openings.spend(source, COST, Instant::now()).map(|_| ())
    }
}

/// Why no session was opened for somebody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unopened {
    /// He may not.
    #[error("this is read-only: terminals can be opened only by those who may type")]
    ReadOnly,
    /// He opens too many too fast.
    #[error("too many terminals were opened from your address; try again in a few seconds")]
    TooMany(Duration),
    /// There is none to be had.
    #[error(transparent)]
    Registry(#[from] OpenError),
}

impl Unopened {
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::ReadOnly => StatusCode::FORBIDDEN,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Registry(OpenError::Shared | OpenError::Taken(_)) => StatusCode::CONFLICT,
            Self::Registry(OpenError::Launch(LaunchError::Directory(_))) => StatusCode::BAD_REQUEST,
            Self::Registry(
                OpenError::Full(_)
                | OpenError::Stopping
                | OpenError::Launch(_)
                | OpenError::Unrecorded(_),
            ) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// When it may be tried again, if time is all that it takes.
    pub(super) fn retry_after(&self) -> Option<header::HeaderValue> {
        match self {
            Self::TooMany(wait) => Some(wait.as_secs().max(1).into()),
            Self::Registry(OpenError::Full(_)) => Some(overflow::RETRY_AFTER),
            Self::ReadOnly | Self::Registry(_) => None,
        }
    }

    /// The answer to who wanted it, as plain text.
    pub(super) fn into_response(self, peer: &Peer) -> Response {
        tracing::warn!(peer = %peer.address, reason = %self, "no session was opened");
        let mut response = refusal(self.status(), &self.to_string());
        if let Some(wait) = self.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, wait);
        }
        response
    }
}

impl App {
    /// Opens a session for somebody at this address, who need not be connected at the moment.
    pub(super) async fn open(
        &self,
        opening: Opening,
        address: SocketAddr,
        grant: &Grant,
    ) -> Result<Session, Unopened> {
        self.may_open(address, grant)?;
        let opened = self.0.registry.open(opening).await;
        opened.map_err(|error| self.unopened(error, address, grant))
    }

    /// Why somebody got no session, which is entered.
    pub(super) fn unopened(
        &self,
        error: impl Into<Unopened>,
        address: SocketAddr,
        grant: &Grant,
    ) -> Unopened {
        let unopened = error.into();
        self.note_unopened(&unopened, address, grant);
        unopened
    }

    /// What the bearer of a grant may do at this moment.
    pub(super) fn right_of(&self, grant: &Grant) -> Right {
        self.0.guests.right_of(grant)
    }

    /// Whether somebody at this address may open a session; it is counted as one that he does. Where
    /// each viewer has his own, to be let in is enough.
    pub(super) fn may_open(&self, address: SocketAddr, grant: &Grant) -> Result<(), Unopened> {
        if self.right_of(grant) < Right::Write && self.0.registry.mode() != Mode::PerViewer {
            return Err(self.unopened(Unopened::ReadOnly, address, grant));
        }
        self.begin_opening(address, grant)
    }

    /// Counts that something is started for somebody at this address, if he did not have too much
    /// started of late.
    pub(super) fn begin_opening(&self, address: SocketAddr, grant: &Grant) -> Result<(), Unopened> {
        let begun = self.0.openings.begin(Source::of(address.ip()));
        begun.map_err(|wait| self.unopened(Unopened::TooMany(wait), address, grant))
    }

    /// The session of a viewer who has his own: the one that he was attached to before, else a new
    /// one.
    pub(super) async fn own_session(
        &self,
        wish: &Wish,
        peer: &Peer,
        grant: &Grant,
    ) -> Result<Session, Unopened> {
        let user = grant.user.as_deref();
        let before = wish.stream().and_then(|stream| {
            let registry = &self.0.registry;
            registry.find_stream(stream, user)
        });
        if let Some(session) = before {
            return Ok(session);
        }
        let opening = Opening {
            size: wish.size(),
            ..self.opening(grant)
        };
        self.open(opening, peer.address, grant).await
    }

    /// What is wanted of a session that the bearer of a grant opens, where he says nothing else.
    pub(super) fn opening(&self, grant: &Grant) -> Opening {
        let (owner, keep) = match self.0.registry.mode() {
            Mode::PerViewer => (Owner::private(grant.user.as_ref()), Keep::WhileAttended),
            Mode::Shared | Mode::Named => (Owner::Everyone, Keep::WhileInUse),
        };
        Opening {
            name: None,
            owner,
            keep,
            size: None,
            cwd: None,
        }
    }
}
