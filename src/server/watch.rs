//! The page of all sessions: each as a small live screen with who is on it, a way to look at one, and
//! one line for several of them. It knows what somebody sees, and leaves to `access` why.
//!
//! The page's socket, `/sessions/ws`, takes and gives JSON arrays in text frames, as the terminals' does:
//!
//! | from | message | meaning |
//! | --- | --- | --- |
//! | server | `["setup", {…}]` | the first: `version`, `command`, `mode`, `sight` ("told" or "all") and `hidden`, whether watchers are not shown to others |
//! | server | `["session", {…}]` | a session is there, or something about it changed: see [`card`] |
//! | server | `["picture", id, {…}]` | what is seen of its screen, as [`crate::screen::Picture`] has it |
//! | server | `["ready"]` | all that are there were told |
//! | server | `["gone", id]` | it is there no more |
//! | server | `["heartbeat"]` | the connection lives; as often as it is pinged |
//! | client | `["look", [id, …]]` | the sessions whose pictures are wanted from now on; none at first |
//!
//! A session's `id` is good for `/sessions/<id>`, the page that shows it read-only, for its socket
//! `/sessions/<id>/ws`, which speaks as the terminals' does and takes no input, and for
//! `POST /api/sessions/input`. Pictures come at most every 300 ms, and only the present one: who takes
//! them slowly misses those between.

mod card;
mod gallery;
mod line;
mod message;
mod overview;
mod pace;

use std::time::Duration;

use hyper::StatusCode;
use hyper::header::{self, HeaderMap, HeaderValue};
use warp::path::FullPath;
use warp::reply::Response;
use warp::{Filter, Rejection, Reply};

use crate::access::Grant;
use crate::registry::Seen;
use crate::right::{Right, Sight};
use crate::session::Role;

use super::App;
use super::admission::{Handshake, handshake};
use super::dialect::Dialect;
use super::wish::Wish;
use super::{assets, routes, viewer};

pub(super) use gallery::Gallery;
pub(super) use line::{Line, Outcome, send};
pub(super) use pace::{Pace, TooMany};

/// How often a page of all sessions is told what changed: often enough to follow what happens, and
/// cheap for a screen of many.
const FRAME: Duration = Duration::from_millis(300);

/// Whether those who watch are shown to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Watchers {
    /// They are, as all who are there.
    #[default]
    Shown,
    /// They are not.
    Hidden,
}

/// The routes below `/sessions`.
pub(super) fn routes(
    app: App,
) -> impl Filter<Extract = (Response,), Error = Rejection> + Clone + Send + Sync + 'static {
    let theme = app.0.offer.theme;
    let with_app = {
        let app = app.clone();
        warp::any().map(move || app.clone())
    };
    let page = warp::path!("sessions")
        .and(warp::path::full())
        .and(routes::get())
        .map(move |path: FullPath, headers| match path.as_str() {
            "/sessions" => to_the_page(),
            _ => assets::sessions_page(theme, &headers),
        });
    let one = warp::path!("sessions" / String)
        .and(routes::exact())
        .and(with_app.clone())
        .and(warp::ext::get())
        .and(routes::get())
        .and_then(one);
    let overview = warp::path!("sessions" / "ws")
        .and(routes::exact())
        .and(with_app.clone())
        .and(handshake())
        .map(overview);
    let socket = warp::path!("sessions" / String / "ws")
        .and(routes::exact())
        .and(with_app)
        .and(handshake())
        .and(routes::wish())
        .and_then(socket);
    let pages = page.or(overview).unify();
    pages.or(one).unify().or(socket).unify()
}

/// The page's addresses are relative to its own, which ends in a slash.
fn to_the_page() -> Response {
    let mut response = StatusCode::PERMANENT_REDIRECT.into_response();
    let place = HeaderValue::from_static("sessions/");
    response.headers_mut().insert(header::LOCATION, place);
    response
}

/// The page that shows one session, read-only.
async fn one(
    id: String,
    app: App,
    grant: std::sync::Arc<Grant>,
    headers: HeaderMap,
) -> Result<Response, Rejection> {
    find(&app, &id, &grant).ok_or_else(warp::reject::not_found)?;
    Ok(assets::watch_page(app.0.offer.theme, &headers))
}

fn overview(app: App, request: Handshake) -> Response {
    match request.admit(&app) {
        Ok(admission) => {
            admission.serve(|upgrade, peer, grant| overview::serve(upgrade, app, peer, grant))
        }
        Err(declined) => declined.into_response(),
    }
}

async fn socket(
    id: String,
    app: App,
    request: Handshake,
    wish: Wish,
) -> Result<Response, Rejection> {
    let found = find(&app, &id, &request.grant);
    let session = found.ok_or_else(warp::reject::not_found)?.session;
    let admission = match request.admit(&app) {
        Ok(admission) => admission,
        Err(declined) => return Ok(declined.into_response()),
    };
    let wish = wish.watching(app.role_of(&admission.grant));
    Ok(admission.serve(|upgrade, peer, grant| {
        viewer::serve(upgrade, app, session, peer, grant, wish, Dialect::Jupyter)
    }))
}

/// The session that goes by this id among those that the bearer of a grant sees.
fn find(app: &App, id: &str, grant: &Grant) -> Option<Seen> {
    let registry = &app.0.registry;
    registry.find_seen(id, grant.user.as_deref(), grant.sight)
}

impl App {
    /// What somebody is to a session that he watches.
    fn role_of(&self, grant: &Grant) -> Role {
        match (grant.sight, self.0.offer.watchers) {
            (Sight::All, Watchers::Hidden) => Role::Unseen,
            (Sight::All | Sight::Told, _) => Role::Watcher,
        }
    }

    /// Whether somebody is told who else is there: those who may type, and those who watch.
    fn knows_people(&self, grant: &Grant) -> bool {
        grant.sight == Sight::All || self.right_of(grant) == Right::Write
    }
}
