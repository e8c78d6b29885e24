//! Each mistake with a file has words of its own.

use super::*;
use crate::tls::Trust;

/// The complaint about this certificate, or this key, holds `parts`.
fn assert_complains(certificate: &Path, key: &Path, parts: &[&str]) {
    let error = complaint(certificate, key);
    for part in parts {
        assert!(error.contains(part), "'{part}' is missing in: {error}");
    }
}

#[test]
fn r31_a_certificate_its_chain_and_its_key_are_taken() {
    let scratch = Scratch::new();
    let root = Authority::root("root");
    let below = root.below("below");
    let (leaf, key) = below.signs("leaf", soon());
    let chain = scratch.write(
        "chain.pem",
        [leaf, below.pem.clone(), root.pem.clone()].concat(),
    );
    let key = scratch.write("key.pem", key);
    let tls = load(&chain, &key).unwrap();
    let certificate = tls.certificate();
    assert_eq!(certificate.trust, Trust::Issued);
    assert_eq!(&*certificate.names, ["localhost"]);
    assert_eq!(certificate.fingerprint.len(), 32 * 3 - 1);
    assert_eq!(tls.warnings(), Vec::<String>::new());
    let (settings, _) = tls.in_force();
    assert_eq!(settings.alpn_protocols, [b"http/1.1"]);
}

#[test]
fn a_certificate_that_signed_itself_is_known_as_such() {
    let scratch = Scratch::new();
    let (params, key) = (params("me", soon()), KeyPair::generate().unwrap());
    let pem = params.self_signed(&key).unwrap().pem();
    let certificate = scratch.write("me.pem", pem);
    let key = scratch.write("key.pem", key.serialize_pem());
    let tls = load(&certificate, &key).unwrap();
    assert_eq!(tls.certificate().trust, Trust::SelfSigned);
}

#[test]
fn r31_files_that_are_not_there_or_not_readable_are_named() {
    let scratch = Scratch::new();
    let (leaf, key) = Authority::root("root").signs("leaf", soon());
    let (leaf, key) = (scratch.write("a.pem", leaf), scratch.write("b.pem", key));
    let missing = scratch.path("missing.pem");
    let path = missing.to_str().unwrap();
    assert_complains(&missing, &key, &["--tls-crt ", path, "no such file"]);
    assert_complains(&leaf, &missing, &["--tls-key ", path, "no such file"]);
    // A directory can't be read by anyone, root included.
    assert_complains(&scratch.0, &key, &["--tls-crt ", "can't be read"]);
    let long = scratch.write("long.pem", vec![b'x'; 1024 * 1024 + 1]);
    assert_complains(&long, &key, &["--tls-crt ", "longer than 1 MiB"]);
}

#[test]
fn r31_what_is_no_pem_or_of_the_wrong_kind_is_told_apart() {
    let scratch = Scratch::new();
    let (leaf, key) = Authority::root("root").signs("leaf", soon());
    let half = leaf.get(..leaf.len() / 2).unwrap();
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let (half, broken) = (
        scratch.write("half.pem", half),
        scratch.write("x.pem", broken),
    );
    let (leaf, key) = (scratch.write("a.pem", leaf), scratch.write("b.pem", key));
    let der = scratch.write("a.der", b"\x30\x82\x01\x0a\x02\x82");
    let empty = scratch.write("empty.pem", "");
    assert_complains(&der, &key, &["--tls-crt ", "a.der", "not PEM"]);
    assert_complains(&empty, &key, &["--tls-crt ", "not PEM"]);
    assert_complains(&leaf, &der, &["--tls-key ", "a.der", "not PEM"]);
    assert_complains(&half, &key, &["--tls-crt ", "half.pem", "damaged"]);
    assert_complains(&broken, &key, &["--tls-crt ", "x.pem", "certificate 1"]);
    let swapped = ["--tls-crt ", "b.pem", "no certificate but a private key"];
    assert_complains(&key, &leaf, &swapped);
    let twice = ["--tls-key ", "a.pem", "no key but a certificate"];
    assert_complains(&leaf, &leaf, &twice);
}

#[test]
fn r31_encrypted_and_unsupported_keys_are_told_apart() {
    let scratch = Scratch::new();
    let (leaf, _) = Authority::root("root").signs("leaf", soon());
    let leaf = scratch.write("a.pem", leaf);
    let modern =
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let old = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n";
    for text in [modern, old] {
        let key = scratch.write("key.pem", text);
        let parts = ["--tls-key ", "key.pem", "encrypted", "openssl pkey"];
        assert_complains(&leaf, &key, &parts);
    }
    let odd = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    let key = scratch.write("key.pem", odd);
    assert_complains(&leaf, &key, &["--tls-key ", "key.pem", "not supported"]);
}

