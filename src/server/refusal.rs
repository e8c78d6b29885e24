//! Responses that refuse. They reflect nothing of the request.

use hyper::StatusCode;
use hyper::header::{self, HeaderValue};
use warp::Reply;
use warp::reply::Response;

/// A plain text that says why not.
pub(super) fn refusal(status: StatusCode, reason: &str) -> Response {
    warp::reply::with_status(format!("{reason}\n"), status).into_response()
}

/// A refusal after which the connection is closed: what else comes on it need not be read.
pub(super) fn last(status: StatusCode, reason: &str) -> Response {
    let mut response = refusal(status, reason);
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(header::CONNECTION, close);
    response
}
