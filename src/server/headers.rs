//! The headers of every response (requirement R13). It knows nothing of what is responded.

use hyper::header::{self, HeaderName, HeaderValue};
use warp::reply::Response;

use crate::tls::Trust;

use super::peer::Transport;

/// For a year, come by TLS only: not said of names below ours, which may be others' machines.
const STRICT_TRANSPORT_SECURITY: &str = "max-age=31536000";

/// Nothing but our own files, nothing inline, in nobody's frame.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'";

/// Nothing that a terminal has no use for, whatever script came to run in the page.
const PERMISSIONS_POLICY: &str = "accelerometer=(), autoplay=(), camera=(), display-capture=(), \
     geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()";

const ALWAYS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        PERMISSIONS_POLICY,
    ),
    // For browsers that do not know frame-ancestors.
    (header::X_FRAME_OPTIONS, "DENY"),
];

/// Adds what every response carries.
pub(super) fn secure(response: &mut Response, transport: Transport) {
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        // A page may need more than others, and says so itself.
        let value = HeaderValue::from_static(value);
        headers.entry(name).or_insert(value);
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    // Never with a self-signed certificate: a browser that was told so lets nobody past its warning.
    if transport == Transport::Tls(Trust::Issued) {
        let value = HeaderValue::from_static(STRICT_TRANSPORT_SECURITY);
        headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
    }
}
