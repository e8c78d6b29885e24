//! Where connections come from: the socket, the accept loop. It knows
//! nothing of what is served on them.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio_util::task::TaskTracker;

use super::App;
use super::connection;
use super::denied;
use super::overflow::Overflow;
use super::peer::Peer;
use super::places::Places;
use super::socketio::SocketIo;

/// How long to wait after an accept that failed: where the process is out of descriptors, the
/// connection stays in the queue, and trying at once would spin.
const BACK_OFF: Duration = Duration::from_millis(100);

/// Why there is no listening.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Another process listens there.
    #[error(
        "cannot listen on {0}: the port is in use; choose another with --port, or --port 0 for a free one"
    )]
    InUse(String),
    /// No address of this machine.
    #[error(
        "cannot listen on {0}: it is no address of this machine; give --address one that is, such as 127.0.0.1"
    )]
    NotOurs(String),
    /// A low port, mostly.
    #[error("cannot listen on {0}: permission denied; choose a --port of 1024 or above")]
    Denied(String),
    /// No address at all.
    #[error(
        "cannot listen on {address:?}: {reason}; give --address an IP address or a name that this machine knows"
    )]
    Unknown {
        /// What was asked for.
        address: String,
        /// What the system said.
        reason: io::Error,
    },
}

/// Listens on `address` (an IP address or a name of this machine) and `port` (0: a free one).
pub async fn bind(address: &str, port: u16) -> Result<TcpListener, BindError> {
    // An IPv6 address is written in brackets before a port.
    let host = address.trim_start_matches('[').trim_end_matches(']');
    TcpListener::bind((host, port)).await.map_err(|reason| {
        let place = match host.contains(':') {
            true => format!("[{host}]:{port}"),
            false => format!("{host}:{port}"),
        };
        match reason.kind() {
            io::ErrorKind::AddrInUse => BindError::InUse(place),
            io::ErrorKind::AddrNotAvailable => BindError::NotOurs(place),
            io::ErrorKind::PermissionDenied => BindError::Denied(place),
            _ => BindError::Unknown {
                address: address.to_owned(),
                reason,
            },
        }
    })
}

/// Accepts connections and serves `app` on them until it is stopped; returns when all are closed.
pub async fn serve(listener: TcpListener, app: App) {
    let connections = TaskTracker::new();
    let places = Places::new(&app.0.limits);
    let overflow = Overflow::new();
    let stop = app.0.stop.clone();
    let socketio = SocketIo::new(app.clone());
    let port = listener.local_addr().map_or(0, |address| address.port());
    while let Some((stream, address)) = stop.run_until_cancelled(accept(&listener)).await {
        match places.take(address.ip()) {
            Ok(place) => {
                let peer = Peer::new(address, port, place);
                connections.spawn(connection::serve(
                    stream,
                    peer,
                    app.clone(),
                    socketio.clone(),
                ));
            }
            Err(full) => {
                app.note_denied(denied::word_of_full(full), address);
                tracing::warn!(peer = %address, reason = %full, "a connection was turned away");
                // Who speaks TLS would have to shake hands first, and that costs too much.
                if app.0.offer.tls.is_none() {
                    overflow.turn_away(stream, full, &connections);
                }
            }
        }
    }
    drop(listener);
    connections.close();
    connections.wait().await;
    socketio.gone().await;
}

/// The next connection.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    let mut is_failing = false;
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) => {
                if !is_failing {
                    tracing::warn!(%error, "cannot accept connections; they wait");
                }
                is_failing = true;
                tokio::time::sleep(BACK_OFF).await;
            }
        }
    }
}
