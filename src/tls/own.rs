//! Our own certificate: self-signed, for the names that we are reached under, kept so that the
//! exception which a browser makes for it lasts. It knows no other certificate.

use std::net::IpAddr;
use std::path::Path;
use std::time::{Duration, SystemTime};

use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose,
};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use zeroize::Zeroizing;

use super::certificate::Certificate;
use super::error::OwnError;
use super::files::Pair;
use super::place::Place;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How long it is valid: the longest that Apple's systems take.
const LIFE: Duration = Duration::from_secs(825 * 24 * 60 * 60);

/// How long before its end it is replaced.
pub(super) const RENEWAL: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// How many names it has at most, so that those of earlier starts don't gather for ever.
const MAX_NAMES: usize = 32;

/// The file that it is kept in, with its key: in one file the two can't be of different making.
const FILE: &str = "self-signed.pem";

/// The kept certificate if it covers all of `names` and lasts, else a new one, which is then kept;
/// and what prevented that, if anything did.
///
/// A new certificate also has the names of the one before, so that two webterms which are started
/// with different names come to one certificate. It always has a new key: browsers trust the
/// certificate, not the key, so nothing would be gained by keeping that, and a key that somebody got
/// hold of ends with its certificate.
pub(super) fn obtain(
    state: Option<&Path>,
    names: &[String],
    now: SystemTime,
) -> Result<(Pair, Option<String>), OwnError> {
    let names: Vec<String> = names.iter().filter(|name| is_name(name)).cloned().collect();
    let unkept = |reason: String| {
        format!(
            "the certificate can't be kept, so browsers will ask again after the next start: {reason}"
        )
    };
    let Some(state) = state else {
        let reason = "there is no directory for it; set HOME or XDG_STATE_HOME";
        return Ok((make(&names, now)?.0, Some(unkept(reason.to_owned()))));
    };
    let place = match Place::open(state) {
        Ok(place) => place,
        Err(error @ OwnError::Unkept { .. }) => {
            return Ok((make(&names, now)?.0, Some(unkept(error.to_string()))));
        }
        Err(error) => return Err(error),
    };
    // What can't be read is no use to keep, and is written anew.
    let kept = place.read(FILE)?.and_then(|bytes| parse(&bytes));
    let earlier = match kept
        .as_ref()
        .and_then(|pair| Some((pair, pair.facts.first()?)))
    {
        Some((pair, facts)) if is_good(facts, &names, now) => return Ok((pair.clone(), None)),
        Some((_, facts)) => facts.names.to_vec(),
        None => Vec::new(),
    };
    let (pair, pem) = make(&union(names, earlier), now)?;
    let flaw = place.write(FILE, pem.as_bytes()).err();
    Ok((pair, flaw.map(|error| unkept(error.to_string()))))
}

fn is_good(facts: &Certificate, names: &[String], now: SystemTime) -> bool {
    let covers = names.iter().all(|name| facts.covers(name));
    covers && facts.check(now).is_ok() && !facts.ends_within(RENEWAL, now)
}

fn union(mut names: Vec<String>, earlier: Vec<String>) -> Vec<String> {
    for name in earlier {
        if names.len() < MAX_NAMES && !names.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
            names.push(name);
        }
    }
    names
}

/// Whether a certificate can be for this: an address, or a host name (RFC 5280, 4.2.1.6).
fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.*".contains(c);
    name.parse::<IpAddr>().is_ok()
        || (!name.is_empty() && name.len() <= 253 && name.chars().all(plain))
}

fn parse(pem: &[u8]) -> Option<Pair> {
    let certificate = CertificateDer::from_pem_slice(pem).ok()?;
    Some(Pair {
        facts: vec![Certificate::read(&certificate)?],
        chain: vec![certificate],
        key: PrivateKeyDer::from_pem_slice(pem).ok()?,
    })
    .filter(Pair::fits)
}

/// Makes a certificate; gives it as it is used, and as it is kept.
fn make(names: &[String], now: SystemTime) -> Result<(Pair, Zeroizing<String>), OwnError> {
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, "webterm, self-signed");
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    // Clocks differ; what begins now is not yet valid on the next machine.
    params.not_before = (now - DAY).into();
    params.not_after = (now - DAY + LIFE).into();
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    let secret = Zeroizing::new(key.serialize_pem());
    let pem = Zeroizing::new([&*certificate.pem(), &secret].concat());
    let pair = parse(pem.as_bytes());
    Ok((pair.ok_or(rcgen::Error::CouldNotParseCertificate)?, pem))
}
