//! Who opened an engine. It outlives the connection that it came by.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::access::Grant;
use crate::tls::Shown;

use super::super::App;
use super::super::peer::Peer;
use super::super::stay::Stay;

/// Who opened an engine, by what was proven then.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    pub(super) address: SocketAddr,
    pub(super) grant: Arc<Grant>,
    certificate: Option<Shown>,
}

impl Caller {
    pub(super) fn new(peer: &Peer, grant: Arc<Grant>) -> Self {
        Self {
            address: peer.address,
            grant,
            certificate: peer.certificate.clone(),
        }
    }

    /// How long it may stay; cancelling `out` throws it out.
    pub(super) fn stay(&self, app: &App, out: CancellationToken) -> Stay {
        let grant = Arc::clone(&self.grant);
        Stay::apart(app, self.certificate.clone(), grant, out)
    }

    /// Whether a request that was granted this comes from the same: who knows an engine's id, but is
    /// somebody else or may do something else, has no part in it (requirement R43).
    pub(super) fn is_same(&self, grant: &Grant) -> bool {
        self.grant.user == grant.user && self.grant.right == grant.right
    }
}
