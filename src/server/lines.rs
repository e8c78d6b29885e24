//! Programs that talk in lines: one for each connection, on pipes. Here it is decided who gets one;
//! what goes over the connection is `client`'s matter.

mod client;
mod inbox;
mod outbox;
mod printed;
mod standing;

use std::sync::Arc;

use hyper::StatusCode;
use hyper::header::{self, HeaderMap, HeaderValue};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use warp::reply::Response;

use crate::access::Grant;
use crate::lines::{Asker, PROTOCOL, variables};
use crate::pipe::Pipes;
use crate::viewer_id::{ViewerId, ViewerIds};

use super::App;
use super::admission::Handshake;
use super::overflow;
use super::peer::Peer;
use super::refusal::refusal;

use outbox::Wording;

pub(super) use standing::Standing;

/// What becomes of what programs print on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Errors {
    /// It goes to the log.
    Logged,
    /// It goes to the client, as lines of their own.
    Sent,
}

/// How programs that talk in lines are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinesPlan {
    /// The most at once.
    pub most: usize,
    /// The longest line that they may print, in bytes without its end.
    pub max_line: usize,
    /// What becomes of what they print on standard error.
    pub errors: Errors,
}

/// A program that is to be started.
#[derive(Debug)]
pub struct LinesLaunch {
    /// What is set in its environment of who talks to it.
    pub variables: Vec<(&'static str, String)>,
    /// Where it goes; or, for people, why there is none.
    pub reply: oneshot::Sender<Result<Pipes, String>>,
}

/// Programs that talk in lines. Clones are the same.
#[derive(Debug, Clone)]
pub struct Lines {
    plan: LinesPlan,
    /// Starts them. Full while many are to be started at once: who wants one waits.
    launches: mpsc::Sender<LinesLaunch>,
    places: Arc<Semaphore>,
    ids: ViewerIds,
}

/// A program that was started for a client.
#[derive(Debug)]
struct Started {
    id: ViewerId,
    pipes: Pipes,
    /// Held until all of it is gone.
    place: OwnedSemaphorePermit,
}

/// A client of a program of its own.
struct Prepared {
    started: Started,
    wording: Wording,
    peer: Arc<Peer>,
    grant: Arc<Grant>,
}

impl Lines {
    /// Programs as `plan` says, started by whoever hears `launches`.
    pub fn new(plan: LinesPlan, launches: mpsc::Sender<LinesLaunch>) -> Self {
        Self {
            plan,
            launches,
            places: Arc::new(Semaphore::new(plan.most)),
            ids: ViewerIds::default(),
        }
    }

    /// Answers a request for a program at `path`, which is below the page's: starts one, and serves
    /// the client from then on; or says why not.
    pub(super) async fn open(
        self,
        app: &App,
        request: Handshake,
        path: &str,
        query: &str,
    ) -> Response {
        let headers = request.headers.clone();
        let mut admission = match request.admit(app) {
            Ok(admission) => admission,
            Err(declined) => return declined.into_response(),
        };
        let peer = Arc::clone(&admission.peer);
        if let Err(too_many) = app.begin_opening(peer.address, &admission.grant) {
            return too_many.into_response(&peer);
        }
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            app.note_denied_to("sessions_full", peer.address, &admission.grant);
            return full(&peer);
        };
        let id = self.ids.next();
        let host = headers.get(header::HOST).map(HeaderValue::to_str);
        let asker = Asker {
            id,
            address: peer.address,
            user: admission.grant.user.as_deref(),
            host: host.and_then(Result::ok).unwrap_or_default(),
            port: peer.port,
            scheme: peer.transport.scheme(),
            path,
            query,
        };
        let variables = match variables(&asker) {
            Ok(variables) => variables,
            Err(bad) => return refusal(StatusCode::BAD_REQUEST, &bad.to_string()),
        };
        let (pipes, place) = match self.launch(variables, place).await {
            Ok(launched) => launched,
            Err(reason) => return not_started(&peer, &reason),
        };
        let wording = wording(&headers);
        if wording == Wording::Messages {
            admission.agree(PROTOCOL);
        }
        let (app, plan) = (app.clone(), self.plan);
        admission.serve(move |upgrade, peer, grant| {
            let started = Started { id, pipes, place };
            let prepared = Prepared {
                started,
                wording,
                peer,
                grant,
            };
            client::serve(prepared, upgrade, app, plan)
        })
    }

    /// Starts a program, which has its place from now on. Where nobody waits for it any more when it
    /// has started, it is ended; until it is gone it counts.
    async fn launch(
        &self,
        variables: Vec<(&'static str, String)>,
        place: OwnedSemaphorePermit,
    ) -> Result<(Pipes, OwnedSemaphorePermit), String> {
        let nobody = || "nobody starts programs any more".to_owned();
        let (reply, started) = oneshot::channel();
        let launch = LinesLaunch { variables, reply };
        self.launches.send(launch).await.map_err(|_| nobody())?;
        let (hand_over, launched) = oneshot::channel();
        tokio::spawn(async move {
            let started = started.await.unwrap_or_else(|_| Err(nobody()));
            if let Err(Ok((pipes, place))) = hand_over.send(started.map(|pipes| (pipes, place))) {
                let Pipes { backend, gone, .. } = pipes;
                drop(backend);
                let _ = gone.await;
                drop(place);
            }
        });
        launched.await.map_err(|_| nobody())?
    }
}

/// The answer to a client whose program did not start.
fn not_started(peer: &Peer, reason: &str) -> Response {
    tracing::warn!(peer = %peer.address, reason, "no program was started");
    refusal(
        StatusCode::SERVICE_UNAVAILABLE,
        "the program could not be started; the server's log says why",
    )
}

/// How a client wants lines to be told.
fn wording(headers: &HeaderMap) -> Wording {
    let offered = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).into_iter();
    let mut names = offered
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    match names.any(|name| name.trim() == PROTOCOL) {
        true => Wording::Messages,
        false => Wording::Bare,
    }
}

/// The answer to a client for whom there is no program.
fn full(peer: &Peer) -> Response {
    let reason = "as many programs run as --max-sessions allows; try again later";
    tracing::warn!(peer = %peer.address, reason, "a client was turned away");
    let mut response = refusal(StatusCode::SERVICE_UNAVAILABLE, reason);
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, overflow::RETRY_AFTER);
    response
}
