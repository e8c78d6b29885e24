//! Where connections come from: the socket, the bound on connections, the accept loop. It knows
//! nothing of what is served on them.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use super::App;
use super::connection;
use super::peer::Peer;

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
    let room = Arc::new(Semaphore::new(app.0.limits.connections));
    let stop = app.0.stop.clone();
    let port = listener.local_addr().map_or(0, |address| address.port());
    while let Some((stream, peer)) = stop
        .run_until_cancelled(accept(&listener, port, &room))
        .await
    {
        let app = app.clone();
        connections.spawn(connection::serve(stream, peer, app));
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

/// The next connection, once there is room for it.
async fn accept(listener: &TcpListener, port: u16, room: &Arc<Semaphore>) -> (TcpStream, Peer) {
    let permit = match Arc::clone(room).acquire_owned().await {
        Ok(permit) => permit,
        // Nobody closes the semaphore.
        Err(_) => std::future::pending().await,
    };
    let mut is_failing = false;
    loop {
        match listener.accept().await {
            Ok((stream, address)) => {
                return (stream, Peer::new(address, port, permit));
            }
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
