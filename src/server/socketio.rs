//! Socket.IO (protocol 5 over Engine.IO 4), as far as web terminals speak it: which requests it
//! answers, and whose engine they are for. It knows no terminal.

mod answer;
mod attached;
mod call;
mod caller;
mod client;
mod engine;
mod event;
mod holders;
mod keeper;
mod library;
mod line;
mod mail;
mod packet;
mod polling;
mod query;
mod word;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hyper::body::Incoming;
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::upgrade::OnUpgrade;
use hyper::{Method, Request, StatusCode};
use socketioxide::extract::SocketRef;
use tokio_util::task::TaskTracker;
use warp::Reply;
use warp::reply::Response;

use crate::access::Grant;

use super::App;
use super::admission::{self, Declined};
use super::peer::Peer;
use super::refusal::refusal;
use super::upgrade;

use caller::Caller;
use engine::{Engine, Stage};
use holders::Holders;
use library::Library;
use query::{Fault, Query, Way};

/// Where it is, below the base.
const PATH: &str = "/socket.io";

/// Whether a path is Socket.IO's; what comes before it may be a base.
pub(super) fn is_its_path(path: &str) -> bool {
    path.strip_suffix('/').unwrap_or(path).ends_with(PATH)
}

/// The Socket.IO server. Clones are the same.
#[derive(Debug, Clone)]
pub(super) struct SocketIo(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    app: App,
    library: Library,
    /// By what their clients call them.
    engines: Mutex<HashMap<String, Arc<Engine>>>,
    /// The WebSockets that carry packets.
    lines: TaskTracker,
}

impl SocketIo {
    pub(super) fn new(app: App) -> Self {
        let holders = Holders::default();
        let on_connect = move |socket: SocketRef| {
            client::connect(socket, &holders);
            std::future::ready(())
        };
        let library = Library::new(on_connect, app.0.limits.message, keeper::PATIENCE);
        Self(Arc::new(Inner {
            app,
            library,
            engines: Mutex::default(),
            lines: TaskTracker::new(),
        }))
    }

    /// Waits until all WebSockets are closed; none may come from now on.
    pub(super) async fn gone(&self) {
        self.0.lines.close();
        self.0.lines.wait().await;
    }

    /// Whether a request, as the routes see it, is one that [`Self::answer`] is for.
    pub(super) fn serves(&self, request: &Request<Incoming>) -> bool {
        let path = request.uri().path();
        // Programs that talk in lines are no terminals.
        let has_terminals = self.0.app.0.offer.lines.is_none();
        has_terminals && path.strip_suffix('/').unwrap_or(path) == PATH
    }

    /// Answers a request that was let in.
    pub(super) async fn answer(&self, request: Request<Incoming>, peer: Arc<Peer>) -> Response {
        let Some(grant) = request.extensions().get::<Arc<Grant>>().cloned() else {
            return answer::fault(Fault::Forbidden);
        };
        let query = match Query::parse(request.uri().query().unwrap_or_default()) {
            Ok(query) => query,
            Err(fault) => return answer::fault(fault),
        };
        let engine = match query.sid.as_deref().map(|sid| self.find(sid, &grant)) {
            None => None,
            Some(Some(engine)) => Some(engine),
            Some(None) => return answer::fault(Fault::UnknownSid),
        };
        match (query.way, request.method(), engine) {
            (Way::Polling, &Method::GET, None) => self.open(request.headers(), peer, grant).await,
            (Way::Polling, &Method::GET, Some(engine)) => polling::take(engine).await,
            (Way::Polling, &Method::POST, Some(engine)) => {
                polling::bring(engine, request.into_body()).await
            }
            (Way::WebSocket, &Method::GET, engine) => {
                self.upgrade(request, engine, peer, grant).await
            }
            (Way::Polling, &Method::POST, None) => answer::fault(Fault::BadRequest),
            _ => {
                let reason = "only GET and POST are offered here";
                let mut response = refusal(StatusCode::METHOD_NOT_ALLOWED, reason);
                let allowed = HeaderValue::from_static("GET, POST");
                response.headers_mut().insert(header::ALLOW, allowed);
                response
            }
        }
    }

