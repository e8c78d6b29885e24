//! Viewers that speak bytes and nothing else.

use crate::support::{RawViewer, Viewer, Webterm, exchange, get, require};

/// What a snapshot begins with.
const RESET: &str = "\u{18}\u{1b}c";

fn raw(webterm: &Webterm, query: &str) -> RawViewer {
    RawViewer::connect(&webterm.address(), &format!("/raw{query}"))
}

#[test]
fn what_is_typed_may_be_text_or_bytes_and_what_is_printed_is_bytes() {
    let webterm = Webterm::start(&["-w", "cat"]);
    let mut viewer = raw(&webterm, "");
    viewer.type_in("as text ü\r");
    viewer.wait_for_output("as text ü\r\nas text ü\r\n");
    viewer.send("as bytes ü\r".as_bytes());
    viewer.wait_for_output("as bytes ü\r\nas bytes ü\r\n");
}

#[test]
fn bytes_that_are_no_text_reach_the_program_unchanged() {
    // A mouse report of the oldest kind, far to the right: numbers above 127 are single bytes.
    let report = b"\x1b[M \xff\x80";
    let script = "stty raw -echo; echo ready; head -c 6 | od -An -tx1; cat";
    let webterm = Webterm::start(&["-w", "sh", "-c", script]);
    let mut viewer = raw(&webterm, "");
    viewer.wait_for_output("ready");
    viewer.send(&report[..5]);
    viewer.send(&report[5..]);
    viewer.wait_for_output("1b 5b 4d 20 ff 80");
}

#[test]
fn who_comes_late_gets_the_present_screen_first() {
    let webterm = Webterm::start(&["sh", "-c", "printf 'early \\033[31mred\\033[0m text'; cat"]);
    webterm.viewer().wait_for_output("text");
    let mut late = raw(&webterm, "/main");
    late.wait_for_output("text");
    assert!(late.output.starts_with(RESET), "{:?}", late.output);
    assert!(late.output.contains("red"), "{:?}", late.output);
}

#[test]
fn several_at_once_see_and_type_the_same_whatever_they_speak() {
    let webterm = Webterm::start(&["-w", "cat"]);
    let (mut one, mut other) = (raw(&webterm, ""), raw(&webterm, "/main"));
    let mut page = webterm.viewer();
    one.type_in("one\r");
    other.wait_for_output("one\r\none\r\n");
    other.type_in("other\r");
    page.wait_for_output("other\r\nother\r\n");
    page.type_in("page\r");
    one.wait_for_output("page\r\npage\r\n");
    other.wait_for_output("page\r\npage\r\n");
}

#[test]
fn r19_who_may_only_look_types_nothing_and_is_not_disturbed() {
    let webterm = Webterm::start(&[
        "sh",
        "-c",
        "(sleep 0.2; echo still here) & stty -echo; read line; echo got \"$line\"; cat",
    ]);
    let mut monitor = raw(&webterm, "?rows=11&cols=33");
    for _ in 0..100 {
        monitor.type_in("intruder\r");
        monitor.send(b"\x03\x1a\xff");
    }
    monitor.wait_for_output("still here");
    let mut witness = webterm.viewer();
    witness.wait_for_output("still here");
    for output in [&witness.output, &monitor.output] {
        assert!(!output.contains("got") && !output.contains("intruder"));
    }
    assert_eq!(
        witness.setup["size"],
        serde_json::json!({"cols": 120, "rows": 36})
    );
}

#[test]
fn characters_are_never_cut_however_the_program_prints_them() {
    require("dd");
    // Byte by byte first, then as fast as it can, at places that have nothing to do with characters.
    let script = "read go; stty -opost; \
        printf '漢字かな한글🦀é—“%s”' 0 1 2 3 4 5 6 7 8 9 | dd bs=1 status=none; \
        yes 漢字かな한글🦀é—“” | tr -d '\\n' | head -c 4300000 | dd bs=4093 status=none; \
        echo END; cat";
    let webterm = Webterm::start(&["-w", "bash", "-c", script]);
    let mut viewers: Vec<RawViewer> = (0..2).map(|_| raw(&webterm, "")).collect();
    viewers[0].type_in("\r");
    for viewer in &mut viewers {
        viewer.wait_for_output("END");
        assert!(viewer.largest <= 65_536, "{} bytes", viewer.largest);
    }
    let output = &viewers[0].output;
    assert!(output.contains("漢字かな한글🦀é—“8”漢字かな한글🦀é—“9”"));
    // `head` may cut the last one; all else is whole.
    let (before, _) = output.rsplit_once("END").unwrap();
    let before = before.trim_end_matches('\u{fffd}');
    assert!(!before.contains('\u{fffd}'), "a character was cut");
    let whole = before.matches("漢字かな한글🦀é—“”").count();
    assert!(whole > 110_000, "{whole} of 113,157 repeats");
}

