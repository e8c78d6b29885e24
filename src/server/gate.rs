//! The gate in front of every request: what no route need look at, and who is let in. It knows no
//! route, and leaves the decision to `access`.

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::http::uri::PathAndQuery;
use hyper::{Method, Request, StatusCode, Uri};
use warp::reply::Response;

use crate::access::{Act, BadSource, Client, Denial, Facts};
use crate::audit::foreign;
use crate::tls::Shown;

use super::App;
use super::denied;
use super::peer::Peer;
use super::refusal::refusal;

/// Asks for a user and a password, in UTF-8 (RFC 7617, 2.1).
const CHALLENGE: HeaderValue =
    HeaderValue::from_static("Basic realm=\"webterm\", charset=\"UTF-8\"");

/// A `Set-Cookie` that the response to a request is to carry.
pub(super) type Cookie = Option<HeaderValue>;

/// Lets a request pass, with what its sender may do among its extensions and with the path as the
/// routes know it; or says why not.
pub(super) async fn pass(
    request: &mut Request<Incoming>,
    peer: &Peer,
    app: &App,
) -> Result<Cookie, Response> {
    let facts = facts(request, peer);
    let (grant, routed, cookie) = match app.access().admit(&facts).await {
        Ok(admission) => (
            admission.grant,
            without_base(request.uri(), admission.base),
            admission.cookie,
        ),
        Err(denial) => {
            if let Some(word) = denied::word(&denial) {
                app.note_stranger_denied(word, peer.address, facts.agent.clone());
            }
            return Err(turned_away(&denial, peer));
        }
    };
    *request.uri_mut() = routed;
    request.extensions_mut().insert(Arc::new(grant));
    Ok(cookie.and_then(|cookie| HeaderValue::try_from(cookie).ok()))
}

fn facts<'a>(request: &'a Request<Incoming>, peer: &Peer) -> Facts<'a> {
    let headers = request.headers();
    Facts {
        peer: peer.address.ip(),
        scheme: peer.transport.scheme(),
        port: peer.port,
        certificate: peer.certificate.as_ref().map(Shown::name),
        path: request.uri().path(),
        hosts: hosts(request),
        origins: values(headers, header::ORIGIN),
        authorizations: values(headers, header::AUTHORIZATION),
        cookies: values(headers, header::COOKIE),
        client: client(headers),
        agent: headers
            .get(header::USER_AGENT)
            .map(|agent| foreign(agent.as_bytes())),
        act: act(request),
    }
}

/// The hosts that a request names: a whole address in its first line names one as well (RFC 9112,
/// 3.2.2), and should not name another.
fn hosts(request: &Request<Incoming>) -> Vec<&[u8]> {
    let mut hosts = values(request.headers(), header::HOST);
    let authority = request.uri().authority();
    let named = authority.map(|authority| authority.as_str().as_bytes());
    hosts.extend(named.filter(|named| !hosts.contains(named)));
    hosts
}

fn values(headers: &HeaderMap, name: HeaderName) -> Vec<&[u8]> {
    let values = headers.get_all(name).iter();
    values.map(HeaderValue::as_bytes).collect()
}

/// All browsers of today say to servers that they take for trustworthy from which site a request
/// comes, and call themselves Mozilla to all. `Sec-Fetch-Mode` alone is no sign of one: Node's fetch
/// sends it, too.
fn client(headers: &HeaderMap) -> Client {
    let agent = headers.get(header::USER_AGENT).map(HeaderValue::as_bytes);
    let is_browser = headers.contains_key("sec-fetch-site")
        || agent.is_some_and(|agent| agent.starts_with(b"Mozilla/"));
    match is_browser {
        true => Client::Browser,
        false => Client::Program,
    }
}

fn act(request: &Request<Incoming>) -> Act {
    let fetches = [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    match fetches && !request.headers().contains_key(header::UPGRADE) {
        true => Act::Fetch,
        false => Act::Change,
    }
}

/// The address as the routes know it.
fn without_base(uri: &Uri, base: &str) -> Uri {
    let target = uri.path_and_query().map_or("/", PathAndQuery::as_str);
    let routed = target.strip_prefix(base).unwrap_or(target);
    // What is left of a valid target behind a whole part of its path is one.
    Uri::try_from(routed).unwrap_or_default()
}

/// The answer to who is not let in. It tells no more of a path than that there is nothing.
fn turned_away(denial: &Denial, peer: &Peer) -> Response {
    log(denial, peer);
    let status = match denial {
        Denial::Source(BadSource::Host) => StatusCode::BAD_REQUEST,
        Denial::Source(BadSource::Name) => StatusCode::MISDIRECTED_REQUEST,
        Denial::Source(BadSource::Origin)
        | Denial::NoOrigin
        | Denial::Stranger
        | Denial::ThrownOut => StatusCode::FORBIDDEN,
        Denial::Nothing => StatusCode::NOT_FOUND,
        Denial::NoSlash(_) => StatusCode::PERMANENT_REDIRECT,
        Denial::NoLogin | Denial::BadLogin => StatusCode::UNAUTHORIZED,
        Denial::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
        Denial::Busy => StatusCode::SERVICE_UNAVAILABLE,
    };
    // A login that is wrong and one that is missing are answered alike.
    let text = match denial {
        Denial::BadLogin => Denial::NoLogin.to_string(),
        other => other.to_string(),
    };
    let mut response = refusal(status, &text);
    let headers = response.headers_mut();
    match denial {
        Denial::NoLogin | Denial::BadLogin => {
            headers.insert(header::WWW_AUTHENTICATE, CHALLENGE);
        }
        Denial::Busy => {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        Denial::TooMany(time) => {
            let seconds = time.as_secs().max(1);
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        Denial::NoSlash(page) => {
            if let Ok(page) = HeaderValue::try_from(page) {
                headers.insert(header::LOCATION, page);
            }
        }
        _ => {}
    }
    response
}

/// Neither a path, for it may be nearly the secret one, nor a user's name, for it may be a password
/// in the wrong field.
fn log(denial: &Denial, peer: &Peer) {
    let peer = peer.address;
    match denial {
        // So a browser learns that it must ask, and a page's address that it lacks a slash.
        Denial::NoLogin | Denial::NoSlash(_) => tracing::debug!(%peer, %denial, "not yet let in"),
        Denial::Nothing => tracing::info!(%peer, %denial, "a request was turned away"),
        _ => tracing::warn!(%peer, %denial, "a request was turned away"),
    }
}
