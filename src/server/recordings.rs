//! The recordings that may be seen: their page, a list, stills and files. It knows neither how one is
//! made nor what is in it.

mod body;
mod entered;
mod range;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::{Method, StatusCode};
use serde_json::json;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use warp::path::FullPath;
use warp::reply::Response;
use warp::{Filter, Rejection, Reply};

use crate::access::Grant;
use crate::asciicast::MEDIA_TYPE;
use crate::audit::Event;
use crate::recordings::{Catalog, Opened, RecordingId};
use crate::right::Right;

use super::App;
use super::assets;
use super::peer::Peer;
use super::refusal::{in_json, refusal};
use entered::Entered;
use range::{Part, part};

/// So many stills are made at once, so many lists, and so many files opened; who wants another one
/// waits, but a file not for a still.
const AT_ONCE: usize = 2;

/// The page compiles the player's WebAssembly; nothing else may be made into code, no text either.
const PAGE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'",
);

/// Who may see recordings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Those who may type.
    Writers,
    /// Everybody who is let in.
    Everybody,
}

/// The recordings that are offered. Clones are the same.
#[derive(Debug, Clone)]
pub struct Recordings {
    catalog: Catalog,
    audience: Audience,
    stills: Arc<Semaphore>,
    lists: Arc<Semaphore>,
    files: Arc<Semaphore>,
    entered: Arc<Mutex<Entered>>,
}

impl Recordings {
    /// Offers what `catalog` holds to these.
    pub fn new(catalog: Catalog, audience: Audience) -> Self {
        Self {
            catalog,
            audience,
            stills: Arc::new(Semaphore::new(AT_ONCE)),
            lists: Arc::new(Semaphore::new(AT_ONCE)),
            files: Arc::new(Semaphore::new(AT_ONCE)),
            entered: Arc::default(),
        }
    }

    /// Who may see them, as the page is told.
    pub(super) fn audience_name(&self) -> &'static str {
        match self.audience {
            Audience::Writers => "writers",
            Audience::Everybody => "everybody",
        }
    }

    /// Has the catalog do what takes its time, in turn.
    async fn ask<T: Send + 'static>(
        &self,
        turns: &Arc<Semaphore>,
        work: impl FnOnce(&Catalog) -> T + Send + 'static,
    ) -> Option<T> {
        let turn = Arc::clone(turns).acquire_owned().await.ok()?;
        let catalog = self.catalog.clone();
        let work = move || {
            // Held by the work: whoever asked may have left meanwhile.
            let _turn = turn;
            work(&catalog)
        };
        spawn_blocking(work).await.ok()
    }
}

/// What is asked for.
enum Wanted {
    Page,
    /// The page, by an address that lacks its slash.
    NoSlash,
    List,
    Still(RecordingId),
    File(RecordingId),
}

/// The routes below `/recordings` and `/api/recordings`; none where there are no recordings.
pub(super) fn routes(app: App) -> impl Filter<Extract = (Response,), Error = Rejection> + Clone {
    warp::path::full()
        .and(warp::method())
        .and(warp::header::headers_cloned())
        .and(warp::ext::get::<Arc<Grant>>())
        .and(warp::ext::get::<Arc<Peer>>())
        .and_then(move |path: FullPath, method, headers, grant, peer| {
            let (app, wanted) = (app.clone(), wanted(path.as_str()));
            async move {
                let recordings = app.0.offer.recordings.clone();
                let (wanted, recordings) =
                    wanted.zip(recordings).ok_or_else(warp::reject::not_found)?;
                let asked = Asked {
                    recordings,
                    method,
                    headers,
                    app,
                    grant,
                    peer,
                };
                Ok::<_, Rejection>(asked.answer(wanted).await)
            }
        })
}

fn wanted(path: &str) -> Option<Wanted> {
    match path {
        "/recordings" => Some(Wanted::NoSlash),
        "/recordings/" => Some(Wanted::Page),
        "/api/recordings" => Some(Wanted::List),
        _ => {
            if let Some(name) = path.strip_prefix("/recordings/") {
                return RecordingId::of_file(name).map(Wanted::File);
            }
            let id = path
                .strip_prefix("/api/recordings/")?
                .strip_suffix("/still")?;
            id.parse().ok().map(Wanted::Still)
        }
    }
}

/// A request.
struct Asked {
    recordings: Recordings,
    method: Method,
    headers: HeaderMap,
    app: App,
    grant: Arc<Grant>,
    peer: Arc<Peer>,
}

impl Asked {
    async fn answer(&self, wanted: Wanted) -> Response {
        let is_api = matches!(wanted, Wanted::List | Wanted::Still(_));
        let answered = match self.refusal() {
            Some(refused) => refused,
            None => match wanted {
                Wanted::Page => page(&self.app, &self.headers),
                Wanted::NoSlash => to_the_page(),
                Wanted::List => self.list().await,
                Wanted::Still(id) => self.still(id).await,
                Wanted::File(id) => self.file(id).await,
            },
        };
        match is_api {
            true => in_json(answered),
            false => answered,
        }
    }

