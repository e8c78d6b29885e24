//! A terminal of his own for each viewer, and none at all until somebody asks for one.

use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::support::{Viewer, Webterm, exchange, get, handshake, wait_until};

const TERM: i32 = 15;

/// A shell that says its number when it begins, and each line that it reads.
const SHELL: [&str; 3] = [
    "sh",
    "-c",
    "echo shell $$.; while read line; do echo heard $line.; done",
];

fn own(options: &[&str]) -> Webterm {
    let words = [&["-w", "--mode", "per-viewer"], options, &SHELL[..]].concat();
    Webterm::start(&words)
}

/// The process that a viewer's shell says to be.
fn shell(viewer: &mut Viewer) -> i32 {
    viewer.wait_for("a shell", |viewer| viewer.output.contains(".\r\n"));
    let (_, told) = viewer.output.split_once("shell ").unwrap();
    told.split_once('.').unwrap().0.parse().unwrap()
}

/// The address at which a viewer goes on where it was.
fn resume(viewer: &Viewer) -> String {
    let stream = viewer.setup["resume"].as_str().unwrap();
    format!("/ws?resume={stream}&offset={}", viewer.offset)
}

fn basic(login: &str) -> String {
    format!("Basic {}", STANDARD.encode(login))
}

#[test]
fn each_viewer_has_a_program_of_his_own() {
    let webterm = own(&[]);
    assert!(webterm.log().contains("started anew for each viewer"));
    assert!(webterm.children().is_empty(), "none before anybody came");
    let (mut one, mut other) = (webterm.viewer(), webterm.viewer());
    assert_ne!(shell(&mut one), shell(&mut other));
    assert_ne!(one.setup["session"], other.setup["session"]);
    one.type_in("first\r");
    one.wait_for_output("heard first.");
    other.type_in("second\r");
    other.wait_for_output("heard second.");
    assert!(!other.output.contains("first") && !one.output.contains("second"));
}

#[test]
fn who_comes_back_finds_his_own_again() {
    let webterm = own(&[]);
    let mut one = webterm.viewer();
    let number = shell(&mut one);
    let back = resume(&one);
    drop(one);
    let mut again = Viewer::connect_to(&webterm.address(), &back);
    assert_eq!(again.setup["resumed"], json!(true));
    again.type_in("again\r");
    again.wait_for_output("heard again.");
    assert_eq!(webterm.children(), [number]);
}

#[test]
fn when_the_grace_is_over_it_is_gone_and_who_comes_gets_another() {
    let webterm = own(&["--grace", "0"]);
    let mut one = webterm.viewer();
    let number = shell(&mut one);
    let back = resume(&one);
    drop(one);
    wait_until("its end", || webterm.children().is_empty().then_some(()));
    let mut again = Viewer::connect_to(&webterm.address(), &back);
    assert_eq!(again.setup["resumed"], json!(false));
    assert_ne!(shell(&mut again), number);
}

#[test]
fn what_names_somebodys_stream_is_of_no_use_to_another_user() {
    let webterm = own(&[
        "--credential",
        "ann:secret-a",
        "--credential",
        "bob:secret-b",
    ]);
    let address = webterm.address();
    let come = |path: &str, login: &str| {
        let headers = [("authorization", basic(login))];
        let headers = headers
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        Viewer::try_connect(&address, path, &headers).unwrap()
    };
    let mut ann = come("/ws", "ann:secret-a");
    shell(&mut ann);
    let stream = |viewer: &Viewer| viewer.setup["resume"].clone();
    let bob = come(&resume(&ann), "bob:secret-b");
    assert_ne!(stream(&bob), stream(&ann));
    let again = come(&resume(&ann), "ann:secret-a");
    assert_eq!(stream(&again), stream(&ann));
    let name = ann.setup["session"].as_str().unwrap();
    let path = format!("/terminals/websocket/{name}");
    let refused = Viewer::try_connect(
        &address,
        &path,
        &[("authorization", &basic("bob:secret-b"))],
    );
    assert_eq!(refused.err(), Some(404));
}

#[test]
fn a_program_that_ends_ends_for_its_viewer_alone() {
    let webterm = Webterm::start(&["-w", "--mode", "per-viewer", "sh", "-c", "read a; exit $a"]);
    let (mut one, mut other) = (webterm.viewer(), webterm.viewer());
    one.type_in("7\r");
    let (code, _) = one.wait_for_close();
    assert_eq!((code, &one.disconnect), (1000, &Some(json!(7))));
    other.type_in("3\r");
    other.wait_for_close();
    assert_eq!(other.disconnect, Some(json!(3)));
    assert_eq!(
        webterm.viewer().setup["writable"],
        json!(true),
        "it goes on"
    );
}

#[test]
fn r45_there_are_no_more_than_may_be() {
    let webterm = own(&["--max-sessions", "1", "--grace", "0"]);
    let address = webterm.address();
    let one = webterm.viewer();
    let refused = exchange(
        &address,
        &handshake(&address, "/ws", "Connection: close\r\n"),
    );
    assert_eq!(refused.status, 503);
    assert!(
        refused.text().contains("--max-sessions"),
        "{}",
        refused.text()
    );
    assert!(refused.header("retry-after").is_some());
    drop(one);
    wait_until("room for another", || {
        Viewer::try_connect(&address, "/ws", &[]).ok()
    });
}

