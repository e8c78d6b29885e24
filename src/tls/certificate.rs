//! What a certificate says: names, dates, who signed it. It reads one certificate at a time and
//! knows no file.

use std::fmt::Write;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ring::digest;
use rustls_pki_types::CertificateDer;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;
use x509_parser::time::ASN1Time;

use crate::visible::is_deceptive;

/// The most characters of a viewer's name.
const MAX_NAME: usize = 64;

/// Who vouches for a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// Itself only: browsers warn of it.
    SelfSigned,
    /// An authority.
    Issued,
}

/// What webterm needs to know of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Its SHA-256 fingerprint, as browsers and openssl write it.
    pub fingerprint: Arc<str>,
    /// Who vouches for it.
    pub trust: Trust,
    /// The names and addresses that it is for.
    pub names: Arc<[String]>,
    begin: Moment,
    end: Moment,
    subject: Arc<[u8]>,
    issuer: Arc<[u8]>,
}

/// A moment at which a certificate begins or ends to be valid.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Moment {
    /// In seconds since 1970.
    seconds: i64,
    /// The day, as YYYY-MM-DD.
    day: Arc<str>,
}

/// That a certificate isn't valid now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// No longer.
    #[error("ended on {0}")]
    Ended(Arc<str>),
    /// Not yet.
    #[error("begins on {0} only")]
    Early(Arc<str>),
}

impl Certificate {
    /// Reads a certificate; `None` where it is none.
    pub(super) fn read(der: &CertificateDer<'_>) -> Option<Self> {
        let (rest, certificate) = X509Certificate::from_der(der).ok()?;
        if !rest.is_empty() {
            return None;
        }
        let (subject, issuer) = (
            certificate.subject().as_raw(),
            certificate.issuer().as_raw(),
        );
        Some(Self {
            fingerprint: fingerprint(der).into(),
            trust: match subject == issuer {
                true => Trust::SelfSigned,
                false => Trust::Issued,
            },
            names: names(&certificate).into(),
            begin: moment(&certificate.validity().not_before),
            end: moment(&certificate.validity().not_after),
            subject: subject.into(),
            issuer: issuer.into(),
        })
    }

    /// Whether it is valid at this time.
    pub(super) fn check(&self, now: SystemTime) -> Result<(), Invalid> {
        let now = seconds(now);
        match () {
            () if self.end.seconds < now => Err(Invalid::Ended(Arc::clone(&self.end.day))),
            () if self.begin.seconds > now => Err(Invalid::Early(Arc::clone(&self.begin.day))),
            () => Ok(()),
        }
    }

    /// Whether its end is no further away than this.
    pub(super) fn ends_within(&self, time: Duration, now: SystemTime) -> bool {
        self.end.seconds <= seconds(now + time)
    }

    /// The day of its end, as YYYY-MM-DD.
    pub(super) fn last_day(&self) -> &str {
        &self.end.day
    }

    /// Whether `other` can have signed it.
    pub(super) fn is_issued_by(&self, other: &Self) -> bool {
        self.issuer == other.subject
    }

    /// Whether it is for this name or address.
    pub(super) fn covers(&self, name: &str) -> bool {
        self.names
            .iter()
            .any(|known| known.eq_ignore_ascii_case(name))
    }
}

/// What a viewer with this certificate is called: the subject's common name, without characters that
/// hide or control, and not endless; else the fingerprint.
pub(super) fn name_of(der: &CertificateDer<'_>) -> Arc<str> {
    let name = X509Certificate::from_der(der)
        .ok()
        .and_then(|(_, certificate)| {
            let name = certificate.subject().iter_common_name().next()?;
            Some(clean(name.as_str().ok()?))
        });
    match name.filter(|name| !name.is_empty()) {
        Some(name) => name.into(),
        None => fingerprint(der).into(),
    }
}

fn clean(name: &str) -> String {
    let shown = name.chars().filter(|&c| !is_deceptive(c));
    let name: String = shown.take(MAX_NAME).collect();
    name.trim().to_owned()
}

/// SHA-256, as pairs of digits with colons between them.
fn fingerprint(der: &[u8]) -> String {
    let digest = digest::digest(&digest::SHA256, der);
    let mut text = String::new();
    for (index, byte) in digest.as_ref().iter().enumerate() {
        let colon = if index == 0 { "" } else { ":" };
        // Writing to a string can't fail.
        let _ = write!(text, "{colon}{byte:02X}");
    }
    text
}

fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let extension = certificate.subject_alternative_name().ok().flatten();
    let names = extension
        .iter()
        .flat_map(|known| &known.value.general_names);
    names.filter_map(name).collect()
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => {
            let v4 = <[u8; 4]>::try_from(*bytes).map(IpAddr::from);
            let v6 = <[u8; 16]>::try_from(*bytes).map(IpAddr::from);
            v4.or(v6).ok().map(|ip| ip.to_string())
        }
        _ => None,
    }
}

fn moment(time: &ASN1Time) -> Moment {
    Moment {
        seconds: time.timestamp(),
        day: time.to_datetime().date().to_string().into(),
    }
}

fn seconds(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
