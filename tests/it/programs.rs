//! Real programs, as a viewer has them. What the page makes of them is tested in the browser.

use crate::support::{TempDir, Webterm, output_of, require};

#[test]
fn bash_runs_commands_and_keeps_its_history() {
    require("bash");
    let webterm = Webterm::start(&["-w", "bash", "--norc"]);
    let mut viewer = webterm.viewer();
    viewer.type_in("echo $((6*7))\r");
    viewer.wait_for_output("42\r\n");
    viewer.type_in("\u{1b}[A\r");
    viewer.wait_for_output("echo $((6*7))\r\n");
    viewer.type_in("exit\r");
    assert_eq!(viewer.wait_for_close().0, 1000);
}

#[test]
fn control_c_interrupts_what_runs() {
    require("bash");
    let webterm = Webterm::start(&["-w", "bash", "--norc"]);
    let mut viewer = webterm.viewer();
    viewer.type_in("yes; echo interrupted=$?\r");
    viewer.wait_for_output("y\r\ny\r\n");
    viewer.type_in("\u{3}");
    viewer.type_in("echo the shell is $((1+1))\r");
    viewer.wait_for_output("the shell is 2");
}

#[test]
fn vim_opens_edits_writes_and_quits() {
    require("vim");
    let dir = TempDir::new();
    let file = dir.file("text");
    std::fs::write(&file, "first line\n").unwrap();
    let mut webterm = Webterm::start(&["-w", "vim", "-u", "NONE", "-N", &file]);
    let mut viewer = webterm.viewer();
    viewer.wait_for_output("first line");
    viewer.type_in("osecond line €\u{1b}");
    viewer.wait_for_output("€");
    let mut late = webterm.viewer();
    late.wait_for_output("first line");
    late.wait_for_output("second line €");
    viewer.type_in(":wq\r");
    viewer.wait_for_close();
    assert_eq!(
        std::fs::read_to_string(&file).unwrap(),
        "first line\nsecond line €\n"
    );
    assert_eq!(webterm.wait().code(), Some(0));
}

#[test]
fn htop_is_a_dashboard_that_nobody_can_type_into() {
    require("htop");
    let webterm = Webterm::start(&["htop", "-d", "5"]);
    let mut viewer = webterm.viewer();
    viewer.wait_for_output("Load average");
    viewer.type_in("q");
    viewer.wait_for("a notice", |viewer| !viewer.notices.is_empty());
    let mut late = webterm.viewer();
    late.wait_for_output("Load average");
    late.wait_for_output("PID");
}

/// A tmux server by its socket: it leads a session of its own, so no webterm ends it.
struct Tmux(String);

impl Drop for Tmux {
    fn drop(&mut self) {
        output_of("tmux", &["-S", &self.0, "kill-server"]);
    }
}

#[test]
fn two_viewers_work_in_one_tmux_session() {
    require("tmux");
    let dir = TempDir::new();
    let tmux = Tmux(dir.file("tmux"));
    let shell = "PS1='$ ' exec sh";
    let webterm = Webterm::start(&["-w", "tmux", "-S", &tmux.0, "-f", "/dev/null", "new", shell]);
    let (mut one, mut other) = (webterm.viewer(), webterm.viewer());
    one.wait_for_output("$ ");
    one.type_in("echo typed by $((1+1-1))\r");
    other.wait_for_output("typed by 1");
    other.type_in("echo typed by $((1+1))\r");
    one.wait_for_output("typed by 2");
    drop(tmux);
    assert_eq!(one.wait_for_close().0, 1000);
}

#[test]
fn less_pages_and_quits() {
    require("less");
    let dir = TempDir::new();
    let file = dir.file("lines");
    let lines: Vec<String> = (1..=500).map(|n| format!("line {n}")).collect();
    std::fs::write(&file, lines.join("\n")).unwrap();
    let mut webterm = Webterm::start(&["-w", "--size", "80x24", "less", &file]);
    let mut viewer = webterm.viewer();
    viewer.wait_for_output("line 23");
    assert!(!viewer.output.contains("line 24"));
    viewer.type_in(" ");
    viewer.wait_for_output("line 46");
    viewer.type_in("q");
    viewer.wait_for_close();
    assert_eq!(webterm.wait().code(), Some(0));
}

#[test]
fn python_answers_at_its_prompt() {
    require("python3");
    let webterm = Webterm::start(&["-w", "python3", "-q"]);
    let mut viewer = webterm.viewer();
    viewer.wait_for_output(">>> ");
    viewer.type_in("print('π' * 3, 6 * 7)\r");
    viewer.wait_for_output("πππ 42\r\n");
}

#[test]
fn a_program_that_asks_the_terminal_is_answered_once_with_two_viewers_and_with_none() {
    require("bash");
    let script = "stty raw -echo; printf '\\033[6n'; IFS= read -r -d R answer; stty sane; \
                  echo \"${answer#?}\" | tr -d '['; echo; read -t 1 -n 1 more && echo MORE; echo DONE; cat";
    let webterm = Webterm::start(&["bash", "-c", script]);
    let mut late = webterm.viewer();
    late.wait_for_output("DONE");
    assert!(late.output.contains("1;1"), "{:?}", late.output);
    assert!(!late.output.contains("MORE"), "{:?}", late.output);
}

#[test]
fn two_hundred_megabytes_of_random_bytes_pass_and_the_shell_is_back() {
    let script =
        "head -c 200000000 /dev/urandom | cat; stty sane; printf '\\033c'; echo; echo BACK; cat";
    let webterm = Webterm::start(&["sh", "-c", script]);
    let mut viewer = webterm.viewer();
    // As long as it takes on a busy machine: each message has the deadline for itself.
    while !viewer.output.contains("BACK") {
        let kept = viewer.output.len().saturating_sub(8);
        viewer
            .output
            .drain(..viewer.output.floor_char_boundary(kept));
        assert!(viewer.hear(), "closed before the end");
    }
    webterm.viewer().wait_for_output("BACK");
}
