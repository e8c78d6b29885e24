//! Who is at the other end of a connection. It knows nothing of what goes over it.

use std::net::SocketAddr;

use tokio::sync::OwnedSemaphorePermit;

/// The other end of a connection. While it is held, the connection counts.
#[derive(Debug)]
pub(super) struct Peer {
    /// Its address.
    pub(super) address: SocketAddr,
    _permit: OwnedSemaphorePermit,
}

impl Peer {
    /// The peer at `address`, whose place among the connections is `permit`.
    pub(super) fn new(address: SocketAddr, permit: OwnedSemaphorePermit) -> Self {
        Self {
            address,
            _permit: permit,
        }
    }
}
