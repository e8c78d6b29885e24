//! Recordings as asciinema 2 and 3 read them.

use std::path::{Path, PathBuf};
use std::process::Command;

use webterm::asciicast::What;

use super::{Recording, cast};
use crate::support::{TempDir, Webterm, require};

/// asciinema 3, which tests/run.sh installs beside what cargo builds.
fn asciinema_3() -> PathBuf {
    let tools = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../tools/bin/asciinema");
    assert!(
        tools.is_file(),
        "this test needs asciinema 3; install it (tests/run.sh does)"
    );
    tools
}

/// A recording of many kinds of output, and of input.
fn recorded(dir: &Path, format: &str) -> PathBuf {
    let to = dir.join(format);
    let script = "for i in $(seq 500); do printf '\\033[3%dm%d 漢字 \\360\\237\\246\\200\\033[m\\r\\n' $((i % 8)) $i; done; read x; exit 4";
    let options = ["--record", to.to_str().unwrap(), "--record-format", format];
    let mut webterm =
        Webterm::start(&[&options[..], &["--record-input", "-w", "sh", "-c", script]].concat());
    let mut viewer = webterm.viewer();
    viewer.wait_for_output("500 漢字");
    viewer.set_size(90, 20);
    viewer.wait_for_size(90, 20);
    viewer.type_in("x\r");
    viewer.wait_for_close();
    webterm.wait();
    cast(&to)
}

/// What a command of the shell writes into its standard output, on a terminal of its own: asciinema 2
/// does nothing without one.
fn written_on_a_terminal(dir: &Path, command: &str) -> String {
    let to = dir.join("written");
    let script = format!("({command}) > {}", to.display());
    let mut webterm = Webterm::spawn(Webterm::command().args(["sh", "-c", &script]));
    assert_eq!(webterm.wait().code(), Some(0), "{command}");
    std::fs::read_to_string(to).unwrap()
}

/// Fails without printing all of it.
fn assert_same(one: &str, other: &str, what: &str) {
    assert!(
        one == other,
        "{what}: {} and {} bytes",
        one.len(),
        other.len()
    );
}

#[test]
fn asciinema_2_and_3_read_what_is_recorded() {
    require("asciinema");
    let dir = TempDir::new();
    let three = asciinema_3();
    let (v2, v3) = (recorded(dir.path(), "v2"), recorded(dir.path(), "v3"));
    let output = Recording::read(&v2).output();
    assert!(output.contains("250 漢字 🦀"));
    let written = written_on_a_terminal(dir.path(), &format!("asciinema cat {}", v2.display()));
    assert_same(&written, &output, "asciinema 2");
    for (from, format) in [(&v2, "asciicast-v3"), (&v3, "asciicast-v2")] {
        let output = Recording::read(from).output();
        let to = dir.path().join(format).with_extension("cast");
        let mut convert = Command::new(&three);
        convert.args(["convert", "--quiet", "--output-format", format]);
        assert!(convert.args([from, &to]).status().unwrap().success());
        let converted = Recording::read(&to);
        assert_same(&converted.output(), &output, format);
        let others = converted.others();
        let marker = What::Marker("typing: viewer 1 at 127.0.0.1".into());
        assert!(others.contains(&marker), "{others:?}");
        assert!(others.contains(&What::Input("x\r".into())), "{others:?}");
        // One behind the other.
        let both = format!("{0} cat {1} {1}", three.display(), from.display());
        let both = written_on_a_terminal(dir.path(), &both);
        assert_eq!(both.matches("500 漢字").count(), 2, "asciinema 3, {format}");
    }
}

#[test]
fn asciinema_plays_what_is_recorded() {
    require("asciinema");
    let dir = TempDir::new();
    let v2 = recorded(dir.path(), "v2");
    let three = asciinema_3();
    for player in ["asciinema", three.to_str().unwrap()] {
        let play = format!("{player} play --speed 100 {}", v2.display());
        let webterm = Webterm::start(&["sh", "-c", &format!("{play}; echo played; read x")]);
        let mut viewer = webterm.viewer();
        viewer.wait_for_output("500 漢字 🦀");
        viewer.wait_for_output("played");
    }
}
