//! The routes: which address is answered by what. It knows no terminal.

use std::convert::Infallible;
use std::sync::Arc;

use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::upgrade::OnUpgrade;
use hyper::{Method, StatusCode, Version};
use tokio::sync::OwnedSemaphorePermit;
use warp::path::{FullPath, Tail};
use warp::reply::Response;
use warp::{Filter, Rejection, Reply};

use crate::access::Grant;
use crate::name::SessionName;
use crate::registry::Mode;
use crate::right::Right;
use crate::session::Session;

use super::App;
use super::assets;
use super::dialect::Dialect;
use super::overflow;
use super::peer::Peer;
use super::refusal::refusal;
use super::upgrade;
use super::viewer;
use super::wish::Wish;

/// All routes. They answer every request, if with 404.
pub(super) fn all(
    app: App,
) -> impl Filter<Extract = (Response,), Error = Infallible> + Clone + Send + Sync + 'static {
    let theme = app.0.offer.theme;
    let page = warp::path::end()
        .and(get())
        .map(move |headers| assets::page(theme, &headers));
    let file = warp::path!("static" / String / ..)
        .and(warp::path::tail())
        .and(get())
        .and_then(file);
    let any = warp::path!("ws").map(|| None);
    let named = warp::path!("terminals" / "websocket" / SessionName).map(Some);
    let socket = any
        .or(named)
        .unify()
        .and(exact())
        .and(warp::any().map(move || app.clone()))
        .and(handshake())
        .and(wish())
        .and_then(socket);
    page.or(file)
        .unify()
        .or(socket)
        .unify()
        .recover(not_found)
        .unify()
}

/// A method that is not offered at an address that is there.
#[derive(Debug)]
struct OnlyGet;

impl warp::reject::Reject for OnlyGet {}

/// The headers of a GET or HEAD request.
fn get() -> impl Filter<Extract = (HeaderMap,), Error = Rejection> + Clone {
    warp::method().and(warp::header::headers_cloned()).and_then(
        |method: Method, headers: HeaderMap| async move {
            match method == Method::GET || method == Method::HEAD {
                true => Ok(headers),
                false => Err(warp::reject::custom(OnlyGet)),
            }
        },
    )
}

/// Passes a path that ends where its last part does: warp takes `/ws/` for `/ws`, and what upgrades
/// should be exact (requirement R8).
fn exact() -> impl Filter<Extract = (), Error = Rejection> + Clone {
    warp::path::full()
        .and_then(|path: FullPath| async move {
            match path.as_str().ends_with('/') {
                true => Err(warp::reject::not_found()),
                false => Ok(()),
            }
        })
        .untuple_one()
}

async fn file(version: String, path: Tail, headers: HeaderMap) -> Result<Response, Rejection> {
    assets::file(&version, path.as_str(), &headers).ok_or_else(warp::reject::not_found)
}

/// What an upgrade needs of a request.
struct Handshake {
    method: Method,
    version: Version,
    headers: HeaderMap,
    upgrade: Option<OnUpgrade>,
    peer: Arc<Peer>,
    grant: Arc<Grant>,
}

fn handshake() -> impl Filter<Extract = (Handshake,), Error = Rejection> + Clone {
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

/// What a viewer asks for in the query of its address.
fn wish() -> impl Filter<Extract = (Wish,), Error = Infallible> + Clone {
    warp::query::raw()
        .or(warp::any().map(String::new))
        .unify()
        .map(|query: String| Wish::parse(&query))
}

/// What a socket is for.
enum Found {
    /// This session.
    Session(Session),
    /// A session of the viewer's own.
    Own,
    /// Nothing that there is.
    Nothing,
}

/// What a socket at `/terminals/websocket/<name>` is for, or one at `/ws`, which names none.
fn find(app: &App, name: Option<SessionName>, grant: &Grant) -> Found {
    let registry = &app.0.registry;
    let session = match (name, registry.mode()) {
        (Some(name), _) => registry.find(&name, grant.user.as_deref()),
        (None, Mode::Shared) => registry.shared(),
        (None, Mode::PerViewer) => return Found::Own,
        (None, Mode::Named) => None,
    };
    session.map_or(Found::Nothing, Found::Session)
}

async fn socket(
    name: Option<SessionName>,
    app: App,
    request: Handshake,
    wish: Wish,
) -> Result<Response, Rejection> {
    let found = find(&app, name, &request.grant);
    if matches!(found, Found::Nothing) {
        return Err(warp::reject::not_found());
    }
    let accepted = upgrade::handshake(request.method, request.version, request.headers);
    let (response, upgrade) = match (accepted, request.upgrade) {
        (Ok(response), Some(upgrade)) => (response, upgrade),
        (Ok(_), None) => return Ok(refusal(StatusCode::BAD_REQUEST, "this can't be upgraded")),
        (Err((status, reason)), _) => {
            let mut response = refusal(status, reason);
            upgrade::hint(status, response.headers_mut());
            return Ok(response);
        }
    };
    let Some(seat) = seat(&app, request.grant.right) else {
        return Ok(full(&request.peer));
    };
    // Held before it is looked at, so that whoever waits for the last viewer waits for this one too.
    let held = app.0.viewers.token();
    if app.0.viewers.is_closed() {
        let reason = "the program has ended";
        return Ok(refusal(StatusCode::SERVICE_UNAVAILABLE, reason));
    }
    let session = match found {
        Found::Session(session) => session,
        Found::Nothing => return Err(warp::reject::not_found()),
        Found::Own => match app.own_session(&wish, &request.peer, &request.grant).await {
            Ok(session) => session,
            Err(unopened) => return Ok(unopened.into_response(&request.peer)),
        },
    };
    tokio::spawn(async move {
        let _held = (held, seat);
        let (peer, grant) = (request.peer, request.grant);
        viewer::serve(upgrade, app, session, peer, grant, wish, Dialect::Jupyter).await;
    });
    Ok(response.map(|()| "").into_response())
}

/// A place for a viewer that may do so much. Where some may type, those who only look leave a tenth
/// to them: whoever has a link to look at a terminal can't keep its owner out.
fn seat(app: &App, right: Right) -> Option<OwnedSemaphorePermit> {
    let left = match (app.access().most(), right) {
        (Right::Write, Right::View) => app.0.limits.viewers / 10,
        _ => 0,
    };
    let seat = Arc::clone(&app.0.seats).try_acquire_owned().ok()?;
    (app.0.seats.available_permits() >= left).then_some(seat)
}

/// The answer to a viewer for whom there is no place.
fn full(peer: &Peer) -> Response {
    let reason = "all places that --max-viewers allows are taken; try again later";
    tracing::warn!(peer = %peer.address, reason, "a viewer was turned away");
    let mut response = refusal(StatusCode::SERVICE_UNAVAILABLE, reason);
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, overflow::RETRY_AFTER);
    response
}

async fn not_found(rejection: Rejection) -> Result<Response, Infallible> {
    if rejection.find::<OnlyGet>().is_none() {
        return Ok(refusal(StatusCode::NOT_FOUND, "there is nothing here"));
    }
    let mut response = refusal(
        StatusCode::METHOD_NOT_ALLOWED,
        "only GET and HEAD are offered here",
    );
    let allowed = HeaderValue::from_static("GET, HEAD");
    response.headers_mut().insert(header::ALLOW, allowed);
    Ok(response)
}
