//! Output to all, input from few, late and slow viewers.

use std::fmt::Write as _;
use std::io::Read as _;
use std::net::TcpStream;

use serde_json::json;

use crate::support::{DEADLINE, TempDir, Viewer, Webterm, wait_until};

#[test]
fn what_one_types_everyone_sees() {
    let webterm = Webterm::start(&["-w", "cat"]);
    let (mut one, mut other) = (webterm.viewer(), webterm.viewer());
    one.type_in("hello from one\r");
    other.wait_for_output("hello from one\r\nhello from one\r\n");
    other.type_in("hello from the other\r");
    one.wait_for_output("hello from the other\r\nhello from the other\r\n");
}

#[test]
fn the_command_starts_before_anyone_comes() {
    let dir = TempDir::new();
    let marker = dir.file("started");
    let _webterm = Webterm::start(&["sh", "-c", &format!("touch {marker}; cat")]);
    wait_until("the command's first deed", || {
        std::fs::exists(&marker).unwrap().then_some(())
    });
}

#[test]
fn who_comes_late_gets_the_present_screen_first() {
    let webterm = Webterm::start(&["sh", "-c", "printf 'early \\033[31mred\\033[0m text'; cat"]);
    webterm.viewer().wait_for_output("text");
    let mut late = webterm.viewer();
    late.wait_for_output("early ");
    late.wait_for_output("text");
    assert!(
        late.output.starts_with("\u{18}\u{1b}c"),
        "a snapshot begins anew: {:?}",
        late.output
    );
    assert!(late.output.contains("red"), "{:?}", late.output);
}

#[test]
fn without_permission_nothing_typed_reaches_the_program() {
    let webterm = Webterm::start(&["sh", "-c", "read line; echo got \"$line\"; cat"]);
    let mut viewer = webterm.viewer();
    assert_eq!(viewer.setup["writable"], false);
    viewer.type_in("intruder\r");
    viewer.type_in("again\r");
    viewer.wait_for("a notice", |viewer| !viewer.notices.is_empty());
    assert!(
        viewer.notices[0].contains("read-only"),
        "{:?}",
        viewer.notices
    );
    // The connection stays, and whoever comes later sees that nothing was typed.
    viewer.set_size(33, 11);
    let mut witness = webterm.viewer();
    witness.wait_for("the screen", |viewer| !viewer.output.is_empty());
    assert!(
        !witness.output.contains("intruder") && !witness.output.contains("got"),
        "{:?}",
        witness.output
    );
    assert_eq!(viewer.notices.len(), 1, "told once");
}

#[test]
fn characters_are_never_cut_and_bytes_that_are_none_are_replaced() {
    let script = "printf '\\342\\202'; sleep 0.05; printf '\\254|'; printf 'a\\377b\\300\\257c|\\360\\237|'; cat";
    let webterm = Webterm::start(&["sh", "-c", script]);
    let mut viewer = webterm.viewer();
    viewer.wait_for_output("€|a\u{fffd}b\u{fffd}\u{fffd}c|\u{fffd}|");
}

#[test]
fn a_million_lines_arrive_whole_and_in_order_beside_viewers_that_stalled() {
    let webterm = Webterm::start(&["-w", "sh", "-c", "read go; seq 1 1000000; echo END; cat"]);
    let mut viewer = webterm.viewer();
    // They never read again.
    let stalled: Vec<Viewer> = (0..3).map(|_| webterm.viewer()).collect();
    viewer.type_in("\r");
    viewer.wait_for_output("END");
    let mut expected = String::with_capacity(8_000_000);
    for number in 1..=1_000_000 {
        let _ = write!(expected, "{number}\r\n");
    }
    let from = viewer.output.find("1\r\n2\r\n").unwrap();
    let end = viewer.output.len() - "END".len();
    let got = viewer.output[from..].get(..expected.len());
    assert!(
        got == Some(&expected),
        "{} bytes of {}",
        end - from,
        expected.len()
    );
    drop(stalled);
}

#[test]
fn who_fell_behind_goes_on_from_the_present() {
    let webterm = Webterm::start(&[
        "sh",
        "-c",
        "read go < \"$0\"; seq 1 2000000; echo THE LAST LINE; cat",
        "/dev/null",
    ]);
    // One that reads nothing while 14 MB go by, far more than is kept for it.
    let mut slow = webterm.viewer();
    webterm.viewer().wait_for_output("THE LAST LINE");
    slow.wait_for_output("THE LAST LINE");
    assert!(
        slow.output.len() < 12_000_000,
        "it got all {} bytes",
        slow.output.len()
    );
    let last = slow.output.rfind("\u{1b}c").unwrap();
    assert!(
        slow.output[last..].contains("1999999\r\n2000000"),
        "the screen is the present one"
    );
}

