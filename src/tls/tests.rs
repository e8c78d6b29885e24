//! What the tests of TLS have in common: certificates made for the occasion, in a directory of the
//! test's own.

mod files;
mod own;
mod reload;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

use super::{Identity, Tls, TlsError, TlsOptions};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A directory, removed when it is dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("webterm-tls-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Writes a file that only its owner can read.
    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        set_mode(&path, 0o600);
        path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// Who signs: an authority, or one below it.
struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn root(name: &str) -> Self {
        Self::valid_until(name, SystemTime::now() + 300 * DAY)
    }

    fn valid_until(name: &str, end: SystemTime) -> Self {
        let (params, key) = (params(name, end), KeyPair::generate().unwrap());
        let pem = params.self_signed(&key).unwrap().pem();
        let issuer = Issuer::new(params, key);
        Self { pem, issuer }
    }

    /// One that this one vouches for.
    fn below(&self, name: &str) -> Self {
        let params = params(name, SystemTime::now() + 300 * DAY);
        let key = KeyPair::generate().unwrap();
        let pem = params.signed_by(&key, &self.issuer).unwrap().pem();
        let issuer = Issuer::new(params, key);
        Self { pem, issuer }
    }

    /// A certificate and its key, in PEM.
    fn signs(&self, name: &str, end: SystemTime) -> (String, String) {
        let mut params = params(name, end);
        params.is_ca = IsCa::ExplicitNoCa;
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        (certificate.pem(), key.serialize_pem())
    }
}

fn params(name: &str, end: SystemTime) -> CertificateParams {
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.not_before = (end - 400 * DAY).into();
    params.not_after = end.into();
    params
}

fn soon() -> SystemTime {
    SystemTime::now() + 100 * DAY
}

fn options(certificate: &Path, key: &Path) -> TlsOptions {
    TlsOptions {
        identity: Identity::Files {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
        },
        clients: None,
    }
}

fn load(certificate: &Path, key: &Path) -> Result<Tls, TlsError> {
    Tls::load(options(certificate, key), Vec::new())
}

/// What is said of two files that can't be used: one line that names the option and the file.
fn complaint(certificate: &Path, key: &Path) -> String {
    let error = load(certificate, key).unwrap_err().to_string();
    assert_eq!(error.lines().count(), 1, "{error}");
    error
}