#[test]
fn r31_a_key_of_another_certificate_is_told_from_a_wrong_order() {
    let scratch = Scratch::new();
    let root = Authority::root("root");
    let below = root.below("below");
    let (leaf, key) = below.signs("leaf", soon());
    let (_, other) = below.signs("other", soon());
    let (key, other) = (
        scratch.write("key.pem", key),
        scratch.write("other.pem", other),
    );
    let of = |parts: &[&String]| {
        let text: Vec<&str> = parts.iter().map(|part| part.as_str()).collect();
        scratch.write("chain.pem", text.concat())
    };
    let mismatch = [
        "--tls-key ",
        "other.pem",
        "another certificate",
        "chain.pem",
    ];
    assert_complains(&of(&[&leaf, &below.pem]), &other, &mismatch);
    let order = ["--tls-crt ", "chain.pem", "wrong order"];
    assert_complains(&of(&[&below.pem, &leaf]), &key, &order);
    assert_complains(&of(&[&leaf, &root.pem, &below.pem]), &key, &order);
    let stranger = ["--tls-crt ", "chain.pem", "certificate 2 ", "leave it out"];
    assert_complains(&of(&[&leaf, &root.pem]), &key, &stranger);
    assert!(load(&of(&[&leaf]), &key).is_ok());
}

#[test]
fn r31_certificates_of_another_time_are_refused() {
    let scratch = Scratch::new();
    let root = Authority::root("root");
    let now = SystemTime::now();
    for (end, words) in [
        (now - DAY, "ended on 20"),
        (now + 500 * DAY, "begins on 20"),
    ] {
        let (leaf, key) = root.signs("leaf", end);
        let (leaf, key) = (scratch.write("a.pem", leaf), scratch.write("b.pem", key));
        assert_complains(
            &leaf,
            &key,
            &["--tls-crt ", "a.pem", words, "get a new one"],
        );
    }
    let past = Authority::valid_until("past", now - DAY);
    let (leaf, key) = root.signs("leaf", soon());
    let (leaf, key) = (scratch.write("a.pem", leaf), scratch.write("b.pem", key));
    let clients = Some(scratch.write("ca.pem", past.pem));
    let wanted = TlsOptions {
        clients,
        ..options(&leaf, &key)
    };
    let error = Tls::load(wanted, Vec::new()).unwrap_err().to_string();
    assert!(
        error.contains("--tls-ca-crt ") && error.contains("ended on"),
        "{error}"
    );
}

#[test]
fn r35_an_end_within_two_weeks_is_warned_of() {
    let scratch = Scratch::new();
    let root = Authority::root("root");
    let warnings = |days: u32| {
        let (leaf, key) = root.signs("leaf", SystemTime::now() + days * DAY);
        let (leaf, key) = (scratch.write("a.pem", leaf), scratch.write("b.pem", key));
        load(&leaf, &key).unwrap().warnings()
    };
    assert_eq!(warnings(15), Vec::<String>::new());
    let near = warnings(13).join("\n");
    assert!(near.contains("a.pem ends on 20"), "{near}");
}

#[test]
fn a_key_that_others_can_read_is_warned_of() {
    let scratch = Scratch::new();
    let (leaf, key) = Authority::root("root").signs("leaf", soon());
    let (leaf, key) = (scratch.write("a.pem", leaf), scratch.write("b.pem", key));
    set_mode(&key, 0o640);
    let warnings = load(&leaf, &key).unwrap().warnings().join("\n");
    assert!(
        warnings.contains("chmod 600") && warnings.contains("b.pem"),
        "{warnings}"
    );
}

#[test]
fn a_viewer_is_named_by_its_certificate() {
    use rustls_pki_types::CertificateDer;
    use rustls_pki_types::pem::PemObject;
    let root = Authority::root("root");
    let name = |name: &str| {
        let (pem, _) = root.signs(name, soon());
        let chain = [CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()];
        crate::tls::Shown::new(&chain).unwrap().name()
    };
    assert_eq!(&*name("Ada Lovelace"), "Ada Lovelace");
    assert_eq!(&*name("Zoë 日本"), "Zoë 日本");
    assert_eq!(&*name("a\u{1b}[31m\u{202e}b\n"), "a[31mb");
    assert_eq!(name(&"é".repeat(100)).chars().count(), 64);
    for nameless in ["", " ", "\u{7}\u{200b}"] {
        let name = name(nameless);
        assert_eq!(name.matches(':').count(), 31, "a fingerprint: {name}");
    }
}
