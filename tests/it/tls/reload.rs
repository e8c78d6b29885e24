//! Files that change while webterm runs, and certificates that are near their end.

use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use crate::support::certificates::{Authority, DAY, Stream, shown, written};
use crate::support::{TempDir, Viewer, wait_until};

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

#[test]
fn r34_who_came_by_an_authority_that_is_taken_out_is_cut_off_and_nobody_else() {
    let dir = TempDir::new();
    let [server, stays, goes] = ["server", "stays", "goes"].map(Authority::new);
    let [certificate, key] = server.sign_well(&dir, "server");
    let roots = dir.file("roots");
    std::fs::write(&roots, format!("{}{}", stays.pem, goes.pem)).unwrap();
    let args = ["-w", "--tls-crt", &certificate, "--tls-key", &key];
    let webterm = start(
        &dir,
        &[&args[..], &["--tls-ca-crt", &roots, "cat"]].concat(),
    );
    let address = webterm.address();
    let pairs = [stays.sign_well(&dir, "ada"), goes.sign_well(&dir, "eve")];
    let url = format!("wss://{address}/ws");
    let [mut good, mut bad] = pairs
        .each_ref()
        .map(|pair| Viewer::over(server.connect_as(&address, pair), &url, &[]).unwrap());
    let [mut good_kept, mut bad_kept] = pairs
        .each_ref()
        .map(|pair| server.connect_as(&address, pair));
    for stream in [&mut good_kept, &mut bad_kept] {
        assert!(asked_again(stream).starts_with("HTTP/1.1 200"));
    }
    std::fs::write(&roots, &stays.pem).unwrap();
    webterm.signal(SIGHUP);
    let (code, reason) = bad.wait_for_close();
    assert_eq!(code, 1008);
    assert!(reason.contains("not let in any more"), "{reason}");
    assert!(asked_again(&mut good_kept).starts_with("HTTP/1.1 200"));
    let refused = asked_again(&mut bad_kept);
    assert!(refused.starts_with("HTTP/1.1 403"), "{refused}");
    assert!(refused.contains("connection: close"), "{refused}");
    good.type_in("still here\r");
    good.wait_for_output("still here\r\nstill here\r\n");
}

/// The head of the answer to one more request on a connection.
fn asked_again(stream: &mut Stream) -> String {
    write!(stream, "HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.extend(byte);
    }
    String::from_utf8(head).unwrap()
}
