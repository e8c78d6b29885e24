//! What changes is read again; what is broken changes nothing.

use std::os::unix::fs::symlink;

use super::*;
use crate::tls::Reload;
use crate::tls::watch::{Reminder, Stamps};

#[tokio::test]
async fn r35_new_files_are_in_force_after_a_reload() {
    let scratch = Scratch::new();
    let root = Authority::root("root");
    let write = || {
        let (leaf, key) = root.signs("leaf", soon());
        (scratch.write("a.pem", leaf), scratch.write("b.pem", key))
    };
    let (leaf, key) = write();
    let tls = load(&leaf, &key).unwrap();
    let (settings, first) = tls.in_force();
    write();
    assert!(matches!(tls.reload().await, Reload::Renewed));
    let (renewed, second) = tls.in_force();
    assert_ne!(first.fingerprint, second.fingerprint);
    assert!(!std::sync::Arc::ptr_eq(&settings, &renewed));
}

#[tokio::test]
async fn r35_broken_files_leave_in_force_what_was() {
    let scratch = Scratch::new();
    let root = Authority::root("root");
    let (leaf, key) = root.signs("leaf", soon());
    let (leaf, key) = (scratch.write("a.pem", leaf), scratch.write("b.pem", key));
    let tls = load(&leaf, &key).unwrap();
    let first = tls.certificate();
    let (past, past_key) = root.signs("past", SystemTime::now() - DAY);
    let (other, _) = root.signs("other", soon());
    for (certificate, secret) in [("", ""), (&*other, &*past_key), (&*past, &*past_key)] {
        scratch.write("a.pem", certificate);
        scratch.write("b.pem", secret);
        let Reload::Kept(error) = tls.reload().await else {
            panic!("it was taken");
        };
        assert!(error.to_string().contains(".pem"), "{error}");
        assert_eq!(tls.certificate(), first);
    }
}

#[tokio::test]
async fn our_own_certificate_lasts_while_the_authorities_are_read_again() {
    let scratch = Scratch::new();
    let clients = scratch.write("ca.pem", Authority::root("one").pem);
    let own = |clients| TlsOptions {
        identity: Identity::Own { state: None },
        clients,
    };
    let tls = Tls::load(own(None), vec!["localhost".to_owned()]).unwrap();
    assert!(matches!(tls.reload().await, Reload::Lasting));
    let tls = Tls::load(own(Some(clients)), vec!["localhost".to_owned()]).unwrap();
    let first = tls.certificate();
    scratch.write("ca.pem", Authority::root("two").pem);
    assert!(matches!(tls.reload().await, Reload::Renewed));
    assert_eq!(tls.certificate(), first);
}

#[test]
fn a_file_that_is_replaced_in_any_way_is_seen() {
    let scratch = Scratch::new();
    let (one, two) = (scratch.write("one", "1"), scratch.write("two", "2"));
    let link = scratch.path("link");
    symlink(&one, &link).unwrap();
    let wanted = options(&link, &scratch.write("key", "k"));
    let first = Stamps::of(&wanted);
    assert_eq!(Stamps::of(&wanted), first);
    // As Kubernetes and certbot do: the link is swapped.
    symlink(&two, scratch.path("draft")).unwrap();
    std::fs::rename(scratch.path("draft"), &link).unwrap();
    let second = Stamps::of(&wanted);
    assert_ne!(second, first);
    std::fs::remove_file(&two).unwrap();
    assert_ne!(Stamps::of(&wanted), second);
    scratch.write("two", "3");
    assert_ne!(Stamps::of(&wanted), second);
}

#[test]
fn r35_what_is_near_its_end_is_spoken_of_once_a_day() {
    let start = SystemTime::now();
    let mut reminder = Reminder::new(start);
    let hour = DAY / 24;
    assert!(!reminder.is_due(start + 23 * hour));
    assert!(reminder.is_due(start + 24 * hour));
    assert!(!reminder.is_due(start + 25 * hour));
    assert!(reminder.is_due(start + 49 * hour));
    assert!(reminder.is_due(start), "the clock was set back");
    assert!(!reminder.is_due(start + hour));
}