#[test]
fn an_acknowledging_viewer_is_sent_no_more_than_its_window_ahead() {
    let webterm = Webterm::start(&["-w", "sh", "-c", "read go; seq 1 1000000; echo END; cat"]);
    let mut page = webterm.viewer();
    page.send(&json!(["ack", 0]));
    let mut typist = webterm.viewer();
    typist.type_in("\r");
    typist.wait_for_output("END");
    // What is there to be read without an acknowledgement is bounded.
    page.socket
        .get_mut()
        .set_read_timeout(Some(std::time::Duration::from_millis(500)))
        .unwrap();
    let mut ahead = Vec::new();
    let _ = page
        .socket
        .get_mut()
        .take(64 * 1024 * 1024)
        .read_to_end(&mut ahead);
    assert!(ahead.len() < 600_000, "{} bytes", ahead.len());
}

#[test]
fn an_acknowledging_viewer_is_shown_the_present_and_then_what_is_above_it() {
    let webterm = Webterm::start(&[
        "-w",
        "sh",
        "-c",
        "read go; seq 1 3000000; echo THE LAST LINE; cat",
    ]);
    let mut page = webterm.viewer();
    page.acknowledge();
    let mut witness = webterm.viewer();
    witness.type_in("\r");
    witness.wait_for_output("THE LAST LINE");
    // Only now it shows, and says that it has shown, what was sent to it.
    let mut taken = 0;
    while !page.output.contains("THE LAST LINE") {
        taken += std::mem::take(&mut page.output).len();
        assert!(page.hear());
        page.acknowledge();
    }
    assert!(taken < 2_000_000, "{taken} bytes of 25 MB");
    // Once it has settled, 1000 lines above the screen come as well.
    page.wait_for("the scrollback", |page| {
        let from = page.output.rfind("\u{1b}c").unwrap_or_default();
        page.output[from..].contains("\r\n2999100\r\n") && page.output.contains("THE LAST LINE")
    });
    // Each is announced, so that who is cut off knows whether he lacks those lines.
    let (first, last) = (page.snapshots.first(), page.snapshots.last());
    assert_eq!((first, last), (Some(&1000), Some(&1000)));
    assert!(page.snapshots.contains(&0), "{:?}", page.snapshots);
}

#[test]
fn who_comes_back_goes_on_where_he_was() {
    let webterm = Webterm::start(&["-w", "cat"]);
    let address = webterm.address();
    let mut before = webterm.viewer();
    assert_eq!(before.setup["resumed"], false);
    before.type_in("before\r");
    before.wait_for_output("before\r\nbefore\r\n");
    let (token, offset) = (
        before.setup["resume"].as_str().unwrap().to_owned(),
        before.offset,
    );
    drop(before);
    let mut other = webterm.viewer();
    other.type_in("meanwhile\r");
    other.wait_for_output("meanwhile\r\nmeanwhile\r\n");
    let mut back = Viewer::connect_to(&address, &format!("/ws?resume={token}&offset={offset}"));
    assert_eq!(back.setup["resumed"], true);
    back.wait_for_output("meanwhile\r\nmeanwhile\r\n");
    assert_eq!(
        back.output, "meanwhile\r\nmeanwhile\r\n",
        "no snapshot, nothing twice"
    );
    for query in [
        format!("resume={}&offset={offset}", "0".repeat(32)),
        format!("resume={token}&offset={}", u64::MAX),
        format!("resume={token}&offset=-1"),
        format!("resume={token}"),
        format!("offset={offset}"),
        "%zz&&=&a".to_owned(),
    ] {
        let mut fresh = Viewer::connect_to(&address, &format!("/ws?{query}"));
        assert_eq!(fresh.setup["resumed"], false, "{query}");
        fresh.wait_for_output("before");
    }
}

#[test]
fn who_comes_back_too_late_gets_the_screen() {
    let webterm = Webterm::start(&[
        "-w",
        "sh",
        "-c",
        "echo early; read go; seq 1 1000000; echo THE END; cat",
    ]);
    let mut before = webterm.viewer();
    before.wait_for_output("early");
    let path = format!(
        "/ws?resume={}&offset={}",
        before.setup["resume"].as_str().unwrap(),
        before.offset
    );
    before.type_in("\r");
    before.wait_for_output("THE END");
    let mut back = Viewer::connect_to(&webterm.address(), &path);
    assert_eq!(back.setup["resumed"], false);
    back.wait_for_output("THE END");
    assert!(back.output.starts_with("\u{18}\u{1b}c"));
}

#[test]
fn a_viewer_is_given_as_much_scrollback_as_it_keeps() {
    let webterm = Webterm::start(&[
        "--scrollback",
        "5000",
        "sh",
        "-c",
        "seq 1 9000; echo END; cat",
    ]);
    webterm.viewer().wait_for_output("END");
    for (query, kept) in [
        ("", 1000),
        ("?scrollback=0", 0),
        ("?scrollback=2000", 2000),
        ("?scrollback=9999", 5000),
    ] {
        let mut viewer = Viewer::connect_to(&webterm.address(), &format!("/ws{query}"));
        viewer.wait_for_output("END");
        let lines = viewer
            .output
            .lines()
            .filter(|line| line.trim().parse::<u32>().is_ok())
            .count();
        assert!(
            (kept..kept + 40).contains(&lines),
            "{lines} lines with {query:?}"
        );
    }
}

