//! One connection: HTTP/1.1 with time limits, the gate in front of every request, and the headers
//! behind every response. It knows no route.

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, StatusCode, header};
use hyper_util::rt::{TokioIo, TokioTimer};
use rustix::net::sockopt;
use tokio::net::TcpStream;
use tokio_io_timeout::TimeoutStream;
use tower_service::Service;
use warp::reply::Response;

use crate::access::{self, Denial, Hosts};

use super::App;
use super::headers;
use super::peer::Peer;
use super::refusal::refusal;
use super::routes;

/// The most bytes of a request's head (requirement R10).
const MAX_HEAD: usize = 16 * 1024;

/// The most bytes of a request's target (requirement R10).
const MAX_TARGET: usize = 4 * 1024;

/// The kernel's buffer for what was written, in bytes (it doubles it): what is in there can't be
/// taken back when a viewer falls behind, and left to itself it grows to 4 MiB for a slow one.
const SEND_BUFFER: usize = 128 * 1024;

/// The scheme that is served.
const SCHEME: &str = "http";

/// Serves a connection until either side closes it, it is upgraded, or the server stops.
pub(super) async fn serve(stream: TcpStream, peer: Arc<Peer>, app: App) {
    let limits = app.0.limits;
    let stop = app.0.stop.clone();
    // Without the first each key's echo may wait 40 ms for the one before to be acknowledged, and
    // without the last a client whose cable was pulled stays for a quarter of an hour. Where one is
    // refused, the connection is none the worse.
    let _ = stream.set_nodelay(true);
    let _ = sockopt::set_socket_send_buffer_size(&stream, SEND_BUFFER);
    let _ = sockopt::set_tcp_user_timeout(&stream, in_ms(limits.write));
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.write));
    let address = peer.address;
    let routes = warp::service(routes::all(app.clone()));
    let service = service_fn(move |mut request: Request<Incoming>| {
        let version = request.version();
        request.extensions_mut().insert(Arc::clone(&peer));
        request.extensions_mut().insert(version);
        answer(request, &app.0.offer.hosts, routes.clone())
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header)
        .max_buf_size(MAX_HEAD)
        .serve_connection(TokioIo::new(Box::pin(stream)), service)
        .with_upgrades();
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            tokio::time::timeout(limits.close, connection).await.unwrap_or(Ok(()))
        }
    };
    if let Err(error) = ended {
        tracing::debug!(peer = %address, %error, "a connection ended early");
    }
}

fn in_ms(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX)
}

/// The gate, the routes, the headers.
fn answer<S>(
    request: Request<Incoming>,
    hosts: &Hosts,
    mut routes: S,
) -> impl Future<Output = Result<Response, Infallible>> + use<S>
where
    S: Service<Request<Incoming>, Response = Response, Error = Infallible>,
{
    let answer = match gate(&request, hosts) {
        Some(refusal) => Err(refusal),
        None => Ok(routes.call(request)),
    };
    async {
        let mut response = match answer {
            Ok(answer) => answer.await?,
            Err(refusal) => refusal,
        };
        headers::secure(&mut response);
        Ok(response)
    }
}

/// What no route need look at: `None` where the request may pass.
fn gate(request: &Request<Incoming>, hosts: &Hosts) -> Option<Response> {
    if request.uri().to_string().len() > MAX_TARGET {
        return Some(refusal(StatusCode::URI_TOO_LONG, "the address is too long"));
    }
    let values = |name| {
        request
            .headers()
            .get_all(name)
            .iter()
            .map(|value| value.as_bytes())
    };
    let (host, origin) = (values(header::HOST), values(header::ORIGIN));
    let denial = access::check_source(SCHEME, hosts, host, origin).err()?;
    tracing::warn!(%denial, path = ?request.uri().path(), "a request was turned away");
    let status = match denial {
        Denial::Host => StatusCode::BAD_REQUEST,
        Denial::Name => StatusCode::MISDIRECTED_REQUEST,
        Denial::Origin => StatusCode::FORBIDDEN,
    };
    Some(refusal(status, &denial.to_string()))
}
