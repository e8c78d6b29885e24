//! A recording in the place of a command: all see the same moment of it, and it ends as it did.

use std::process::{Command, Output};
use std::time::Instant;

use super::support::{TempDir, Webterm, wait_until};

const HEAD: &str = "{\"version\":3,\"term\":{\"cols\":60,\"rows\":20},\"idle_time_limit\":1}\n";

fn run(args: &[&str]) -> (i32, String) {
    let Output { status, stderr, .. } = Webterm::command().args(args).output().unwrap();
    let errors = String::from_utf8(stderr).unwrap();
    (status.code().unwrap(), errors)
}

fn file(dir: &TempDir, name: &str, text: &str) -> String {
    let path = dir.file(name);
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn all_viewers_see_the_same_in_the_recordings_size_and_nobody_types() {
    let dir = TempDir::new();
    let events = "[0.1,\"o\",\"wide \u{4e16}\u{754c}\"]\n[2.5,\"o\",\" and on\"]\n[0,\"r\",\"50x12\"]\n\
                  [0,\"o\",\"\\r\\nsmaller\"]\n[60,\"x\",\"0\"]\n";
    let cast = file(&dir, "demo.cast", &format!("{HEAD}{events}"));
    let webterm = Webterm::start(&["--replay", &cast, "--idle-limit", "3"]);
    assert!(webterm.log().contains("replaying ") && webterm.log().contains("demo.cast"));
    let mut viewers = [webterm.viewer(), webterm.viewer()];
    for viewer in &mut viewers {
        assert_eq!(viewer.setup["writable"], false);
        assert_eq!(viewer.setup["resizes"], false);
        assert_eq!(viewer.setup["size"]["cols"], 60);
        // A window of another size changes nothing.
        viewer.set_size(200, 50);
        viewer.wait_for_output("世界");
        viewer.wait_for_size(50, 12);
        viewer.wait_for_output("smaller");
    }
    // Who comes late sees it as it is now.
    let mut late = webterm.viewer();
    assert_eq!(late.setup["size"]["cols"], 50);
    late.wait_for_output("smaller");
    viewers[0].type_in("x");
    webterm.signal(15);
}

#[test]
fn a_long_recording_passes_quickly_and_its_status_is_ours() {
    let dir = TempDir::new();
    let hours = "[3600.0,\"o\",\".\"]\n".repeat(24);
    let cast = file(&dir, "a.cast", &format!("{HEAD}{hours}[1,\"x\",\"7\"]\n"));
    let began = Instant::now();
    let (status, errors) = run(&["--replay", &cast, "--idle-limit", "0.5", "--speed", "100"]);
    assert_eq!(status, 7, "{errors}");
    assert!(began.elapsed().as_secs() < 5, "{:?}", began.elapsed());
    let old = file(
        &dir,
        "b.cast",
        "{\"version\":1,\"width\":80,\"height\":24,\"stdout\":[[0.1,\"a\"]]}",
    );
    assert_eq!(run(&["--replay", &old]).0, 0);
}

#[test]
fn in_a_loop_it_begins_anew() {
    let dir = TempDir::new();
    let cast = file(&dir, "a.cast", &format!("{HEAD}[0,\"o\",\"round\"]\n"));
    let webterm = Webterm::start(&["--replay", &cast, "--loop"]);
    let mut viewer = webterm.viewer();
    for _ in 0..2 {
        viewer.wait_for_output("round");
        viewer.output.clear();
    }
    webterm.signal(15);
}

#[test]
fn a_break_is_told_to_viewers_and_on_standard_error() {
    let dir = TempDir::new();
    let cast = file(
        &dir,
        "a.cast",
        &format!("{HEAD}[0,\"o\",\"shown\"]\n[1,\"o\",\"later\"]\n{{broken\n[0,\"o\",\"never\"]\n"),
    );
    let mut webterm = Webterm::start(&["--replay", &cast]);
    let mut viewer = webterm.viewer();
    viewer.wait_for_output("line 4");
    assert!(viewer.output.contains("later") && !viewer.output.contains("never"));
    assert_eq!(webterm.wait().code(), Some(1));
    let log = webterm.log();
    assert!(log.contains("a.cast") && log.contains("line 4"), "{log}");
}

#[test]
fn one_that_comes_through_a_pipe_is_waited_for_and_that_is_said() {
    let dir = TempDir::new();
    let pipe = dir.file("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let mut webterm = Webterm::spawn(Webterm::command().args(["--replay", &pipe]));
    wait_until("the word that a pipe is waited for", || {
        let waits = format!("waiting for a recording from the pipe {pipe}");
        webterm.log().contains(&waits).then_some(())
    });
    std::fs::write(
        &pipe,
        format!("{HEAD}[0,\"o\",\"through a pipe\"]\n[9,\"x\",\"4\"]\n"),
    )
    .unwrap();
    webterm.viewer().wait_for_output("through a pipe");
    assert_eq!(webterm.wait().code(), Some(4));
    assert!(
        !Webterm::command()
            .args(["--replay", "none"])
            .output()
            .unwrap()
            .status
            .success()
    );
}

#[test]
fn what_is_no_recording_is_named_before_anything_is_served() {
    let dir = TempDir::new();
    let text = file(&dir, "text.cast", "hello\n");
    let broken = file(&dir, "broken.cast", &format!("{HEAD}no event\n"));
    let none = dir.file("none.cast");
    for (path, part) in [
        (text.as_str(), "no asciicast"),
        (&broken, "line 2"),
        (&none, "No such file"),
        (dir.path().to_str().unwrap(), "directory"),
    ] {
        let (status, errors) = run(&["--replay", path]);
        assert_eq!(status, 1, "{errors}");
        assert_eq!(errors.lines().count(), 1, "{errors}");
        assert!(errors.contains(part) && errors.contains(path), "{errors}");
    }
}

#[test]
fn what_a_recording_has_no_use_for_is_a_wrong_command_line() {
    for (args, part) in [
        (&["--replay", "a.cast", "-w"][..], "--permit-write"),
        (&["--replay", "a.cast", "bash"], "COMMAND"),
        (&["--replay", "a.cast", "--mode", "per-viewer"], "--mode"),
        (&["--replay", "a.cast", "--lines"], "--lines"),
        (&["--replay", "a.cast", "--speed", "0"], "0.1 to 100"),
        (&["--loop", "bash"], "--replay"),
    ] {
        let (status, errors) = run(args);
        assert_eq!(status, 2, "{errors}");
        assert!(errors.contains(part), "{errors}");
    }
}