    /// Opens an engine for a client that polls.
    async fn open(&self, headers: &HeaderMap, peer: Arc<Peer>, grant: Arc<Grant>) -> Response {
        // Another site's page can have this fetched, though not read; its origin is not told then.
        let is_foreign = |site: &HeaderValue| site != "same-origin" && site != "none";
        let has_origin = headers.contains_key(header::ORIGIN);
        if !has_origin && headers.get("sec-fetch-site").is_some_and(is_foreign) {
            let reason = "another site's page asked for it";
            self.0
                .app
                .note_denied_to("origin_foreign", peer.address, &grant);
            tracing::warn!(peer = %peer.address, reason, "a request was turned away");
            return answer::fault(Fault::Forbidden);
        }
        match self.new_engine(&peer, grant, Stage::Polling).await {
            Ok(engine) => answer::text(engine.greeting()),
            Err(response) => response,
        }
    }

    /// Answers a request to upgrade: for a new engine, or for one that polls.
    async fn upgrade(
        &self,
        mut request: Request<Incoming>,
        engine: Option<Arc<Engine>>,
        peer: Arc<Peer>,
        grant: Arc<Grant>,
    ) -> Response {
        let upgrade = request.extensions_mut().remove::<OnUpgrade>();
        let (parts, _) = request.into_parts();
        let accepted = upgrade::handshake(parts.method, parts.version, parts.headers);
        let (response, upgrade) = match (accepted, upgrade) {
            (Ok(response), Some(upgrade)) => (response, upgrade),
            (Ok(_), None) => return Declined::NoUpgrade.into_response(),
            (Err((status, why)), _) => return Declined::Handshake(status, why).into_response(),
        };
        match engine {
            Some(engine) if engine.shift(Stage::Polling, Stage::Upgrading) => {
                self.0.lines.spawn(line::take_over(upgrade, engine, peer));
            }
            Some(_) => return answer::fault(Fault::BadRequest),
            None => match self.new_engine(&peer, grant, Stage::WebSocket).await {
                Ok(engine) => drop(self.0.lines.spawn(line::begin(upgrade, engine, peer))),
                Err(response) => return response,
            },
        }
        response.map(|()| "").into_response()
    }

    /// An engine for somebody who has a seat; else why not.
    async fn new_engine(
        &self,
        peer: &Peer,
        grant: Arc<Grant>,
        stage: Stage,
    ) -> Result<Arc<Engine>, Response> {
        let inner = &self.0;
        let seat = admission::seat(&inner.app, peer.address, inner.app.right_of(&grant))
            .map_err(Declined::into_response)?;
        let caller = Caller::new(peer, grant);
        let opened = Engine::open(&inner.library, &inner.app, caller, seat, stage).await;
        let engine = opened.map_err(|_| {
            let reason = "the Socket.IO server does not take it";
            refusal(StatusCode::INTERNAL_SERVER_ERROR, reason)
        })?;
        let id = engine.id().to_owned();
        self.engines().insert(id.clone(), Arc::clone(&engine));
        let (kept, io) = (Arc::clone(&engine), self.clone());
        tokio::spawn(async move {
            keeper::keep(kept).await;
            io.engines().remove(&id);
        });
        Ok(engine)
    }

    /// The engine that somebody calls his own. To others it is as if it were not there (requirement
    /// R43).
    fn find(&self, sid: &str, grant: &Grant) -> Option<Arc<Engine>> {
        let engine = self.engines().get(sid).cloned()?;
        engine.caller.is_same(grant).then_some(engine)
    }

    fn engines(&self) -> MutexGuard<'_, HashMap<String, Arc<Engine>>> {
        let engines = &self.0.engines;
        engines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
