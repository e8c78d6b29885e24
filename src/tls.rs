//! TLS: certificates and keys, given or our own, and what rustls is told of them. It knows no server
//! and no HTTP.

mod certificate;
mod error;
mod files;
mod own;
mod place;
mod settings;
mod shown;
#[cfg(test)]
mod tests;
mod watch;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use rustls::ServerConfig;
use tokio::sync::watch as cell;

use settings::Loaded;
use watch::Stamps;

pub use certificate::{Certificate, Trust};
pub use error::{FileError, OwnError, Problem, TlsError};
pub use shown::Shown;

/// What is wanted of TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsOptions {
    /// What the server shows.
    pub identity: Identity,
    /// The file of the authorities whose client certificates are let in; without it nobody is asked
    /// for one.
    pub clients: Option<PathBuf>,
}

/// Where the server's certificate and key come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// From files in PEM.
    Files {
        /// The certificate, followed by those between it and its authority.
        certificate: PathBuf,
        /// The key of the first of them.
        key: PathBuf,
    },
    /// We make a self-signed one, and keep it.
    Own {
        /// The directory to keep it in; without one it lasts as long as the process.
        state: Option<PathBuf>,
    },
}

impl TlsOptions {
    /// Whether there are files that [`Tls::reload`] reads again.
    pub fn has_files(&self) -> bool {
        let is_given = matches!(self.identity, Identity::Files { .. });
        is_given || self.clients.is_some()
    }
}

/// What a reload came to.
#[derive(Debug)]
pub enum Reload {
    /// What the files hold now is in force for new connections.
    Renewed,
    /// There is nothing to read again: the certificate is our own, and lasts.
    Lasting,
    /// The files are not as they should be; what was in force stays in force.
    Kept(TlsError),
}

/// The certificate and settings in force. Clones are the same.
///
/// What is in force is changed as a whole: connections that are open keep the certificate that they
/// began with, and no session of the old one can be resumed under the new one. What clients showed is
/// held against the authorities of the day, see [`Tls::trusts`].
#[derive(Clone)]
pub struct Tls(Arc<Inner>);

struct Inner {
    options: TlsOptions,
    /// What our own certificate must cover.
    names: Vec<String>,
    in_force: cell::Sender<Arc<Loaded>>,
    changed: cell::Sender<()>,
    /// The files as they were when they were first read.
    stamps: Stamps,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Tls").field(&self.0.options).finish()
    }
}

impl Tls {
    /// Reads what `options` name, or makes a certificate of our own for `names`: host names and
    /// addresses.
    pub fn load(options: TlsOptions, names: Vec<String>) -> Result<Self, TlsError> {
        // Taken first, so that a change during the reading is seen as one.
        let stamps = Stamps::of(&options);
        let loaded = settings::load(&options, &names, SystemTime::now())?;
        Ok(Self(Arc::new(Inner {
            options,
            names,
            in_force: cell::Sender::new(Arc::new(loaded)),
            changed: cell::Sender::new(()),
            stamps,
        })))
    }

    /// The settings for a new connection, and the certificate that it will be shown.
    pub fn in_force(&self) -> (Arc<ServerConfig>, Certificate) {
        let loaded = self.loaded();
        (Arc::clone(&loaded.settings), loaded.certificate.clone())
    }

    /// The certificate that new connections are shown.
    pub fn certificate(&self) -> Certificate {
        self.loaded().certificate.clone()
    }

    /// Whether clients have to show a certificate.
    pub fn asks_for_certificates(&self) -> bool {
        self.0.options.clients.is_some()
    }

    /// Whether what a client showed, when it connected, would let it in now: its certificate has not
    /// ended, and its authority was not taken out of the file (requirement R34).
    pub fn trusts(&self, shown: &Shown) -> bool {
        let loaded = self.loaded();
        let verifier = loaded.verifier.as_deref();
        verifier.is_none_or(|verifier| shown.suffices(verifier))
    }

    /// Tells that something else is in force.
    pub fn changes(&self) -> cell::Receiver<()> {
        self.0.changed.subscribe()
    }

    /// What the user should know of the files at the start: ends that are near, keys that others
    /// can read.
    pub fn warnings(&self) -> Vec<String> {
        self.loaded().warnings(SystemTime::now())
    }

    /// Reads the files again; what is broken leaves in force what was, and is logged. It may be
    /// called at any time.
    pub async fn reload(&self) -> Reload {
        let result = self.read_again().await;
        match &result {
            Reload::Renewed => {
                let fingerprint = self.certificate().fingerprint;
                tracing::info!(%fingerprint, "the certificate was read again");
            }
            Reload::Lasting => {}
            Reload::Kept(error) => {
                tracing::warn!(%error, "the certificate in force is kept");
            }
        }
        result
    }

    async fn read_again(&self) -> Reload {
        let is_own = matches!(self.0.options.identity, Identity::Own { .. });
        let ends = self
            .certificate()
            .ends_within(own::RENEWAL, SystemTime::now());
        if is_own && !ends && self.0.options.clients.is_none() {
            return Reload::Lasting;
        }
        let this = self.clone();
        // The disk may be slow, or be a network.
        let loaded = tokio::task::spawn_blocking(move || {
            let present = is_own.then(|| this.loaded());
            settings::load_again(&this.0.options, &this.0.names, present.as_deref())
        });
        match loaded.await {
            Ok(Ok(loaded)) => {
                self.0.in_force.send_replace(Arc::new(loaded));
                self.0.changed.send_replace(());
                Reload::Renewed
            }
            Ok(Err(error)) => Reload::Kept(error),
            Err(error) => Reload::Kept(TlsError::Broken(error.to_string())),
        }
    }

    fn loaded(&self) -> Arc<Loaded> {
        Arc::clone(&self.0.in_force.borrow())
    }
}
