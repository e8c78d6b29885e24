//! Who is at the other end of a connection. It knows nothing of what goes over it.

use std::net::SocketAddr;

use super::places::Place;

use crate::tls::{Shown, Tls, Trust};

/// How a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transport {
    /// Not at all.
    Plain,
    /// By TLS, under a certificate of this kind.
    Tls(Trust),
}

impl Transport {
    /// The scheme of addresses that lead to it.
    pub(super) fn scheme(self) -> &'static str {
        match self {
            Self::Plain => "http",
            Self::Tls(_) => "https",
        }
    }
}

/// The other end of a connection. While it is held, the connection counts.
#[derive(Debug)]
pub(super) struct Peer {
    /// Its address.
    pub(super) address: SocketAddr,
    /// Our port that it connected to.
    pub(super) port: u16,
    /// How the connection is protected.
    pub(super) transport: Transport,
    /// The certificate that it showed, where one was asked for.
    pub(super) certificate: Option<Shown>,
    place: Place,
}

impl Peer {
    /// The peer at `address` that connected to our `port`, whose place among the connections is `place`.
    pub(super) fn new(address: SocketAddr, port: u16, place: Place) -> Self {
        Self {
            address,
            port,
            transport: Transport::Plain,
            certificate: None,
            place,
        }
    }

    /// Its place among the connections.
    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// Whether its certificate, where it had to show one, would still let it connect.
    pub(super) fn is_trusted(&self, tls: Option<&Tls>) -> bool {
        is_trusted(self.certificate.as_ref(), tls)
    }
}

/// Whether a certificate, where one had to be shown, would still let who showed it connect.
pub(super) fn is_trusted(certificate: Option<&Shown>, tls: Option<&Tls>) -> bool {
    let shown = certificate.zip(tls);
    shown.is_none_or(|(shown, tls)| tls.trusts(shown))
}