#[test]
fn two_hundred_viewers_see_the_same() {
    let webterm = Webterm::start(&["-w", "sh", "-c", "read go; seq 1 2000; echo END; cat"]);
    let mut viewers: Vec<Viewer> = (0..200).map(|_| webterm.viewer()).collect();
    viewers[0].type_in("\r");
    for viewer in &mut viewers {
        viewer.wait_for_output("1999\r\n2000\r\nEND\r\n");
    }
    let before = webterm.descriptors();
    drop(viewers);
    wait_until("all descriptors given back", || {
        (webterm.descriptors() <= before - 200).then_some(())
    });
}

#[test]
fn a_large_paste_arrives_whole() {
    let dir = TempDir::new();
    let file = dir.file("pasted");
    let script =
        format!("stty raw -echo; echo ready; head -c 512000 > {file}; stty sane; echo DONE; cat");
    let webterm = Webterm::start(&["-w", "sh", "-c", &script]);
    let mut viewer = webterm.viewer();
    viewer.wait_for_output("ready");
    let text: String = ('a'..='z').cycle().take(512_000).collect();
    viewer.type_in(&text);
    viewer.wait_for_output("DONE");
    assert!(std::fs::read_to_string(&file).unwrap() == text);
}

#[test]
fn a_program_that_does_not_read_holds_up_nobody() {
    let script = "stty raw -echo; echo ready; exec sleep 1000";
    let webterm = Webterm::start(&["-w", "sh", "-c", script]);
    let mut typist = webterm.viewer();
    typist.wait_for_output("ready");
    for _ in 0..8 {
        typist.type_in(&"x".repeat(60_000));
    }
    webterm.viewer().wait_for_output("ready");
}

#[test]
fn who_types_more_than_the_program_reads_is_still_heard() {
    let script = "stty raw -echo; printf ready; while :; do printf 'tick '; sleep 0.05; done";
    let webterm = Webterm::start(&["-w", "sh", "-c", script]);
    let mut typist = webterm.viewer();
    typist.wait_for_output("ready");
    for _ in 0..60 {
        typist.type_in(&"x".repeat(11_000));
    }
    typist.set_size(77, 33);
    typist.wait_for_size(77, 33);
    typist.output.clear();
    typist.wait_for_output("tick tick tick ");
    typist.socket.close(None).unwrap();
    while typist.hear() {}
}

#[test]
fn viewers_that_take_nothing_leave_the_others_alone() {
    let webterm = Webterm::start(&["-w", "sh", "-c", "read go; seq 1 1000000; echo END; cat"]);
    let mut stalled: Vec<Viewer> = (0..3).map(|_| webterm.viewer()).collect();
    let mut viewer = webterm.viewer();
    viewer.type_in("\r");
    viewer.wait_for_output("END");
    for viewer in &mut stalled {
        viewer.send_raw(tungstenite::Message::Ping(Vec::new().into()));
    }
    let cpu = || {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", webterm.pid())).unwrap();
        let fields: Vec<u64> = stat
            .rsplit_once(") ")
            .unwrap()
            .1
            .split(' ')
            .flat_map(str::parse)
            .collect();
        fields[10] + fields[11]
    };
    // Once everything is at rest, no time goes by but on the clock.
    wait_until("a server at rest", || {
        let before = cpu();
        for number in 0..20 {
            viewer.type_in(&format!("{number}\r"));
            viewer.wait_for_output(&format!("{number}\r\n{number}\r\n"));
        }
        (cpu() - before < 10).then_some(())
    });
}

#[test]
fn a_viewer_that_is_cut_off_leaves_nothing_behind() {
    let webterm = Webterm::start(&["cat"]);
    let before = webterm.descriptors();
    for _ in 0..50 {
        let viewer = webterm.viewer();
        // Closed with a reset: unread data is still there.
        drop(viewer);
        let half = TcpStream::connect(webterm.address()).unwrap();
        half.set_read_timeout(Some(DEADLINE)).unwrap();
    }
    wait_until("descriptors given back", || {
        (webterm.descriptors() <= before + 1).then_some(())
    });
}

#[test]
fn the_shared_session_is_found_by_its_name_and_others_are_not() {
    let webterm = Webterm::start(&["-w", "cat"]);
    let mut viewer = Viewer::connect_to(&webterm.address(), "/terminals/websocket/main");
    assert_eq!(viewer.setup["session"], "main");
    viewer.type_in("hello\r");
    viewer.wait_for_output("hello");
}
