//! Whose window decides the terminal's size.

use serde_json::json;

use crate::support::{Viewer, Webterm, require};

/// A shell that prints its size each time a line is typed.
fn shell(args: &[&str]) -> Webterm {
    let script = "while read line; do stty size; done";
    Webterm::start(&[args, &["sh", "-c", script]].concat())
}

fn assert_program_sees(viewer: &mut Viewer, rows_cols: &str) {
    viewer.type_in("\r");
    viewer.wait_for_output(&format!("{rows_cols}\r\n"));
}

#[test]
fn the_smallest_writer_decides_and_the_size_recovers_when_he_leaves() {
    let webterm = shell(&["-w"]);
    let (mut one, mut other) = (webterm.viewer(), webterm.viewer());
    assert_eq!(one.setup["resizes"], true);
    one.set_size(100, 50);
    one.wait_for_size(100, 50);
    other.set_size(120, 40);
    one.wait_for_size(100, 40);
    other.wait_for_size(100, 40);
    assert_program_sees(&mut one, "40 100");
    drop(other);
    one.wait_for_size(100, 50);
    assert_program_sees(&mut one, "50 100");
    drop(one);
    // Without a writer it stays as it was.
    let viewer = webterm.viewer();
    assert_eq!(viewer.setup["size"], json!({"cols": 100, "rows": 50}));
}

#[test]
fn who_may_only_look_resizes_nothing() {
    let webterm = Webterm::start(&[
        "sh",
        "-c",
        "trap 'echo resized' WINCH; echo ready; while :; do sleep 0.1; done",
    ]);
    let mut viewer = webterm.viewer();
    assert_eq!(viewer.setup["resizes"], false);
    viewer.wait_for_output("ready");
    viewer.set_size(33, 11);
    viewer.type_in("x");
    viewer.wait_for("the answer to what follows", |viewer| {
        !viewer.notices.is_empty()
    });
    let witness = webterm.viewer();
    assert_eq!(witness.setup["size"], json!({"cols": 120, "rows": 36}));
}

#[test]
fn the_largest_viewer_decides_where_viewers_do() {
    let webterm = Webterm::start(&["--size", "viewers", "cat"]);
    let (mut small, mut large) = (webterm.viewer(), webterm.viewer());
    assert_eq!(small.setup["resizes"], true);
    small.set_size(80, 24);
    small.wait_for_size(80, 24);
    large.set_size(200, 60);
    small.wait_for_size(200, 60);
}

#[test]
fn a_fixed_size_is_nobodys_to_change() {
    let webterm = shell(&["-w", "--size", "100x30"]);
    let mut viewer = webterm.viewer();
    assert_eq!(viewer.setup["resizes"], false);
    viewer.set_size(80, 24);
    assert_program_sees(&mut viewer, "30 100");
}

#[test]
fn r20_sizes_that_no_terminal_may_have_are_ignored() {
    let webterm = shell(&["-w"]);
    let mut viewer = webterm.viewer();
    viewer.set_size(90, 31);
    viewer.wait_for_size(90, 31);
    for size in [
        json!([0, 0]),
        json!([-1, 80]),
        json!([24, 65560]),
        json!([24.5, 80]),
        json!([1001, 80]),
    ] {
        viewer.send(&json!(["set_size", size[0], size[1], 0, 0]));
    }
    assert_program_sees(&mut viewer, "31 90");
}

#[test]
fn r20_a_burst_of_sizes_reaches_the_program_seldom_and_ends_at_the_last() {
    require("python3");
    let script = "\
import signal, os, sys, time
def note(*_):
    line = '%d %d at %f\\n' % (*os.get_terminal_size()[::-1], time.monotonic())
    os.write(1, line.encode())
signal.signal(signal.SIGWINCH, note)
print('ready', flush=True)
while True: signal.pause()
";
    let webterm = Webterm::start(&["-w", "python3", "-c", script]);
    let mut viewer = webterm.viewer();
    viewer.wait_for_output("ready");
    for cols in 0..400 {
        viewer.set_size(100 + cols % 7, 40);
    }
    viewer.set_size(77, 33);
    viewer.wait_for_output("33 77 at");
    viewer.wait_for("the end of the line", |viewer| {
        viewer.output.ends_with('\n')
    });
    let times: Vec<f64> = viewer
        .output
        .lines()
        .filter_map(|line| line.split_once(" at ")?.1.trim().parse().ok())
        .collect();
    let span = times.last().unwrap() - times.first().unwrap();
    let most = 2.0 + span * 20.0;
    assert!(
        times.len() as f64 <= most,
        "{} sizes in {span} s",
        times.len()
    );
    assert_eq!(viewer.sizes.last(), Some(&(77, 33)));
}

#[test]
fn a_size_stands_in_the_stream_where_the_program_took_it() {
    let webterm = Webterm::start(&["-w", "sh", "-c", "echo before; read line; echo after; cat"]);
    let mut viewer = webterm.viewer();
    viewer.wait_for_output("before");
    viewer.set_size(61, 17);
    viewer.wait_for_size(61, 17);
    assert!(!viewer.output.contains("after"));
    viewer.type_in("\r");
    viewer.wait_for_output("after");
}
