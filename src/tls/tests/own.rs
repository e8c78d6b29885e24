//! Our own certificate is kept, renewed, and never somebody else's.

use std::os::unix::fs::symlink;

use super::*;
use crate::tls::own::obtain;
use crate::tls::{Certificate, OwnError, Trust};

fn certificate(state: &Path, names: &[&str], now: SystemTime) -> Certificate {
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    let (pair, flaw) = obtain(Some(state), &names, now).unwrap();
    assert_eq!(flaw, None);
    pair.facts[0].clone()
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn r30_it_is_kept_where_only_its_owner_can_read_it() {
    let scratch = Scratch::new();
    let state = scratch.path("new/state/webterm");
    let now = SystemTime::now();
    let first = certificate(&state, &["localhost", "127.0.0.1", "::1"], now);
    assert_eq!(first.trust, Trust::SelfSigned);
    assert_eq!(&*first.names, ["localhost", "127.0.0.1", "::1"]);
    assert_eq!(mode(&state), 0o700);
    assert_eq!(mode(&state.join("self-signed.pem")), 0o600);
    let files = std::fs::read_dir(&state).unwrap().count();
    assert_eq!(files, 1, "no draft stays");
    assert_eq!(certificate(&state, &["localhost"], now), first);
}

#[test]
fn it_is_made_anew_before_it_ends() {
    let scratch = Scratch::new();
    let now = SystemTime::now();
    let first = certificate(&scratch.0, &["localhost"], now);
    assert_eq!(
        certificate(&scratch.0, &["localhost"], now + 790 * DAY),
        first
    );
    let second = certificate(&scratch.0, &["localhost"], now + 800 * DAY);
    assert_ne!(second, first);
    assert_eq!(
        certificate(&scratch.0, &["localhost"], now + 801 * DAY),
        second
    );
}

#[test]
fn it_is_made_anew_for_new_names_and_keeps_the_old_ones() {
    let scratch = Scratch::new();
    let now = SystemTime::now();
    let first = certificate(&scratch.0, &["localhost", "a.example"], now);
    let second = certificate(&scratch.0, &["localhost", "b.example"], now);
    assert_ne!(first, second);
    assert_eq!(&*second.names, ["localhost", "b.example", "a.example"]);
    assert_eq!(
        certificate(&scratch.0, &["localhost", "A.example"], now),
        second
    );
    for number in 0..40 {
        certificate(
            &scratch.0,
            &["localhost", &format!("{number}.example")],
            now,
        );
    }
    let last = certificate(&scratch.0, &["localhost"], now);
    assert_eq!(last.names.len(), 32);
}

#[test]
fn what_can_be_no_name_in_a_certificate_is_left_out() {
    let scratch = Scratch::new();
    let names = [
        "localhost",
        "bücher.example",
        "a b",
        "fe80::1%eth0",
        "[::1]",
        "",
    ];
    let certificate = certificate(&scratch.0, &names, SystemTime::now());
    assert_eq!(&*certificate.names, ["localhost"]);
}

#[test]
fn r30_what_others_could_read_or_is_broken_is_not_trusted() {
    let scratch = Scratch::new();
    let now = SystemTime::now();
    let file = scratch.path("self-signed.pem");
    let first = certificate(&scratch.0, &["localhost"], now);
    set_mode(&file, 0o644);
    let second = certificate(&scratch.0, &["localhost"], now);
    assert_ne!(second, first);
    assert_eq!(mode(&file), 0o600);
    std::fs::write(&file, "nonsense").unwrap();
    let third = certificate(&scratch.0, &["localhost"], now);
    assert_eq!(certificate(&scratch.0, &["localhost"], now), third);
}

#[test]
fn r30_links_and_odd_files_in_its_place_are_refused() {
    let scratch = Scratch::new();
    let elsewhere = scratch.path("elsewhere");
    let now = SystemTime::now();
    certificate(&elsewhere, &["localhost"], now);
    let refused = |state: &Path| match obtain(Some(state), &[], now) {
        Err(OwnError::NotPlain(path)) => path,
        other => panic!("{other:?}"),
    };
    let link = scratch.path("link");
    symlink(&elsewhere, &link).unwrap();
    assert_eq!(refused(&link), link);
    let state = scratch.path("state");
    std::fs::create_dir(&state).unwrap();
    let file = state.join("self-signed.pem");
    symlink(elsewhere.join("self-signed.pem"), &file).unwrap();
    assert_eq!(refused(&state), file);
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    assert_eq!(refused(&state), file);
    assert_eq!(refused(Path::new("/dev/null")), Path::new("/dev/null"));
}

#[test]
fn r30_what_belongs_to_somebody_else_is_refused() {
    // Only root can make such a file, and to everyone else root's will do.
    let scratch = Scratch::new();
    let place = match rustix::process::geteuid().is_root() {
        true => {
            std::os::unix::fs::chown(&scratch.0, Some(65534), None).unwrap();
            scratch.0.clone()
        }
        false => PathBuf::from("/etc"),
    };
    match obtain(Some(&place), &[], SystemTime::now()) {
        Err(error @ OwnError::NotOurs(_)) => {
            assert!(error.to_string().contains("XDG_STATE_HOME"), "{error}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn where_it_cannot_be_kept_it_is_made_all_the_same() {
    let missing = obtain(None, &["localhost".to_owned()], SystemTime::now()).unwrap();
    assert!(missing.1.unwrap().contains("HOME"));
    let nowhere = Path::new("/proc/webterm");
    let unkept = obtain(Some(nowhere), &["localhost".to_owned()], SystemTime::now());
    let (pair, flaw) = unkept.unwrap();
    assert_eq!(&*pair.facts[0].names, ["localhost"]);
    assert!(flaw.unwrap().contains("/proc/webterm"));
}

#[test]
fn two_that_start_together_come_to_one_certificate() {
    let scratch = Scratch::new();
    let state = scratch.path("state");
    let now = SystemTime::now();
    let one = || certificate(&state, &["localhost"], now);
    let all: Vec<Certificate> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(one)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert!(all.iter().all(|certificate| *certificate == all[0]));
}
