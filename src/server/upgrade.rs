//! The handshake that makes a WebSocket of a request (RFC 6455, 4.2). It knows no connection.

use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::{Method, Request, Response as HttpResponse, StatusCode, Version};
use tungstenite::Error;
use tungstenite::error::ProtocolError;
use tungstenite::handshake::server::create_response;

/// Answers a request to upgrade: 101, or why not.
pub(super) fn handshake(
    method: Method,
    version: Version,
    headers: HeaderMap,
) -> Result<HttpResponse<()>, (StatusCode, &'static str)> {
    if [header::SEC_WEBSOCKET_KEY, header::SEC_WEBSOCKET_VERSION]
        .iter()
        .any(|name| headers.get_all(name).iter().count() > 1)
    {
        return Err((
            StatusCode::BAD_REQUEST,
            "a WebSocket handshake has one key and one version",
        ));
    }
    let mut request = Request::new(());
    *request.method_mut() = method;
    *request.version_mut() = version;
    *request.headers_mut() = headers;
    create_response(&request).map_err(|error| match error {
        Error::Protocol(ProtocolError::WrongHttpMethod) => (
            StatusCode::METHOD_NOT_ALLOWED,
            "a WebSocket begins with GET",
        ),
        Error::Protocol(
            ProtocolError::MissingConnectionUpgradeHeader
            | ProtocolError::MissingUpgradeWebSocketHeader
            | ProtocolError::MissingSecWebSocketVersionHeader,
        ) => (
            StatusCode::UPGRADE_REQUIRED,
            "this address takes WebSocket connections of version 13 only",
        ),
        _ => (StatusCode::BAD_REQUEST, "this is no WebSocket handshake"),
    })
}

/// What a refused handshake tells besides (RFC 6455, 4.4; RFC 9110, 15.5.6).
pub(super) fn hint(status: StatusCode, headers: &mut HeaderMap) {
    if status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(header::ALLOW, HeaderValue::from_static("GET"));
    }
    if status != StatusCode::UPGRADE_REQUIRED {
        return;
    }
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(
        header::SEC_WEBSOCKET_VERSION,
        HeaderValue::from_static("13"),
    );
}
