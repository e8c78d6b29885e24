//! Responses that refuse. They reflect nothing of the request.

use hyper::StatusCode;
use hyper::header::{self, HeaderValue};
use serde_json::json;
use warp::Reply;
use warp::reply::Response;

/// What a refusal says, kept with it for [`in_json`].
#[derive(Debug, Clone)]
struct Reason(String);

/// A plain text that says why not.
pub(super) fn refusal(status: StatusCode, reason: &str) -> Response {
    let mut response = warp::reply::with_status(format!("{reason}\n"), status).into_response();
    response.extensions_mut().insert(Reason(reason.to_owned()));
    response
}

/// A refusal after which the connection is closed: what else comes on it need not be read.
pub(super) fn last(status: StatusCode, reason: &str) -> Response {
    let mut response = refusal(status, reason);
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(header::CONNECTION, close);
    response
}

/// The same refusal as clients of the REST API read it: JSON with a `message`.
pub(super) fn in_json(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let Some(Reason(reason)) = parts.extensions.remove() else {
        return Response::from_parts(parts, body);
    };
    let json = json!({ "message": reason, "reason": null }).to_string();
    let kind = HeaderValue::from_static("application/json");
    parts.headers.insert(header::CONTENT_TYPE, kind);
    Response::from_parts(parts, json.into())
}
