//! Who is at the other end of a connection. It knows nothing of what goes over it.

use std::net::SocketAddr;

use super::places::Place;

/// The other end of a connection. While it is held, the connection counts.
#[derive(Debug)]
pub(super) struct Peer {
    /// Its address.
    pub(super) address: SocketAddr,
    /// Our port that it connected to.
    pub(super) port: u16,
    _place: Place,
}

impl Peer {
    /// The peer at `address` that connected to our `port`, whose place among the connections is `place`.
    pub(super) fn new(address: SocketAddr, port: u16, place: Place) -> Self {
        Self {
            address,
            port,
            _place: place,
        }
    }
}
