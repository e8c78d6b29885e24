//! The page's files, embedded and compressed by the build script. It knows HTTP's headers for them,
//! not where they are routed.

use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::{Response as HttpResponse, StatusCode};
use warp::Reply;
use warp::reply::Response;

use crate::registry::Mode;

/// A file of the page.
struct Asset {
    path: &'static str,
    content_type: &'static str,
    /// The file's hash, quoted as an entity tag is.
    etag: &'static str,
    plain: &'static [u8],
    gzip: &'static [u8],
    brotli: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// How long a browser may keep a file, whose address changes when it does. What stands between may
/// not: the address may be secret.
const FOR_EVER: &str = "private, max-age=31536000, immutable";

/// The page itself for a mode, in the colours of a theme: its address stays, so a browser asks each
/// time whether it changed.
pub(super) fn page(theme: &str, mode: Mode, request: &HeaderMap) -> Response {
    // As build.rs calls them.
    let mode = match mode {
        Mode::Shared => "shared",
        Mode::PerViewer => "per-viewer",
        Mode::Named => "named",
    };
    find(&format!("{theme}/{mode}/index.html")).map_or_else(not_built, |asset| {
        reply(asset, request, "private, no-cache")
    })
}

/// The page of a program that talks in lines.
pub(super) fn lines_page(theme: &str, request: &HeaderMap) -> Response {
    find(&format!("{theme}/lines.html")).map_or_else(not_built, |asset| {
        reply(asset, request, "private, no-cache")
    })
}

/// The page of all sessions.
pub(super) fn sessions_page(theme: &str, request: &HeaderMap) -> Response {
    find(&format!("{theme}/sessions.html")).map_or_else(not_built, |asset| {
        reply(asset, request, "private, no-cache")
    })
}

/// The page that shows one session, read-only.
pub(super) fn watch_page(theme: &str, request: &HeaderMap) -> Response {
    find(&format!("{theme}/watch/index.html")).map_or_else(not_built, |asset| {
        reply(asset, request, "private, no-cache")
    })
}

/// The page of recordings.
pub(super) fn recordings_page(theme: &str, request: &HeaderMap) -> Response {
    find(&format!("{theme}/recordings.html")).map_or_else(not_built, |asset| {
        reply(asset, request, "private, no-cache")
    })
}

/// A file of the page's, by the version in its address and its path below `assets/`; `None` where
/// there is none.
pub(super) fn file(version: &str, path: &str, request: &HeaderMap) -> Option<Response> {
    let asset = find(path).filter(|_| version == VERSION)?;
    Some(reply(asset, request, FOR_EVER))
}

fn find(path: &str) -> Option<&'static Asset> {
    let index = ASSETS.binary_search_by(|asset| asset.path.cmp(path)).ok()?;
    ASSETS.get(index)
}

fn not_built() -> Response {
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

fn reply(asset: &'static Asset, request: &HeaderMap, cache: &'static str) -> Response {
    let (encoding, body) = choose(asset, request);
    let etag = match encoding {
        Some(encoding) => format!("{}-{encoding}\"", asset.etag.trim_end_matches('"')),
        None => asset.etag.to_owned(),
    };
    let mut response = HttpResponse::builder()
        .header(header::CONTENT_TYPE, asset.content_type)
        .header(header::CACHE_CONTROL, cache)
        .header(header::VARY, "accept-encoding")
        .header(header::ETAG, &etag);
    if let Some(encoding) = encoding {
        response = response.header(header::CONTENT_ENCODING, encoding);
    }
    if is_known(request, &etag) {
        return response
            .status(StatusCode::NOT_MODIFIED)
            .body("")
            .into_response();
    }
    response.body(body).into_response()
}

/// The smallest form that the client takes (RFC 9110, 12.5.3).
fn choose(asset: &'static Asset, request: &HeaderMap) -> (Option<&'static str>, &'static [u8]) {
    let forms = [("br", asset.brotli), ("gzip", asset.gzip)];
    forms
        .into_iter()
        .find(|(name, body)| body.len() < asset.plain.len() && accepts(request, name))
        .map_or((None, asset.plain), |(name, body)| (Some(name), body))
}

fn accepts(request: &HeaderMap, encoding: &str) -> bool {
    list(request, header::ACCEPT_ENCODING).any(|item| {
        let (name, weight) = item.split_once(';').unwrap_or((item, "q=1"));
        let weight = weight
            .trim()
            .trim_start_matches("q=")
            .parse()
            .unwrap_or(0.0);
        name.trim().eq_ignore_ascii_case(encoding) && weight > 0.0_f32
    })
}

/// Whether the client has this very form already (RFC 9110, 13.1.2).
pub(super) fn is_known(request: &HeaderMap, etag: &str) -> bool {
    list(request, header::IF_NONE_MATCH)
        .any(|known| known == "*" || known.trim_start_matches("W/") == etag)
}

fn list(headers: &HeaderMap, name: header::HeaderName) -> impl Iterator<Item = &str> {
    headers
        .get_all(name)
        .into_iter()
        .filter_map(|value: &HeaderValue| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
}
