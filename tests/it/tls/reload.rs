//! Files that change while webterm runs, and certificates that are near their end.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use crate::support::certificates::{Authority, DAY, shown, written};
use crate::support::{TempDir, wait_until};

use super::{SIGHUP, fingerprint_printed, start};

/// Writes one pair over another, as a renewal does: the certificate first, then the key.
fn replace(from: &[String; 2], to: &[String; 2]) {
    for (from, to) in from.iter().zip(to) {
        std::fs::copy(from, format!("{to}.new")).unwrap();
        std::fs::rename(format!("{to}.new"), to).unwrap();
    }
}

#[test]
fn r35_a_new_certificate_is_taken_under_load_and_nobody_is_dropped() {
    let dir = TempDir::new();
    let authority = Authority::new("root");
    let used = authority.sign_well(&dir, "used");
    let renewed = authority.sign_well(&dir, "renewed");
    let (first, second) = (written(&used[0]), written(&renewed[0]));
    let args = ["-w", "--tls-crt", &used[0], "--tls-key", &used[1], "cat"];
    let webterm = start(&dir, &args);
    let address = webterm.address();
    let mut viewer = authority.viewer(&address);
    assert_eq!(shown(viewer.socket.get_ref()), first);
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let load = || {
            let mut seen = Vec::new();
            while !over.load(Ordering::Relaxed) {
                // Each must succeed, under one certificate or the other.
                seen.push(shown(&authority.connect(&address)));
            }
            seen
        };
        let loads: Vec<_> = (0..2).map(|_| scope.spawn(load)).collect();
        viewer.type_in("before\r");
        viewer.wait_for_output("before\r\nbefore\r\n");
        replace(&renewed, &used);
        wait_until("the new certificate", || {
            (shown(&authority.connect(&address)) == second).then_some(())
        });
        viewer.type_in("after\r");
        viewer.wait_for_output("after\r\nafter\r\n");
        over.store(true, Ordering::Relaxed);
        for load in loads {
            let seen = load.join().unwrap();
            assert!(seen.iter().all(|one| *one == first || *one == second));
            assert!(seen.len() > 10, "only {} connections", seen.len());
        }
    });
    assert_eq!(shown(viewer.socket.get_ref()), first, "the same connection");
}

#[test]
fn r35_a_broken_file_keeps_the_old_certificate_and_says_so() {
    let dir = TempDir::new();
    let authority = Authority::new("root");
    let used = authority.sign_well(&dir, "used");
    let renewed = authority.sign_well(&dir, "renewed");
    let (first, second) = (written(&used[0]), written(&renewed[0]));
    let args = ["--tls-crt", &used[0], "--tls-key", &used[1], "cat"];
    let webterm = start(&dir, &args);
    let address = webterm.address();
    std::fs::write(&used[0], "nonsense").unwrap();
    wait_until("a warning", || {
        let log = webterm.log();
        (log.contains("WARN") && log.contains("used.pem: it is not PEM")).then_some(())
    });
    assert_eq!(shown(&authority.connect(&address)), first);
    replace(&renewed, &used);
    wait_until("the new certificate", || {
        (shown(&authority.connect(&address)) == second).then_some(())
    });
}

#[test]
fn r35_sighup_reads_the_files_again_at_once() {
    let dir = TempDir::new();
    let authority = Authority::new("root");
    let used = authority.sign_well(&dir, "used");
    let args = ["-v", "--tls-crt", &used[0], "--tls-key", &used[1], "cat"];
    let webterm = start(&dir, &args);
    webterm.signal(SIGHUP);
    wait_until("it was read", || {
        webterm.log().contains("read again").then_some(())
    });
    authority.connect(&webterm.address());
}

#[test]
fn r35_an_end_within_two_weeks_is_warned_of_at_the_start() {
    let dir = TempDir::new();
    let authority = Authority::new("root");
    let warned = |days: u32| {
        let [certificate, key] = authority.sign(&dir, "server", SystemTime::now() + days * DAY);
        let args = ["--tls-crt", &certificate, "--tls-key", &key, "cat"];
        let webterm = start(&dir, &args);
        fingerprint_printed(&webterm);
        // What has been printed is there once the server answers.
        authority.connect(&webterm.address());
        webterm.log().contains("warning: a certificate in ")
    };
    assert!(warned(13));
    assert!(!warned(15));
}