#[test]
fn r45_terminals_are_opened_at_a_bounded_pace() {
    let webterm = own(&[]);
    let address = webterm.address();
    // What is counted, but starts no program: that would take a busy machine longer than the pace.
    let body = r#"{"cwd":"no-such-directory"}"#;
    let length = body.len();
    let post = format!(
        "POST /api/terminals HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    );
    let refused = wait_until("a refusal", || {
        let answer = exchange(&address, &post);
        (answer.status != 400).then_some(answer)
    });
    assert_eq!(refused.status, 429);
    assert!(refused.header("retry-after").is_some());
    let come = || Viewer::try_connect(&address, "/ws", &[]);
    wait_until("another turn", || come().ok());
}

#[test]
fn a_terminal_begins_with_the_size_of_its_viewers_window() {
    let words = ["-w", "--mode", "per-viewer", "sh", "-c", "stty size; cat"];
    let webterm = Webterm::start(&words);
    let mut viewer = Viewer::connect_to(&webterm.address(), "/ws?cols=91&rows=17");
    viewer.wait_for_output("17 91");
    for odd in [
        "cols=0&rows=17",
        "cols=x&rows=17",
        "cols=91",
        "cols=91&rows=70000",
    ] {
        let mut viewer = Viewer::connect_to(&webterm.address(), &format!("/ws?{odd}"));
        viewer.wait_for_output("36 120");
    }
}

#[test]
fn r19_who_may_only_look_has_his_own_and_types_nothing() {
    let webterm = Webterm::start(&[&["--mode", "per-viewer"], &SHELL[..]].concat());
    let mut one = webterm.viewer();
    shell(&mut one);
    assert_eq!(one.setup["writable"], json!(false));
    one.type_in("no\r");
    one.wait_for("a notice", |viewer| !viewer.notices.is_empty());
    assert!(!one.output.contains("no"));
}

#[test]
fn r27_all_programs_are_ended_with_webterm() {
    let script = "trap '' HUP TERM; echo ready; while :; do sleep 1; done";
    let mut webterm = Webterm::start(&["--mode", "per-viewer", "sh", "-c", script]);
    let mut viewers = [webterm.viewer(), webterm.viewer(), webterm.viewer()];
    viewers
        .iter_mut()
        .for_each(|viewer| viewer.wait_for_output("ready"));
    let programs = webterm.children();
    assert_eq!(programs.len(), 3);
    let start = Instant::now();
    webterm.signal(TERM);
    for viewer in &mut viewers {
        assert_eq!(viewer.wait_for_close().0, 1001);
    }
    assert_eq!(webterm.wait().code(), Some(0));
    assert!(
        start.elapsed() < Duration::from_secs(6),
        "{:?}",
        start.elapsed()
    );
    for program in programs {
        let stat = std::fs::read_to_string(format!("/proc/{program}/stat"));
        assert!(stat.is_err(), "{stat:?}");
    }
}

#[test]
fn a_command_that_cannot_be_started_is_told_before_anybody_comes() {
    for mode in ["per-viewer", "named"] {
        for (command, status) in [("no-such-command", 127), ("/etc/passwd", 126), ("/", 126)] {
            let mut webterm =
                Webterm::spawn(Webterm::command().args(["-w", "--mode", mode, command]));
            assert_eq!(webterm.wait().code(), Some(status), "{command}");
            assert!(webterm.log().contains(command), "{}", webterm.log());
        }
    }
}

#[test]
fn where_terminals_have_names_there_is_none_without() {
    let webterm = Webterm::start(&["-w", "--mode", "named", "cat"]);
    let address = webterm.address();
    assert_eq!(get(&address, "/", "").status, 200);
    for path in ["/ws", "/terminals/websocket/main", "/terminals/websocket/x"] {
        assert_eq!(
            Viewer::try_connect(&address, path, &[]).err(),
            Some(404),
            "{path}"
        );
    }
    assert!(webterm.children().is_empty());
}

#[test]
fn r39_nothing_in_an_address_changes_what_is_started() {
    let webterm = own(&[]);
    let odd = "/ws?arg=x&command=id&cwd=/&env=A%3D1&name=mine&session=mine";
    let mut viewer = Viewer::connect_to(&webterm.address(), odd);
    let number = shell(&mut viewer);
    let command = std::fs::read(format!("/proc/{number}/cmdline")).unwrap();
    assert_eq!(command.split(|byte| *byte == 0).next().unwrap(), b"sh");
    assert_eq!(
        std::fs::read_link(format!("/proc/{number}/cwd")).unwrap(),
        std::env::current_dir().unwrap()
    );
    assert_ne!(viewer.setup["session"], Value::from("mine"));
}

#[test]
fn what_a_program_says_that_ends_at_once_is_seen() {
    let words = ["-w", "--mode", "named", "sh", "-c", "echo boom; exit 3"];
    let webterm = Webterm::start(&words);
    let address = webterm.address();
    let post = format!(
        "POST /api/terminals HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         Content-Length: 14\r\n\r\n{{\"name\":\"fox\"}}"
    );
    assert_eq!(exchange(&address, &post).status, 200);
    wait_until("its end", || webterm.children().is_empty().then_some(()));
    let mut viewer = Viewer::connect_to(&address, "/terminals/websocket/fox");
    viewer.wait_for_close();
    assert!(viewer.output.contains("boom"), "{:?}", viewer.output);
    assert_eq!(viewer.disconnect, Some(json!(3)));
}
