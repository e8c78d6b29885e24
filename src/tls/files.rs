//! Reading certificates and keys from PEM files, each mistake told apart. It knows not what they are
//! used for.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::sign::CertifiedKey;
use rustls::{Error, InconsistentKeys, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use zeroize::Zeroizing;

use super::certificate::Certificate;
use super::error::{FileError, Problem};
use super::settings::provider;

/// The most bytes of a file: chains and keys have a few thousand.
const MAX_FILE: usize = 1024 * 1024;

/// A file that an option names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named<'a> {
    pub(super) option: &'static str,
    pub(super) path: &'a Path,
}

impl Named<'_> {
    /// What is wrong with it.
    pub(super) fn error(&self, problem: Problem) -> FileError {
        FileError {
            option: self.option,
            path: self.path.to_owned(),
            problem,
        }
    }

    /// Whether others than its owner can read it.
    pub(super) fn is_open_to_others(&self) -> bool {
        let metadata = std::fs::metadata(self.path);
        metadata
            .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o077 != 0)
    }

    fn read(&self, what: &'static str) -> Result<Zeroizing<Vec<u8>>, Problem> {
        let file = File::open(self.path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Problem::Missing(what),
            _ => Problem::Unreadable(error),
        })?;
        let mut bytes = Zeroizing::default();
        file.take(MAX_FILE as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(Problem::Unreadable)?;
        match bytes.len() > MAX_FILE {
            true => Err(Problem::TooLong(what)),
            false => Ok(bytes),
        }
    }
}

/// A chain of certificates and the key of its first.
#[derive(Debug)]
pub(super) struct Pair {
    /// The server's certificate, and those between it and its authority.
    pub(super) chain: Vec<CertificateDer<'static>>,
    /// What is in them.
    pub(super) facts: Vec<Certificate>,
    /// The key.
    pub(super) key: PrivateKeyDer<'static>,
}

impl Clone for Pair {
    fn clone(&self) -> Self {
        Self {
            chain: self.chain.clone(),
            facts: self.facts.clone(),
            key: self.key.clone_key(),
        }
    }
}

impl Pair {
    /// Whether the key is that of the first certificate.
    pub(super) fn fits(&self) -> bool {
        let key = provider()
            .key_provider
            .load_private_key(self.key.clone_key());
        key.is_ok_and(|key| {
            CertifiedKey::new(self.chain.clone(), key)
                .keys_match()
                .is_ok()
        })
    }
}

/// Reads a chain and its key, and checks that they belong together. The dates are not looked at.
pub(super) fn pair(certificate: Named<'_>, key: Named<'_>) -> Result<Pair, FileError> {
    let (chain, facts) = certificates(certificate)?;
    let private = private_key(key).map_err(|problem| key.error(problem))?;
    let signing = provider()
        .key_provider
        .load_private_key(private.clone_key());
    let signing = signing.map_err(|_| key.error(Problem::Unsupported))?;
    let fit = |der: &CertificateDer<'static>| {
        CertifiedKey::new(vec![der.clone()], Arc::clone(&signing)).keys_match()
    };
    let mut fits = chain.iter().map(fit);
    match fits.next() {
        // Where rustls can't tell, the handshake will.
        Some(Ok(()) | Err(Error::InconsistentKeys(InconsistentKeys::Unknown))) => {}
        Some(Err(Error::InconsistentKeys(_))) => {
            return Err(match fits.any(|fit| fit.is_ok()) {
                true => certificate.error(Problem::Order),
                false => key.error(Problem::Mismatch(certificate.path.to_owned())),
            });
        }
        Some(Err(_)) | None => return Err(certificate.error(Problem::Malformed(1))),
    }
    check_order(&facts).map_err(|problem| certificate.error(problem))?;
    Ok(Pair {
        chain,
        facts,
        key: private,
    })
}

/// Reads the authorities whose certificates clients may show.
pub(super) fn authorities(file: Named<'_>) -> Result<(RootCertStore, Vec<Certificate>), FileError> {
    let (certificates, facts) = certificates(file)?;
    let mut store = RootCertStore::empty();
    for (index, certificate) in certificates.into_iter().enumerate() {
        store
            .add(certificate)
            .map_err(|_| file.error(Problem::Malformed(index + 1)))?;
    }
    Ok((store, facts))
}

type Certificates = (Vec<CertificateDer<'static>>, Vec<Certificate>);

fn certificates(file: Named<'_>) -> Result<Certificates, FileError> {
    let problem = |problem| file.error(problem);
    let bytes = file.read("a certificate").map_err(problem)?;
    let ders = CertificateDer::pem_slice_iter(&bytes).collect::<Result<Vec<_>, _>>();
    let ders = ders.map_err(|_| problem(Problem::Damaged))?;
    if ders.is_empty() {
        return Err(problem(match holds(&bytes) {
            Some(what) => Problem::NoCertificate(what),
            None => Problem::NotPem,
        }));
    }
    let read =
        |(index, der)| Certificate::read(der).ok_or_else(|| problem(Problem::Malformed(index + 1)));
    let facts = ders
        .iter()
        .enumerate()
        .map(read)
        .collect::<Result<_, _>>()?;
    Ok((ders, facts))
}

fn private_key(file: Named<'_>) -> Result<PrivateKeyDer<'static>, Problem> {
    let bytes = file.read("a private key")?;
    // Either form of encryption is seen by its words (RFC 5958; RFC 1421, 4.6.1.1).
    if contains(&bytes, "BEGIN ENCRYPTED PRIVATE KEY") || contains(&bytes, "Proc-Type: 4,ENCRYPTED")
    {
        return Err(Problem::Encrypted);
    }
    match PrivateKeyDer::pem_slice_iter(&bytes).next() {
        Some(Ok(key)) => Ok(key),
        Some(Err(_)) => Err(Problem::Damaged),
        None => Err(match holds(&bytes) {
            Some(what) => Problem::NoKey(what),
            None => Problem::NotPem,
        }),
    }
}

/// What PEM there is in a file; `None` where there is none.
fn holds(bytes: &[u8]) -> Option<&'static str> {
    let what = [
        ("PRIVATE KEY-----", "a private key"),
        ("BEGIN CERTIFICATE REQUEST", "a request for a certificate"),
        (
            "BEGIN NEW CERTIFICATE REQUEST",
            "a request for a certificate",
        ),
        ("BEGIN CERTIFICATE", "a certificate"),
        ("BEGIN PUBLIC KEY", "a public key"),
        ("-----BEGIN ", "something else"),
    ];
    let found = what.into_iter().find(|(mark, _)| contains(bytes, mark));
    found.map(|(_, what)| what)
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|part| part == text.as_bytes())
}

/// Checks that each certificate signed the one before it.
fn check_order(facts: &[Certificate]) -> Result<(), Problem> {
    for (index, (one, next)) in facts.iter().zip(facts.iter().skip(1)).enumerate() {
        if one.is_issued_by(next) {
            continue;
        }
        let elsewhere = facts
            .iter()
            .any(|other| other != one && one.is_issued_by(other));
        return Err(match elsewhere {
            true => Problem::Order,
            false => Problem::Stranger(index + 2),
        });
    }
    Ok(())
}

/// The files that are read, in the options' order.
pub(super) fn paths(options: &super::TlsOptions) -> Vec<PathBuf> {
    let mut paths = match &options.identity {
        super::Identity::Files { certificate, key } => vec![certificate.clone(), key.clone()],
        super::Identity::Own { .. } => Vec::new(),
    };
    paths.extend(options.clients.clone());
    paths
}