#[test]
fn a_million_lines_arrive_whole_beside_viewers_that_stalled() {
    let webterm = Webterm::start(&["-w", "sh", "-c", "read go; seq 1 1000000; echo END; cat"]);
    let mut viewer = raw(&webterm, "");
    // They never read.
    let stalled: Vec<RawViewer> = (0..3).map(|_| raw(&webterm, "")).collect();
    viewer.type_in("\r");
    viewer.wait_for_output("END");
    drop(stalled);
    let lines: String = (1..=1_000_000).map(|line| format!("{line}\r\n")).collect();
    assert!(
        viewer.output.contains(&lines),
        "{} bytes",
        viewer.output.len()
    );
}

#[test]
fn who_fell_behind_goes_on_from_the_present() {
    let script = "read go < /dev/null; seq 1 2000000; echo THE LAST LINE; cat";
    let webterm = Webterm::start(&["sh", "-c", script]);
    // One that reads nothing while 14 MB go by, far more than is kept for it.
    let mut slow = raw(&webterm, "");
    webterm.viewer().wait_for_output("THE LAST LINE");
    slow.wait_for_output("THE LAST LINE");
    assert!(slow.output.len() < 12_000_000, "{}", slow.output.len());
    let last = slow.output.rfind(RESET).unwrap();
    assert!(slow.output[last..].contains("1999999\r\n2000000"));
}

#[test]
fn the_address_says_the_size_for_as_long_as_the_connection_lives() {
    let webterm = Webterm::start(&["-w", "cat"]);
    let mut page = webterm.viewer();
    page.set_size(100, 40);
    page.wait_for_size(100, 40);
    let small = raw(&webterm, "/main?rows=20&cols=60");
    page.wait_for_size(60, 20);
    drop(small);
    page.wait_for_size(100, 40);
    // One that gives none has no say.
    let mut other = raw(&webterm, "");
    other.type_in("x\r");
    page.wait_for_output("x\r\nx\r\n");
    assert_eq!(page.sizes.last(), Some(&(100, 40)));
}

#[test]
fn who_cannot_be_told_a_size_is_shown_the_screen_that_came_of_it() {
    let webterm = Webterm::start(&["-w", "sh", "-c", "echo at the top; cat"]);
    webterm.viewer().wait_for_output("at the top");
    let mut viewer = raw(&webterm, "?rows=10&cols=40");
    // The last row of the screen that is sent must be within its own.
    let last_row = |output: &str| output.rsplit(RESET).next().unwrap().matches("\r\n").count();
    while last_row(&viewer.output) > 9 || !viewer.output.contains("at the top") {
        assert!(viewer.hear());
    }
    let screens = viewer.output.matches(RESET).count();
    let other = raw(&webterm, "?rows=5&cols=20");
    while viewer.output.matches(RESET).count() == screens {
        assert!(viewer.hear());
    }
    assert!(last_row(&viewer.output) <= 4, "{:?}", viewer.output);
    drop(other);
    while viewer.output.matches(RESET).count() == screens + 1 {
        assert!(viewer.hear());
    }
}

#[test]
fn where_all_windows_count_that_of_one_who_only_looks_does() {
    let webterm = Webterm::start(&["--size", "viewers", "cat"]);
    let mut page = webterm.viewer();
    let large = raw(&webterm, "?cols=200&rows=60");
    page.wait_for_size(200, 60);
    drop(large);
}

#[test]
fn r26_the_end_is_told_with_the_last_output_and_the_status() {
    for (script, status, reason) in [
        (
            "read go; printf last; exit 3",
            3,
            "the program ended with status 3",
        ),
        (
            "read go; printf last; kill -9 $$",
            137,
            "the program was ended by signal 9",
        ),
    ] {
        let mut webterm = Webterm::start(&["-w", "sh", "-c", script]);
        let mut viewer = raw(&webterm, "");
        viewer.type_in("\r");
        assert_eq!(viewer.wait_for_close(), (1000, reason.to_owned()));
        assert!(viewer.output.ends_with("last"), "{:?}", viewer.output);
        assert_eq!(webterm.wait().code(), Some(status));
    }
}

#[test]
fn what_cannot_be_served_is_told_by_the_close() {
    let webterm = Webterm::start(&["-w", "cat"]);
    let rows = "rows must be a whole number from 1 to 1000";
    let cols = "cols must be a whole number from 2 to 2000";
    for (address, reason) in [
        ("/raw?rows=x&cols=80", rows),
        ("/raw?rows=0&cols=80", rows),
        ("/raw?rows=1001&cols=80", rows),
        ("/raw/main?rows=24.5&cols=80", rows),
        ("/raw?rows=24&cols=", cols),
        ("/raw?rows=24&cols=2001", cols),
        (
            "/raw?rows=24",
            "the address gives rows, but no cols: give both, or neither",
        ),
        (
            "/raw?cols=80",
            "the address gives cols, but no rows: give both, or neither",
        ),
        ("/raw/other", "there is no terminal of this name"),
        (
            "/raw/no%20name?rows=24&cols=80",
            "there is no terminal of this name",
        ),
    ] {
        let mut viewer = RawViewer::connect(&webterm.address(), address);
        assert_eq!(
            viewer.wait_for_close(),
            (1008, reason.to_owned()),
            "{address}"
        );
        assert_eq!(viewer.output, "", "{address}");
    }
    for address in [
        "/raw?rows=24&cols=80",
        "/raw/main?cols=2000&rows=1000",
        "/raw?other=1",
    ] {
        let mut viewer = RawViewer::connect(&webterm.address(), address);
        viewer.type_in("still\r");
        viewer.wait_for_output("still\r\nstill\r\n");
    }
    let log = webterm.log();
    assert!(log.contains("a raw viewer was turned away"), "{log}");
}

