//! Responses that refuse. They reflect nothing of the request.

use hyper::StatusCode;
use warp::Reply;
use warp::reply::Response;

/// A plain text that says why not.
pub(super) fn refusal(status: StatusCode, reason: &str) -> Response {
    warp::reply::with_status(format!("{reason}\n"), status).into_response()
}