    fn refusal(&self) -> Option<Response> {
        if self.method != Method::GET && self.method != Method::HEAD {
            let mut refused = refusal(
                StatusCode::METHOD_NOT_ALLOWED,
                "only GET and HEAD are offered here",
            );
            let allowed = HeaderValue::from_static("GET, HEAD");
            refused.headers_mut().insert(header::ALLOW, allowed);
            return Some(refused);
        }
        let may = match self.recordings.audience {
            Audience::Everybody => true,
            Audience::Writers => self.app.right_of(&self.grant) == Right::Write,
        };
        if may {
            return None;
        }
        let (app, address) = (&self.app, self.peer.address);
        app.note_denied_to("read_only", address, &self.grant);
        let reason = "recordings are for those who may type into the terminal";
        Some(refusal(StatusCode::FORBIDDEN, reason))
    }

    async fn list(&self) -> Response {
        let recordings = &self.recordings;
        match recordings.ask(&recordings.lists, Catalog::list).await {
            Some(Ok(entries)) => answer(json!({ "recordings": entries }).to_string()),
            Some(Err(error)) => {
                tracing::warn!(%error, "the recordings can't be listed");
                broken()
            }
            None => broken(),
        }
    }

    async fn still(&self, id: RecordingId) -> Response {
        let recordings = &self.recordings;
        let still = move |catalog: &Catalog| catalog.still(&id);
        match recordings.ask(&recordings.stills, still).await {
            Some(Some(still)) => answer(still.to_string()),
            Some(None) => refusal(StatusCode::NOT_FOUND, "there is no still of that"),
            None => broken(),
        }
    }

    async fn file(&self, id: RecordingId) -> Response {
        let name = id.file();
        let recordings = &self.recordings;
        let open = move |catalog: &Catalog| catalog.file(&id);
        match recordings.ask(&recordings.files, open).await {
            Some(Some(opened)) => self.send(&name, opened).await,
            Some(None) => refusal(StatusCode::NOT_FOUND, "there is nothing here"),
            None => broken(),
        }
    }

    /// Sends a file, or the part of it that is asked for (RFC 9110, 14). What is written to it meanwhile
    /// is not sent.
    async fn send(&self, name: &str, opened: Opened) -> Response {
        let etag = format!("\"{}\"", opened.tag);
        if assets::is_known(&self.headers, &etag) {
            return with(StatusCode::NOT_MODIFIED, name, &etag);
        }
        let (status, from, length) = match part(&self.method, &self.headers, &etag, opened.bytes) {
            Part::Whole => (StatusCode::OK, 0, opened.bytes),
            Part::Range { from, length } => (StatusCode::PARTIAL_CONTENT, from, length),
            Part::Beyond => {
                let mut refused = refusal(
                    StatusCode::RANGE_NOT_SATISFIABLE,
                    "the recording is shorter than that",
                );
                set(
                    &mut refused,
                    header::CONTENT_RANGE,
                    &format!("bytes */{}", opened.bytes),
                );
                return refused;
            }
        };
        let mut response = with(status, name, &etag);
        if status == StatusCode::PARTIAL_CONTENT {
            let range = format!("bytes {from}-{}/{}", from + length - 1, opened.bytes);
            set(&mut response, header::CONTENT_RANGE, &range);
        }
        set(&mut response, header::CONTENT_LENGTH, &length.to_string());
        if self.method == Method::GET {
            self.enter(name);
            let body = warp::reply::stream(body::stream(opened.file, from, length));
            *response.body_mut() = body.into_response().into_body();
        }
        response
    }

    /// Enters who reads the file, where that was not done of late.
    fn enter(&self, name: &str) {
        let reader = (self.peer.address.ip(), self.grant.user.clone());
        let mut entered = lock(&self.recordings.entered);
        if entered.is_due(name, reader, Instant::now()) {
            self.app.audit().note(Event::RecordingRead {
                file: name.to_owned(),
                address: self.peer.address,
                user: self.grant.user.clone(),
                user_agent: self.grant.agent.clone(),
            });
        }
    }
}

fn lock(entered: &Mutex<Entered>) -> MutexGuard<'_, Entered> {
    entered.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An answer of this status about a recording's file, without a body yet.
fn with(status: StatusCode, name: &str, etag: &str) -> Response {
    let mut response = status.into_response();
    *response.body_mut() = warp::reply().into_response().into_body();
    let attachment = format!("attachment; filename=\"{name}\"");
    for (header, value) in [
        (header::CONTENT_TYPE, MEDIA_TYPE),
        (header::CONTENT_DISPOSITION, &attachment),
        (header::ACCEPT_RANGES, "bytes"),
        (header::ETAG, etag),
        // A browser would keep it on its disk, and there may be passwords in it that were typed. The tag
        // is for who goes on with a download.
        (header::CACHE_CONTROL, "no-store"),
    ] {
        set(&mut response, header, value);
    }
    response
}

fn set(response: &mut Response, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::try_from(value) {
        response.headers_mut().insert(name, value);
    }
}

fn page(app: &App, request: &HeaderMap) -> Response {
    let mut page = assets::recordings_page(app.0.offer.theme, request);
    let headers = page.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, PAGE_POLICY);
    page
}

fn to_the_page() -> Response {
    let mut response = refusal(StatusCode::PERMANENT_REDIRECT, "the page is at recordings/");
    set(&mut response, header::LOCATION, "recordings/");
    response
}

fn answer(json: String) -> Response {
    let mut response = json.into_response();
    set(&mut response, header::CONTENT_TYPE, "application/json");
    response
}

fn broken() -> Response {
    refusal(
        StatusCode::INTERNAL_SERVER_ERROR,
        "that can't be read at the moment",
    )
}