#[test]
fn who_is_not_let_in_or_asks_for_no_socket_is_told_by_http() {
    let webterm = Webterm::start(&["--view-credential", "u:a-long-password", "cat"]);
    let address = webterm.address();
    for path in ["/raw", "/raw/main", "/raw/other", "/raw?rows=x"] {
        assert_eq!(
            RawViewer::try_connect(&address, path).err(),
            Some(401),
            "{path}"
        );
        let open = Webterm::start(&["cat"]);
        assert_eq!(get(&open.address(), path, "").status, 426, "{path}");
    }
    let open = Webterm::start(&["cat"]);
    for path in ["/raw/", "/raw/main/", "/raw/main/x"] {
        assert_eq!(
            RawViewer::try_connect(&open.address(), path).err(),
            Some(404),
            "{path}"
        );
    }
}

#[test]
fn each_has_a_program_of_his_own_where_viewers_have() {
    let words = [
        "-w",
        "--mode",
        "per-viewer",
        "--max-sessions",
        "2",
        "--grace",
        "1",
    ];
    let shell = ["sh", "-c", "stty size; read line; echo got $line; cat"];
    let webterm = Webterm::start(&[&words[..], &shell[..]].concat());
    let (mut one, mut other) = (raw(&webterm, "?rows=20&cols=60"), raw(&webterm, ""));
    one.wait_for_output("20 60");
    other.wait_for_output("36 120");
    one.type_in("first\r");
    one.wait_for_output("got first");
    other.type_in("second\r");
    other.wait_for_output("got second");
    assert!(!other.output.contains("first") && !one.output.contains("second"));
    let (code, reason) = raw(&webterm, "").wait_for_close();
    assert_eq!(code, 1013);
    assert!(reason.contains("--max-sessions"), "{reason}");
}

#[test]
fn where_terminals_have_names_one_without_is_new_for_those_who_may_type() {
    let words = [
        "--mode",
        "named",
        "-w",
        "--view-credential",
        "u:a-long-password",
    ];
    let webterm = Webterm::start(
        &[
            &words[..],
            &["--write-credential", "w:another-password", "cat"],
        ]
        .concat(),
    );
    let login = |user: &str| {
        use base64::Engine as _;
        let login = base64::engine::general_purpose::STANDARD.encode(user);
        format!("Basic {login}")
    };
    let address = webterm.address();
    let connect = |user: &str| {
        let header = login(user);
        RawViewer::try_connect_with(
            &address,
            "/raw?rows=20&cols=60",
            &[("Authorization", &header)],
        )
    };
    assert_eq!(connect("u:a-long-password").err(), Some(403));
    assert!(webterm.children().is_empty());
    let mut one = connect("w:another-password").unwrap();
    one.type_in("x\r");
    one.wait_for_output("x\r\nx\r\n");
    let mut other = connect("w:another-password").unwrap();
    other.type_in("y\r");
    other.wait_for_output("y\r\ny\r\n");
    assert!(!other.output.contains('x'));
    assert_eq!(webterm.children().len(), 2);
}

#[test]
fn where_terminals_have_names_they_are_found_by_them_and_by_those_they_had() {
    let webterm = Webterm::start(&["-w", "--mode", "named", "cat"]);
    let address = webterm.address();
    let ask = |method: &str, path: &str, body: &str| {
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        );
        exchange(&address, &request).status
    };
    assert_eq!(ask("POST", "/api/terminals", r#"{"name":"first"}"#), 200);
    assert_eq!(ask("POST", "/api/terminals", r#"{"name":"other"}"#), 200);
    let mut one = raw(&webterm, "/first?rows=20&cols=60");
    one.type_in("x\r");
    one.wait_for_output("x\r\nx\r\n");
    assert_eq!(
        ask("PATCH", "/api/terminals/first", r#"{"name":"renamed"}"#),
        200
    );
    for name in ["/first", "/renamed"] {
        raw(&webterm, name).wait_for_output("x\r\nx");
    }
    let mut other = raw(&webterm, "/other");
    other.type_in("y\r");
    other.wait_for_output("y\r\ny\r\n");
    assert!(!other.output.contains('x'));
    assert_eq!(ask("DELETE", "/api/terminals/renamed", ""), 204);
    assert_eq!(one.wait_for_close().0, 1000);
    assert_eq!(raw(&webterm, "/first").wait_for_close().0, 1008);
}

#[test]
fn a_size_that_is_asked_for_is_the_first_one_of_a_jupyter_viewer_too() {
    let webterm = Webterm::start(&["-w", "cat"]);
    let mut viewer = Viewer::connect_to(&webterm.address(), "/ws?rows=20&cols=60");
    viewer.wait_for_size(60, 20);
}
