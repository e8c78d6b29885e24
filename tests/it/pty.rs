//! What the program finds around it.

use std::process::Command;

use crate::support::{Viewer, Webterm, require, wait_until};

/// What a shell line prints in a terminal of webterm's, started by `command`.
fn printed_by(command: &mut Command, script: &str) -> String {
    let line = format!("stty -echo; echo READY; read go; {script}; echo ALL SAID; cat");
    let webterm = Webterm::spawn(command.args(["-w", "sh", "-c", &line]));
    printed_on(&webterm)
}

/// What is printed once the program, which says that it is READY, is given a line.
fn printed_on(webterm: &Webterm) -> String {
    let mut viewer = webterm.viewer();
    viewer.wait_for_output("READY");
    viewer.output.clear();
    viewer.type_in("\r");
    viewer.wait_for_output("ALL SAID\r\n");
    viewer.output
}

fn printed(script: &str) -> String {
    printed_by(&mut Webterm::command(), script)
}

#[test]
fn the_terminal_is_described_and_webterm_is_not() {
    let mut command = Webterm::command();
    command
        .env("WEBTERM_SIZE", "91x23")
        .env("WEBTERM_TERM", "xterm")
        .env("TMUX", "x")
        .env("KEPT", "kept");
    command.args(["--env", "ADDED=a b=c", "--env", "TERM_PROGRAM=mine"]);
    let output = printed_by(&mut command, "env");
    for line in [
        "TERM=xterm\r",
        "COLORTERM=truecolor\r",
        "KEPT=kept\r",
        "ADDED=a b=c\r",
        "TERM_PROGRAM=mine\r",
    ] {
        assert!(output.contains(line), "{line:?} is missing in {output}");
    }
    assert!(!output.contains("WEBTERM_"), "{output}");
    assert!(!output.contains("TMUX="), "{output}");
    assert!(printed("echo $TERM").contains("xterm-256color"));
}

#[test]
fn size_and_directory_are_there_from_the_start() {
    let mut command = Webterm::command();
    command.args(["--size", "91x23", "--cwd", "/usr/.."]);
    let output = printed_by(&mut command, "stty size; pwd -P");
    assert!(output.contains("23 91\r\n/\r\n"), "{output:?}");
}

#[test]
fn without_a_terminal_around_the_size_is_120x36() {
    assert!(printed("stty size").contains("36 120"));
}

#[test]
fn the_size_begins_as_that_of_the_terminal_around() {
    let inner = [env!("CARGO_BIN_EXE_webterm"), "--port", "0", "cat"];
    let outer = Webterm::start(&[&["--size", "91x23"], &inner[..]].concat());
    let mut viewer = outer.viewer();
    viewer.wait_for("the inner address", |viewer| {
        viewer
            .output
            .split("http://")
            .nth(1)
            .is_some_and(|rest| rest.contains('/'))
    });
    let address = viewer
        .output
        .split("http://")
        .nth(1)
        .unwrap()
        .split('/')
        .next()
        .unwrap();
    let size = &Viewer::connect(address).setup["size"];
    assert_eq!(*size, serde_json::json!({"cols": 91, "rows": 23}));
}

#[test]
fn the_program_leads_its_own_session_on_its_own_terminal() {
    require("ps");
    let output = printed("echo pid=$$; ps -o sid=,tpgid= -p $$; tty; stat -c %a $(tty)");
    let pid = output
        .split("pid=")
        .nth(1)
        .unwrap()
        .split('\r')
        .next()
        .unwrap()
        .to_owned();
    let ids: Vec<&str> = output
        .split("pid=")
        .nth(1)
        .unwrap()
        .lines()
        .nth(1)
        .unwrap()
        .split_whitespace()
        .collect();
    assert_eq!(ids, [&pid, &pid], "session and foreground group: {output}");
    assert!(output.contains("/dev/pts/"), "{output}");
    // R50: 0620 or stricter.
    assert!(
        output.contains("\r\n620\r\n") || output.contains("\r\n600\r\n"),
        "{output}"
    );
}

#[test]
fn r28_the_program_has_descriptors_0_to_2_and_no_other() {
    // The shell hands on what it has; `ls` opens one more to look.
    let output = printed("ls /proc/self/fd | tr '\\n' ' '");
    assert!(
        output.contains("0 1 2 3 \r\n") || output.contains("0 1 2 3 ALL"),
        "{output:?}"
    );
}

#[test]
fn r28_signals_are_as_they_come_even_if_webterm_ignores_them() {
    let script = "trap '' INT QUIT TERM PIPE; exec \"$0\" --port 0 -w \
                  sh -c 'echo READY; read go; grep -E \"Sig(Ign|Blk)\" /proc/self/status; echo ALL SAID; cat'";
    let mut command = Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_webterm")]);
    let webterm = Webterm::spawn(&mut command);
    let output = printed_on(&webterm);
    for name in ["SigIgn", "SigBlk"] {
        assert_eq!(output.matches(&format!("{name}:\t")).count(), 1, "{output}");
        assert!(
            output
                .replace("        ", "\t")
                .contains(&format!("{name}:\t0000000000000000")),
            "{output}"
        );
    }
}

#[test]
fn backspace_erases_a_whole_character_in_the_line_editor() {
    let webterm = Webterm::start(&[
        "-w",
        "sh",
        "-c",
        "echo ready; read line; echo \"got [$line]\"; cat",
    ]);
    let mut viewer = webterm.viewer();
    viewer.wait_for_output("ready");
    viewer.type_in("a€\u{7f}b\r");
    viewer.wait_for_output("got [ab]");
}

#[test]
fn many_programs_at_once_inherit_nothing_of_each_other() {
    let webterms: Vec<Webterm> = (0..8)
        .map(|_| {
            let mut command = Webterm::command();
            let script =
                "stty -echo; echo READY; read go; ls /proc/self/fd | wc -l; echo ALL SAID; cat";
            Webterm::spawn(command.args(["-w", "sh", "-c", script]))
        })
        .collect();
    for webterm in &webterms {
        assert_eq!(printed_on(webterm).trim(), "4\r\nALL SAID");
    }
}

#[test]
fn r27_the_program_goes_when_webterm_is_killed() {
    let webterm = Webterm::start(&[
        "sh",
        "-c",
        "trap '' HUP TERM INT; echo ready; while :; do sleep 1; done",
    ]);
    webterm.viewer().wait_for_output("ready");
    let children = webterm.children();
    assert_eq!(children.len(), 1);
    webterm.signal(9);
    wait_until("the program's end", || {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", children[0]));
        stat.map_or(Some(()), |stat| stat.contains(") Z ").then_some(()))
    });
}
