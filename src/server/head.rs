//! How much a request may bring along (requirement R10). It knows no route, and nothing of who asks.

use hyper::body::Body;
use hyper::header::{self, HeaderMap};
use hyper::{Request, StatusCode};
use warp::reply::Response;

use super::Limits;
use super::refusal::last;
use super::socketio;

/// The most bytes of a request's target.
pub(super) const MAX_TARGET: usize = 4 * 1024;

/// The most bytes of a body, but for what Socket.IO's clients send.
pub(super) const MAX_BODY: u64 = 64 * 1024;

/// How many bytes hyper may read of a head whose limit is `limit`: so much more that a client whose
/// head is a little too large hears from us which limit it met. To larger ones hyper itself says 431.
pub(super) fn most_read(limit: usize) -> usize {
    2 * limit
}

/// Refuses, and ends the connection of, a request that brings too much; `None` where it may pass.
pub(super) fn check<B: Body>(request: &Request<B>, limits: &Limits) -> Option<Response> {
    let target = request.uri().to_string().len();
    let line = request.method().as_str().len() + target + "  HTTP/1.1\r\n\r\n".len();
    let most_of_body = match socketio::is_its_path(request.uri().path()) {
        // What others send as one message may come as one body here.
        true => limits.message as u64,
        false => MAX_BODY,
    };
    let (status, reason) = if target > MAX_TARGET {
        let reason = format!("the address is longer than {MAX_TARGET} bytes");
        (StatusCode::URI_TOO_LONG, reason)
    } else if line + size_of(request.headers()) > limits.head {
        let reason = format!(
            "the request's headers are larger than {} bytes, the limit of --max-header",
            limits.head
        );
        (StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, reason)
    } else if request.body().size_hint().lower() > most_of_body {
        let reason = format!("the request's body is larger than {most_of_body} bytes");
        (StatusCode::PAYLOAD_TOO_LARGE, reason)
    } else if request.headers().contains_key(header::TRANSFER_ENCODING) {
        // Beside it there may have been a length, which hyper has taken out (requirement R11).
        let reason = "the request has a Transfer-Encoding; give its body a Content-Length instead";
        (StatusCode::BAD_REQUEST, reason.to_owned())
    } else {
        return None;
    };
    tracing::info!(reason, "a request was turned away");
    Some(last(status, &reason))
}

/// The headers' bytes, as they usually come over the wire.
fn size_of(headers: &HeaderMap) -> usize {
    headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len())
        .sum()
}
