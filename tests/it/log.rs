//! The log: who comes and goes, what is refused, and that strangers can't fill it.

use crate::support::{Webterm, get, wait_until};

const TERM: i32 = 15;

/// The one line that holds `text`, once it is there.
fn line(webterm: &Webterm, text: &str) -> String {
    wait_until(text, || {
        let log = webterm.log();
        log.lines()
            .find(|line| line.contains(text))
            .map(str::to_owned)
    })
}

#[test]
fn r29_who_joins_and_leaves_is_logged_with_what_he_did_but_not_what_he_typed() {
    let mut webterm = Webterm::start(&["-v", "-w", "sh", "-c", "read line; exit 3"]);
    let mut viewer = webterm.viewer();
    let peer = viewer.socket.get_ref().local_addr().unwrap().to_string();
    let joined = line(&webterm, "viewer joined");
    for part in ["id=1", &format!("peer={peer}"), "mode=\"write\""] {
        assert!(joined.contains(part), "{part} is missing in {joined}");
    }
    let mut broken = webterm.viewer();
    broken.send_raw(tungstenite::Message::text("none of ours"));
    broken.wait_for_close();
    let left = line(&webterm, "reason=refused");
    assert!(left.contains("id=2"), "{left}");
    viewer.type_in("secret words\r");
    viewer.wait_for_close();
    webterm.wait();
    let left = line(&webterm, "reason=the program ended");
    for part in [
        "viewer left",
        "id=1",
        "seconds=0",
        "bytes_in=",
        "bytes_out=",
    ] {
        assert!(left.contains(part), "{part} is missing in {left}");
    }
    line(&webterm, "the program ended exit=Code(3)");
    assert!(!webterm.log().contains("secret"), "{}", webterm.log());
}

#[test]
fn r29_refusals_are_logged_so_often_and_then_counted() {
    let mut webterm = Webterm::start(&["cat"]);
    let address = webterm.address();
    for _ in 0..200 {
        let evil =
            "Origin: http://evil.example\r\nCookie: a=secret\r\nAuthorization: Basic c2VjcmV0\r\n";
        assert_eq!(get(&address, "/?token=secret", evil).status, 403);
    }
    webterm.signal(TERM);
    webterm.wait();
    let summary = line(&webterm, "were left out");
    assert!(summary.contains("left_out=170"), "{summary}");
    assert!(summary.contains("a request was turned away"), "{summary}");
    let log = webterm.log();
    assert_eq!(log.matches("pages of other sites").count(), 30, "{log}");
    for secret in ["secret", "c2Vj"] {
        assert!(!log.contains(secret), "{log}");
    }
}

#[test]
fn r29_viewers_who_came_are_logged_however_many_they_are() {
    let webterm = Webterm::start(&["-v", "cat"]);
    for _ in 0..50 {
        webterm.viewer();
    }
    wait_until("all of them", || {
        let log = webterm.log();
        let both = [
            log.matches("viewer joined").count(),
            log.matches("viewer left").count(),
        ];
        (both == [50, 50]).then_some(())
    });
}

#[test]
fn r29_what_strangers_send_is_logged_without_control_bytes() {
    let webterm = Webterm::start(&["-vvv", "cat"]);
    let address = webterm.address();
    let mut viewer = webterm.viewer();
    viewer.send_raw(tungstenite::Message::text("[\"\u{1b}]0;title\u{7}\"]"));
    viewer.wait_for_close();
    get(&address, "/%1b%0a\u{9b}", "User-Agent: \u{9b}31m\r\n");
    line(&webterm, "viewer left");
    let log = webterm.log();
    assert!(!log.chars().any(|c| c.is_control() && c != '\n'), "{log:?}");
}
