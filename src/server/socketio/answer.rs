//! The responses that are made here. They reflect nothing of the request.

use hyper::StatusCode;
use hyper::header::{self, HeaderValue};
use warp::Reply;
use warp::reply::Response;

use super::query::Fault;

/// A refusal in Engine.IO's numbers and words.
pub(super) fn fault(fault: Fault) -> Response {
    let status = match fault {
        Fault::Forbidden => StatusCode::FORBIDDEN,
        _ => StatusCode::BAD_REQUEST,
    };
    let mut response = warp::reply::with_status(fault.body(), status).into_response();
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

/// A body of packets.
pub(super) fn text(body: String) -> Response {
    // warp calls it text/plain; charset=utf-8.
    body.into_response()
}
