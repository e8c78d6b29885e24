//! What a client showed of itself, and whether that still suffices. It knows no connection.

use std::fmt;
use std::sync::Arc;

use rustls::server::danger::ClientCertVerifier;
use rustls_pki_types::{CertificateDer, UnixTime};

use super::certificate::name_of;

/// The certificates that a client showed, its own first. Clones are the same.
#[derive(Clone)]
pub struct Shown {
    name: Arc<str>,
    chain: Arc<[CertificateDer<'static>]>,
}

impl Shown {
    /// What a client showed; `None` where that is nothing.
    pub fn new(chain: &[CertificateDer<'_>]) -> Option<Self> {
        let own = chain.first()?;
        Some(Self {
            name: name_of(own),
            chain: chain.iter().map(|one| one.clone().into_owned()).collect(),
        })
    }

    /// What the client is called.
    pub fn name(&self) -> Arc<str> {
        Arc::clone(&self.name)
    }

    /// Whether `verifier` would let the client in at this moment.
    pub(super) fn suffices(&self, verifier: &dyn ClientCertVerifier) -> bool {
        self.chain.split_first().is_some_and(|(own, others)| {
            verifier
                .verify_client_cert(own, others, UnixTime::now())
                .is_ok()
        })
    }
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Shown").field(&self.name).finish()
    }
}
