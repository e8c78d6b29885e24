//! Requests for a WebSocket: the handshake, and a place for whoever asks. It knows no route, nor what
//! is said over the connection.

use std::net::SocketAddr;
use std::sync::Arc;

use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::upgrade::OnUpgrade;
use hyper::{Method, Response as HttpResponse, StatusCode, Version};
use tokio::sync::OwnedSemaphorePermit;
use tokio_util::task::task_tracker::TaskTrackerToken;
use warp::reply::Response;
use warp::{Filter, Rejection, Reply};

use crate::access::Grant;
use crate::right::Right;

use super::App;
use super::overflow;
use super::peer::Peer;
use super::refusal::refusal;
use super::upgrade;

pub(super) const FULL: &str = "all places that --max-viewers allows are taken; try again later";

/// What an upgrade needs of a request.
pub(super) struct Handshake {
    method: Method,
    version: Version,
    pub(super) headers: HeaderMap,
    upgrade: Option<OnUpgrade>,
    pub(super) peer: Arc<Peer>,
    pub(super) grant: Arc<Grant>,
}

/// Takes what an upgrade needs out of a request.
pub(super) fn handshake() -> impl Filter<Extract = (Handshake,), Error = Rejection> + Clone {
    warp::method()
        .and(warp::ext::get::<Version>())
        .and(warp::header::headers_cloned())
        .and(warp::ext::optional::<OnUpgrade>())
        .and(warp::ext::get::<Arc<Peer>>())
        .and(warp::ext::get::<Arc<Grant>>())
        .map(|method, version, headers, upgrade, peer, grant| Handshake {
            method,
            version,
            headers,
            upgrade,
            peer,
            grant,
        })
}

impl Handshake {
    /// Lets the one who asks in, where the handshake is right and there is a place.
    pub(super) fn admit(self, app: &App) -> Result<Admission, Declined> {
        let accepted = upgrade::handshake(self.method, self.version, self.headers);
        let accepted = accepted.map_err(|(status, why)| Declined::Handshake(status, why))?;
        let upgrade = self.upgrade.ok_or(Declined::NoUpgrade)?;
        let seat = seat(app, self.peer.address, app.right_of(&self.grant))?;
        // Held before it is looked at, so that whoever waits for the last viewer waits for this one too.
        let held = app.0.viewers.token();
        if app.0.viewers.is_closed() {
            return Err(Declined::Over);
        }
        Ok(Admission {
            accepted,
            upgrade,
            peer: self.peer,
            grant: self.grant,
            held: (held, seat),
        })
    }
}

/// Why somebody who is let in gets no WebSocket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Declined {
    /// He did not ask for one as it is due.
    Handshake(StatusCode, &'static str),
    /// His connection can't become one.
    NoUpgrade,
    /// There is no place.
    Full,
    /// There is nothing any more to look at.
    Over,
}

impl Declined {
    pub(super) fn into_response(self) -> Response {
        let unavailable = StatusCode::SERVICE_UNAVAILABLE;
        let (status, reason) = match self {
            Self::Handshake(status, reason) => (status, reason),
            Self::NoUpgrade => (StatusCode::BAD_REQUEST, "this can't be upgraded"),
            Self::Full => (unavailable, FULL),
            Self::Over => (unavailable, "the program has ended"),
        };
        let mut response = refusal(status, reason);
        let headers = response.headers_mut();
        upgrade::hint(status, headers);
        if self == Self::Full {
            headers.insert(header::RETRY_AFTER, overflow::RETRY_AFTER);
        }
        response
    }
}

/// Somebody who has a place, and is to be told so.
pub(super) struct Admission {
    accepted: HttpResponse<()>,
    upgrade: OnUpgrade,
    pub(super) peer: Arc<Peer>,
    pub(super) grant: Arc<Grant>,
    held: (TaskTrackerToken, OwnedSemaphorePermit),
}

impl Admission {
    /// Agrees on one of the subprotocols that were offered (RFC 6455, 4.2.2).
    pub(super) fn agree(&mut self, subprotocol: &'static str) {
        let headers = self.accepted.headers_mut();
        headers.insert(
            header::SEC_WEBSOCKET_PROTOCOL,
            HeaderValue::from_static(subprotocol),
        );
    }

    /// The answer that lets him in; what `serve` makes of the connection then runs by itself, and
    /// keeps the place.
    pub(super) fn serve<S>(
        self,
        serve: impl FnOnce(OnUpgrade, Arc<Peer>, Arc<Grant>) -> S,
    ) -> Response
    where
        S: Future<Output = ()> + Send + 'static,
    {
        // In a box, for the task's future would hold it twice: where it is kept, and where it runs.
        let served = Box::pin(serve(self.upgrade, self.peer, self.grant));
        let held = self.held;
        tokio::spawn(async move {
            let _held = held;
            served.await;
        });
        self.accepted.map(|()| "").into_response()
    }
}

/// A place for a viewer that may do so much. Where some may type, those who only look leave a tenth
/// to them: whoever has a link to look at a terminal can't keep its owner out.
pub(super) fn seat(
    app: &App,
    address: SocketAddr,
    right: Right,
) -> Result<OwnedSemaphorePermit, Declined> {
    let left = match (app.access().most(), right) {
        (Right::Write, Right::View) => app.0.limits.viewers / 10,
        _ => 0,
    };
    let seat = Arc::clone(&app.0.seats).try_acquire_owned().ok();
    let seat = seat.filter(|_| app.0.seats.available_permits() >= left);
    seat.ok_or_else(|| {
        app.note_denied("viewers_full", address);
        tracing::warn!(peer = %address, reason = FULL, "a viewer was turned away");
        Declined::Full
    })
}
