//! The routes: which address is answered by what. It knows no terminal.

use std::convert::Infallible;

use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::{Method, StatusCode};
use warp::path::{FullPath, Tail};
use warp::reply::Response;
use warp::{Filter, Rejection};

use crate::access::Grant;
use crate::name::SessionName;
use crate::registry::Mode;
use crate::session::Session;

use super::App;
use super::admission::{Handshake, handshake};
use super::assets;
use super::dialect::Dialect;
use super::lines::Lines;
use super::raw;
use super::recordings;
use super::refusal::refusal;
use super::rest;
use super::viewer;
use super::watch;
use super::wish::Wish;

/// All routes. They answer every request, if with 404.
pub(super) fn all(
    app: App,
) -> impl Filter<Extract = (Response,), Error = Infallible> + Clone + Send + Sync + 'static {
    let (offer, mode) = (app.0.offer.clone(), app.0.registry.mode());
    let page = warp::path::end()
        .and(get())
        .map(move |headers| match offer.lines {
            Some(_) => assets::lines_page(offer.theme, &headers),
            None => assets::page(offer.theme, mode, &headers),
        });
    let file = warp::path!("static" / String / ..)
        .and(warp::path::tail())
        .and(get())
        .and_then(file);
    let others = match app.0.offer.lines.clone() {
        Some(lines) => for_lines(app, lines).boxed(),
        None => for_sessions(app).boxed(),
    };
    page.or(file)
        .unify()
        .or(others)
        .unify()
        .recover(not_found)
        .unify()
}

/// The routes where there are sessions.
fn for_sessions(app: App) -> impl Filter<Extract = (Response,), Error = Rejection> + Clone {
    let recordings = recordings::routes(app.clone());
    let api = rest::routes(app.clone());
    let raw = raw(app.clone());
    let any = warp::path!("ws").map(|| None);
    let named = warp::path!("terminals" / "websocket" / SessionName).map(Some);
    let socket = any
        .or(named)
        .unify()
        .and(exact())
        .and({
            let app = app.clone();
            warp::any().map(move || app.clone())
        })
        .and(handshake())
        .and(wish())
        .and_then(socket);
    let sessions = recordings.or(api).unify().or(raw).unify();
    let watched = watch::routes(app);
    sessions.or(socket).unify().or(watched).unify()
}

/// The routes where there are programs that talk in lines.
fn for_lines(
    app: App,
    lines: Lines,
) -> impl Filter<Extract = (Response,), Error = Rejection> + Clone {
    warp::path!("ws")
        .and(exact())
        .and(warp::any().map(move || (app.clone(), lines.clone())))
        .and(handshake())
        .and(query())
        .then(
            |(app, lines): (App, Lines), request, query: String| async move {
                lines.open(&app, request, "/ws", &query).await
            },
        )
}

/// Viewers that speak bytes.
fn raw(app: App) -> impl Filter<Extract = (Response,), Error = Rejection> + Clone {
    let any = warp::path!("raw").map(|| None);
    let named = warp::path!("raw" / String).map(Some);
    any.or(named)
        .unify()
        .and(exact())
        .and(warp::any().map(move || app.clone()))
        .and(handshake())
        .and(query())
        .map(raw::socket)
}

/// A method that is not offered at an address that is there.
#[derive(Debug)]
struct OnlyGet;

impl warp::reject::Reject for OnlyGet {}

/// The headers of a GET or HEAD request.
pub(super) fn get() -> impl Filter<Extract = (HeaderMap,), Error = Rejection> + Clone {
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
pub(super) fn exact() -> impl Filter<Extract = (), Error = Rejection> + Clone {
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

/// The query of an address, if only an empty one.
fn query() -> impl Filter<Extract = (String,), Error = Infallible> + Clone {
    warp::query::raw().or(warp::any().map(String::new)).unify()
}

/// What a viewer asks for in the query of its address.
pub(super) fn wish() -> impl Filter<Extract = (Wish,), Error = Infallible> + Clone {
    query().map(|query: String| Wish::parse(&query))
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
fn find(app: &App, name: Option<&SessionName>, grant: &Grant) -> Found {
    let registry = &app.0.registry;
    let session = match (name, registry.mode()) {
        (Some(name), _) => registry.find_even_ended(name, grant.user.as_deref()),
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
    let found = find(&app, name.as_ref(), &request.grant);
    if matches!(found, Found::Nothing) {
        return match name {
            Some(name) => Ok(rest::no_session(&name)),
            None => Err(warp::reject::not_found()),
        };
    }
    let admission = match request.admit(&app) {
        Ok(admission) => admission,
        Err(declined) => return Ok(declined.into_response()),
    };
    let (peer, grant) = (&admission.peer, &admission.grant);
    let session = match found {
        Found::Session(session) => session,
        Found::Nothing => return Err(warp::reject::not_found()),
        Found::Own => match app.own_session(&wish, peer, grant).await {
            Ok(session) => session,
            Err(unopened) => return Ok(unopened.into_response(peer)),
        },
    };
    Ok(admission.serve(|upgrade, peer, grant| {
        viewer::serve(upgrade, app, session, peer, grant, wish, Dialect::Jupyter)
    }))
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
