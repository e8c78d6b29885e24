//! Certificates made for a test, and connections that are encrypted under them.

use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::client::WantsClientCert;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, ConfigBuilder, RootCertStore, StreamOwned};

use super::{TempDir, Viewer, open};

pub(crate) const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// An encrypted connection.
pub(crate) type Stream = StreamOwned<ClientConnection, TcpStream>;

/// Who signs certificates.
pub(crate) struct Authority {
    pub(crate) pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        let mut params = params(name, SystemTime::now() + 300 * DAY);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        let issuer = Issuer::new(params, key);
        Self { pem, issuer }
    }

    /// Writes NAME.pem and NAME.key, for localhost and 127.0.0.1; gives their paths.
    pub(crate) fn sign(&self, dir: &TempDir, name: &str, end: SystemTime) -> [String; 2] {
        let key = KeyPair::generate().unwrap();
        let certificate = params(name, end).signed_by(&key, &self.issuer).unwrap();
        let paths = [format!("{name}.pem"), format!("{name}.key")].map(|name| dir.file(&name));
        std::fs::write(&paths[0], certificate.pem()).unwrap();
        std::fs::write(&paths[1], key.serialize_pem()).unwrap();
        paths
    }

    /// One that lasts.
    pub(crate) fn sign_well(&self, dir: &TempDir, name: &str) -> [String; 2] {
        self.sign(dir, name, SystemTime::now() + 100 * DAY)
    }

    /// Opens an encrypted connection; fails unless the server shows a certificate of this authority.
    pub(crate) fn connect(&self, address: &str) -> Stream {
        self.connect_by(address, |config| config.with_no_client_auth())
    }

    /// The same, with a certificate and key from files.
    pub(crate) fn connect_as(&self, address: &str, [certificate, key]: &[String; 2]) -> Stream {
        let chain = vec![written(certificate)];
        let key = PrivateKeyDer::from_pem_file(Path::new(key)).unwrap();
        self.connect_by(address, |config| {
            config.with_client_auth_cert(chain, key).unwrap()
        })
    }

    fn connect_by(
        &self,
        address: &str,
        show: impl FnOnce(ConfigBuilder<ClientConfig, WantsClientCert>) -> ClientConfig,
    ) -> Stream {
        let mut roots = RootCertStore::empty();
        let own = CertificateDer::from_pem_slice(self.pem.as_bytes()).unwrap();
        roots.add(own).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots);
        let name = ServerName::try_from("localhost").unwrap();
        let session = ClientConnection::new(Arc::new(show(config)), name).unwrap();
        let mut stream = StreamOwned::new(session, open(address));
        stream.conn.complete_io(&mut stream.sock).unwrap();
        stream
    }

    /// A viewer over TLS.
    pub(crate) fn viewer(&self, address: &str) -> Viewer<Stream> {
        let url = format!("wss://{address}/ws");
        Viewer::over(self.connect(address), &url, &[]).unwrap()
    }
}

/// The certificate that the server showed.
pub(crate) fn shown(stream: &Stream) -> CertificateDer<'static> {
    stream.conn.peer_certificates().unwrap()[0]
        .clone()
        .into_owned()
}

/// The certificate in a file.
pub(crate) fn written(path: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_file(Path::new(path)).unwrap()
}

fn params(name: &str, end: SystemTime) -> CertificateParams {
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let mut params = CertificateParams::new(names).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = (end - 400 * DAY).into();
    params.not_after = end.into();
    params
}
