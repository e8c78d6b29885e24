//! One connection: HTTP/1.1 with time limits, the gate in front of every request, and the headers
//! behind every response. It knows no route.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::header;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;
use tower_service::Service;
use warp::reply::Response;

use super::encryption;
use super::gate;
use super::head;
use super::headers;
use super::peer::Peer;
use super::refusal::{in_json, last};
use super::rest;
use super::routes;
use super::socketio::SocketIo;
use super::{App, Limits};

/// The kernel's buffer for what was written, in bytes (it doubles it): what is in there can't be
/// taken back when a viewer falls behind, and left to itself it grows to 4 MiB for a slow one.
const SEND_BUFFER: usize = 128 * 1024;

/// So much of it, in bytes, may not be on its way yet; while it is, nothing more is taken. What the
/// network does not carry is better kept here, where the next screen takes its place.
const MAX_UNSENT: u32 = 64 * 1024;

/// Serves a connection until either side closes it, it is upgraded, it has to give way to others, or
/// the server stops.
pub(super) async fn serve(stream: TcpStream, peer: Peer, app: App, socketio: SocketIo) {
    let (way_out, address) = (peer.place().way_out().clone(), peer.address);
    let served = way_out.run_until_cancelled(open_and_converse(stream, peer, app, socketio));
    if served.await.is_none() {
        tracing::info!(peer = %address, "a connection on which nothing was let in gave way");
    }
}

async fn open_and_converse(stream: TcpStream, mut peer: Peer, app: App, socketio: SocketIo) {
    let limits = app.0.limits;
    // Without the first each key's echo may wait 40 ms for the one before to be acknowledged, and
    // without the last a client whose cable was pulled stays for a quarter of an hour. Where one is
    // refused, the connection is none the worse.
    let _ = stream.set_nodelay(true);
    let socket = SockRef::from(&stream);
    let _ = socket.set_send_buffer_size(SEND_BUFFER);
    let _ = socket.set_tcp_notsent_lowat(MAX_UNSENT);
    let _ = socket.set_tcp_user_timeout(Some(limits.write));
    let Some(tls) = app.0.offer.tls.clone() else {
        return converse(timed(stream, &limits), peer, app, socketio).await;
    };
    // What is under way when the server stops has nothing to lose yet.
    let stop = app.0.stop.clone();
    let opened = encryption::open(stream, &tls, &mut peer, &app);
    if let Some(Some(stream)) = stop.run_until_cancelled(opened).await {
        converse(stream, peer, app, socketio).await;
    }
}

/// A stream whose writes have the time limit.
pub(super) fn timed(stream: TcpStream, limits: &Limits) -> Pin<Box<TimeoutStream<TcpStream>>> {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.write));
    Box::pin(stream)
}

/// Speaks HTTP on a connection.
async fn converse<S>(stream: S, peer: Peer, app: App, socketio: SocketIo)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let limits = app.0.limits;
    let stop = app.0.stop.clone();
    let address = peer.address;
    let settled = peer.place().settled().clone();
    let peer = Arc::new(peer);
    let routes = warp::service(routes::all(app.clone()));
    let service = service_fn(move |request: Request<Incoming>| {
        let peer = Arc::clone(&peer);
        answer(request, peer, app.clone(), socketio.clone(), routes.clone())
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header)
        .max_buf_size(head::most_read(limits.head))
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    tokio::pin!(connection);
    let end = async {
        tokio::select! {
            () = stop.cancelled() => {}
            () = overdue(limits.login, &settled) => {
                tracing::info!(peer = %address, "nothing was let in within --login-timeout");
            }
        }
    };
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = end => {
            connection.as_mut().graceful_shutdown();
            timeout(limits.close, connection).await.unwrap_or(Ok(()))
        }
    };
    match ended {
        Err(error) if error.is_timeout() => {
            tracing::debug!(peer = %address, "no whole head came within --header-timeout");
        }
        Err(error) => tracing::debug!(peer = %address, %error, "a connection ended early"),
        Ok(()) => {}
    }
}

/// Waits until `patience` has run out without anything being let in; else for ever.
async fn overdue(patience: Duration, settled: &CancellationToken) {
    if timeout(patience, settled.cancelled()).await.is_ok() {
        std::future::pending().await
    }
}

/// The gate, the routes, the headers.
async fn answer<S>(
    mut request: Request<Incoming>,
    peer: Arc<Peer>,
    app: App,
    socketio: SocketIo,
    mut routes: S,
) -> Result<Response, Infallible>
where
    S: Service<Request<Incoming>, Response = Response, Error = Infallible>,
{
    let transport = peer.transport;
    let is_for_api = rest::is_meant(request.uri().path());
    let passed = match head::check(&request, &app.0.limits) {
        Some(too_large) => {
            app.note_denied("too_large", peer.address);
            Err(too_large)
        }
        None if !peer.is_trusted(app.tls()) => {
            app.note_denied("certificate_not_taken", peer.address);
            Err(no_longer_trusted(&peer))
        }
        None => gate::pass(&mut request, &peer, &app).await,
    };
    let mut response = match passed {
        Ok(cookie) => {
            peer.place().settle();
            let version = request.version();
            let mut response = if socketio.serves(&request) {
                // In a box, for what answers everybody holds room for it.
                Box::pin(socketio.answer(request, peer)).await
            } else {
                request.extensions_mut().insert(peer);
                request.extensions_mut().insert(version);
                routes.call(request).await?
            };
            cookie.and_then(|cookie| response.headers_mut().insert(header::SET_COOKIE, cookie));
            response
        }
        Err(refusal) if is_for_api => in_json(refusal),
        Err(refusal) => refusal,
    };
    headers::secure(&mut response, transport);
    Ok(response)
}

/// The answer to who connected with a certificate that would not be taken any more: another handshake
/// has to decide.
fn no_longer_trusted(peer: &Peer) -> Response {
    let reason = "the certificate of this connection is not taken any more; connect again";
    tracing::warn!(peer = %peer.address, reason, "a request was turned away");
    last(StatusCode::FORBIDDEN, reason)
}
