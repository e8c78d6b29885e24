//! What rustls is told: versions, suites, certificate, whom to ask for one. It makes the settings
//! from the options; when that is done again is no business of its.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rustls::crypto::{CryptoProvider, ring};
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::version::{TLS12, TLS13};
use rustls::{RootCertStore, ServerConfig};

use super::certificate::Certificate;
use super::error::{Problem, TlsError};
use super::files::{self, Named, Pair};
use super::own;
use super::{Identity, TlsOptions};

const CERTIFICATE: &str = "--tls-crt";
const KEY: &str = "--tls-key";
const AUTHORITIES: &str = "--tls-ca-crt";

/// How long before an end it is spoken of (requirement R35).
pub(super) const NOTICE: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// The only protocol that is spoken inside: there is no HTTP/2 here (requirement R46).
const PROTOCOL: &[u8] = b"http/1.1";

/// What is in force.
pub(super) struct Loaded {
    pub(super) settings: Arc<ServerConfig>,
    /// Who judges what clients show, where they have to show anything.
    pub(super) verifier: Option<Arc<dyn ClientCertVerifier>>,
    /// What connections are shown.
    pub(super) certificate: Certificate,
    /// Our own pair, to be kept when only the authorities are read again.
    own: Option<Pair>,
    /// What ends one day: for people, what it is, and its facts.
    ends: Vec<(String, Certificate)>,
    /// What is not as it should be, but will do.
    flaws: Vec<String>,
}

impl Loaded {
    /// What the user should know of: flaws, and ends that are near.
    pub(super) fn warnings(&self, now: SystemTime) -> Vec<String> {
        let flaws = self.flaws.iter().cloned();
        flaws.chain(self.ends_near(now)).collect()
    }

    /// The ends that are near, or past.
    pub(super) fn ends_near(&self, now: SystemTime) -> Vec<String> {
        let near = |(what, facts): &(String, Certificate)| match facts.check(now) {
            Err(invalid) => Some(format!("{what} {invalid}; get a new one")),
            Ok(()) if facts.ends_within(NOTICE, now) => Some(format!(
                "{what} ends on {}; get a new one",
                facts.last_day()
            )),
            Ok(()) => None,
        };
        self.ends.iter().filter_map(near).collect()
    }
}

/// The cryptography: chosen here rather than by what other crates switch on. All its suites have
/// forward secrecy and authenticated encryption (requirement R31).
pub(super) fn provider() -> CryptoProvider {
    ring::default_provider()
}

/// Reads what `options` name.
pub(super) fn load(
    options: &TlsOptions,
    names: &[String],
    now: SystemTime,
) -> Result<Loaded, TlsError> {
    match &options.identity {
        Identity::Files { certificate, key } => {
            let certificate = named(CERTIFICATE, certificate);
            let key = named(KEY, key);
            let pair = files::pair(certificate, key)?;
            let mut loaded = build(&pair, options, now)?;
            if let Some(Err(invalid)) = pair.facts.first().map(|own| own.check(now)) {
                return Err(certificate.error(Problem::Invalid(invalid)).into());
            }
            let of = |facts| {
                (
                    format!("a certificate in {}", certificate.path.display()),
                    facts,
                )
            };
            loaded.ends.extend(pair.facts.iter().cloned().map(of));
            if key.is_open_to_others() {
                let path = key.path.display();
                loaded.flaws.push(format!(
                    "other users can read the key {path}; keep it to yourself: chmod 600 {path}"
                ));
            }
            Ok(loaded)
        }
        Identity::Own { state } => {
            let (pair, flaw) = own::obtain(state.as_deref(), names, now)?;
            let mut loaded = build(&pair, options, now)?;
            loaded.flaws.extend(flaw);
            loaded.own = Some(pair);
            Ok(loaded)
        }
    }
}

/// Reads them again; our own certificate stays while it lasts.
pub(super) fn load_again(
    options: &TlsOptions,
    names: &[String],
    present: Option<&Loaded>,
) -> Result<Loaded, TlsError> {
    let now = SystemTime::now();
    let lasting = present.filter(|loaded| !loaded.certificate.ends_within(own::RENEWAL, now));
    let Some(pair) = lasting.and_then(|loaded| loaded.own.as_ref()) else {
        return load(options, names, now);
    };
    let mut loaded = build(pair, options, now)?;
    loaded.own = Some(pair.clone());
    Ok(loaded)
}

fn named<'a>(option: &'static str, path: &'a std::path::Path) -> Named<'a> {
    Named { option, path }
}

fn build(pair: &Pair, options: &TlsOptions, now: SystemTime) -> Result<Loaded, TlsError> {
    let mut ends = Vec::new();
    let clients = match &options.clients {
        Some(path) => {
            let file = named(AUTHORITIES, path);
            let (store, facts) = files::authorities(file)?;
            // rustls trusts an authority whatever its dates.
            if let Some(invalid) = facts.iter().find_map(|facts| facts.check(now).err()) {
                return Err(file.error(Problem::Invalid(invalid)).into());
            }
            let of = |facts| (format!("a certificate in {}", path.display()), facts);
            ends.extend(facts.into_iter().map(of));
            Some(verifier(store)?)
        }
        None => None,
    };
    let certificate = pair.facts.first().cloned();
    let certificate = certificate.ok_or(rustls::Error::NoCertificatesPresented)?;
    Ok(Loaded {
        settings: Arc::new(settings(pair, clients.clone())?),
        verifier: clients,
        certificate,
        own: None,
        ends,
        flaws: Vec::new(),
    })
}

/// Who judges what clients show by these authorities.
fn verifier(authorities: RootCertStore) -> Result<Arc<dyn ClientCertVerifier>, TlsError> {
    WebPkiClientVerifier::builder_with_provider(Arc::new(authorities), Arc::new(provider()))
        .build()
        .map_err(|error| TlsError::Broken(error.to_string()))
}

fn settings(
    pair: &Pair,
    clients: Option<Arc<dyn ClientCertVerifier>>,
) -> Result<ServerConfig, TlsError> {
    let builder = ServerConfig::builder_with_provider(Arc::new(provider()))
        .with_protocol_versions(&[&TLS13, &TLS12])?;
    let (chain, key) = (pair.chain.clone(), pair.key.clone_key());
    let mut settings = match clients {
        None => builder.with_no_client_auth().with_single_cert(chain, key)?,
        Some(verifier) => {
            let builder = builder.with_client_cert_verifier(verifier);
            let mut settings = builder.with_single_cert(chain, key)?;
            // A session that is resumed shows no certificate again, so one that has ended since
            // would go on.
            settings.session_storage = Arc::new(NoServerSessionStorage {});
            settings.send_tls13_tickets = 0;
            settings
        }
    };
    settings.alpn_protocols = vec![PROTOCOL.to_vec()];
    Ok(settings)
}
