//! How it ends, and that nothing stays.

use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{TempDir, Viewer, Webterm, get, require, wait_until};

const HUP: i32 = 1;
const INT: i32 = 2;
const TERM: i32 = 15;

#[test]
fn r26_every_viewer_gets_the_last_output_and_the_status() {
    let mut webterm = Webterm::start(&[
        "-w",
        "sh",
        "-c",
        "read go; seq 1 5000; echo THE END; exit 7",
    ]);
    let mut viewers = [webterm.viewer(), webterm.viewer(), webterm.viewer()];
    viewers[0].type_in("\r");
    for viewer in &mut viewers {
        let (code, _) = viewer.wait_for_close();
        assert_eq!(code, 1000);
        assert!(viewer.output.ends_with("4999\r\n5000\r\nTHE END\r\n"));
        assert_eq!(viewer.disconnect, Some(json!(7)));
    }
    assert_eq!(webterm.wait().code(), Some(7));
}

#[test]
fn r26_a_program_that_a_signal_killed_gives_128_and_its_number() {
    let mut webterm = Webterm::start(&["-w", "sh", "-c", "read go; kill -9 $$"]);
    let mut viewer = webterm.viewer();
    viewer.type_in("\r");
    viewer.wait_for_close();
    assert_eq!(viewer.disconnect, Some(json!(137)));
    assert_eq!(webterm.wait().code(), Some(137));
}

#[test]
fn a_program_that_ends_before_anyone_came_ends_webterm() {
    let mut webterm = Webterm::spawn(Webterm::command().args(["sh", "-c", "exit 3"]));
    assert_eq!(webterm.wait().code(), Some(3));
}

#[test]
fn a_background_job_that_keeps_the_terminal_does_not_delay_the_end() {
    let script = "sleep 1000 & echo job=$!; read go; echo THE END";
    let mut webterm = Webterm::start(&["-w", "sh", "-c", script]);
    let mut viewer = webterm.viewer();
    viewer.wait_for_output("job=");
    viewer.type_in("\r");
    viewer.wait_for_close();
    assert!(viewer.output.contains("THE END"));
    assert_eq!(webterm.wait().code(), Some(0));
}

#[test]
fn a_program_that_closes_its_terminal_lives_on() {
    let script = "exec </dev/null >/dev/null 2>&1; sleep 0.5; exit 6";
    let mut webterm = Webterm::start(&["sh", "-c", script]);
    assert_eq!(webterm.wait().code(), Some(6));
}

/// Sends `signal` to a webterm that shares `script`, and checks that all is over in time.
fn assert_stops(script: &str, signals: &[i32], within: Duration) {
    let mut webterm = Webterm::start(&["-w", "sh", "-c", script]);
    let address = webterm.address();
    let mut viewer = webterm.viewer();
    viewer.wait_for_output("ready");
    let session = webterm.children()[0];
    let start = Instant::now();
    webterm.signal(signals[0]);
    let (code, _) = viewer.wait_for_close();
    assert_eq!(code, 1001);
    for signal in &signals[1..] {
        webterm.signal(*signal);
    }
    assert_eq!(webterm.wait().code(), Some(0));
    assert!(start.elapsed() < within, "{:?}", start.elapsed());
    assert_eq!(
        living_in(session),
        Vec::<String>::new(),
        "nothing is left running"
    );
    TcpListener::bind(&address).expect("the port is free");
}

/// The processes of a session that live.
fn living_in(session: i32) -> Vec<String> {
    let processes = std::fs::read_dir("/proc").unwrap();
    let stats = processes.filter_map(|entry| std::fs::read(entry.ok()?.path().join("stat")).ok());
    stats
        .map(|stat| String::from_utf8_lossy(&stat).into_owned())
        .filter(|stat| {
            let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
            fields[3] == session.to_string() && fields[0] != "Z"
        })
        .collect()
}

#[test]
fn r27_signals_stop_it_and_leave_nothing() {
    for signal in [HUP, INT, TERM] {
        assert_stops("echo ready; exec cat", &[signal], Duration::from_secs(5));
    }
}

#[test]
fn r27_background_jobs_of_the_session_go_as_well() {
    let script = "set -m; (trap '' HUP; sleep 1000) & sleep 1001 & echo ready; cat";
    assert_stops(script, &[TERM], Duration::from_secs(6));
}

#[test]
fn r27_a_job_whose_name_is_no_text_goes_as_well() {
    require("bash");
    let script = r#"dir=$(mktemp -d); ln -s "$(command -v bash)" "$dir/$(printf '\377')"
        "$dir/$(printf '\377')" -c 'trap "" HUP; rm -r "$0"; echo ready; while :; do sleep 1; done' "$dir" & cat"#;
    assert_stops(script, &[TERM], Duration::from_secs(6));
}

#[test]
fn r27_a_program_that_ignores_everything_is_killed() {
    let script = "trap '' HUP TERM INT; echo ready; while :; do sleep 1; done";
    assert_stops(script, &[TERM], Duration::from_secs(7));
}

#[test]
fn r27_a_second_signal_cuts_it_short() {
    let script = "trap '' HUP TERM INT; echo ready; while :; do sleep 1; done";
    assert_stops(script, &[INT, INT], Duration::from_millis(1900));
}

#[test]
fn r27_a_second_signal_leaves_nothing_even_where_the_leader_went_first() {
    let script = "(trap '' HUP TERM; echo ready; exec sleep 1000) & exec sleep 1001";
    assert_stops(script, &[TERM, TERM], Duration::from_millis(1900));
}

#[test]
fn a_hangup_that_was_ignored_at_the_start_stays_so() {
    let mut command = std::process::Command::new("sh");
    let script = "trap '' HUP; exec \"$0\" --port 0 -w cat";
    command.args(["-c", script, env!("CARGO_BIN_EXE_webterm")]);
    let webterm = Webterm::spawn(&mut command);
    let mut viewer = webterm.viewer();
    webterm.signal(HUP);
    viewer.type_in("still here\r");
    viewer.wait_for_output("still here\r\nstill here");
}

/// What becomes of webterm's standard error once it told the address.
enum Reader {
    Closes,
    StopsReading,
}

#[test]
fn a_standard_error_that_is_closed_or_that_nobody_reads_disturbs_nobody() {
    for reader in [Reader::Closes, Reader::StopsReading] {
        let mut command = Webterm::command();
        let mut child = command
            .args(["-w", "cat"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("http://") {
            line.clear();
            assert_ne!(lines.read_line(&mut line).unwrap(), 0);
        }
        let (_, rest) = line.split_once("http://").unwrap();
        let (address, _) = rest.split_once('/').unwrap();
        let unread = match reader {
            Reader::Closes => None,
            Reader::StopsReading => Some(lines),
        };
        // Each is logged, in all more than a pipe holds.
        for _ in 0..1500 {
            let response = get(address, "/", "Origin: http://evil.example\r\n");
            assert_eq!(response.status, 403);
        }
        let mut viewer = Viewer::connect(address);
        viewer.type_in("still here\r");
        viewer.wait_for_output("still here\r\nstill here");
        child.kill().unwrap();
        child.wait().unwrap();
        drop(unread);
    }
}

#[test]
fn a_program_that_ends_when_asked_may_say_goodbye() {
    let dir = TempDir::new();
    let file = dir.file("goodbye");
    let script =
        format!("trap 'echo saved > {file}; exit' HUP; echo ready; while :; do sleep 0.05; done");
    assert_stops(&script, &[TERM], Duration::from_secs(5));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "saved\n");
}

#[test]
fn r27_a_pause_of_the_server_is_survived() {
    let webterm = Webterm::start(&["-w", "cat"]);
    let mut viewer = webterm.viewer();
    webterm.signal(19);
    viewer.type_in("typed while it slept\r");
    webterm.signal(18);
    viewer.wait_for_output("typed while it slept");
}

#[test]
fn r25_running_out_of_descriptors_disturbs_nobody_and_passes() {
    let mut command = std::process::Command::new("sh");
    let script = "ulimit -n 40; exec \"$0\" --port 0 -w cat";
    command.args(["-c", script, env!("CARGO_BIN_EXE_webterm")]);
    let webterm = Webterm::spawn(&mut command);
    let address = webterm.address();
    let mut viewer = webterm.viewer();
    let many: Vec<TcpStream> = (0..60)
        .filter_map(|_| TcpStream::connect(&address).ok())
        .collect();
    wait_until("the warning", || {
        webterm.log().contains("cannot accept").then_some(())
    });
    viewer.type_in("still here\r");
    viewer.wait_for_output("still here");
    drop(many);
    assert_eq!(get(&address, "/", "").status, 200);
    let warnings = webterm.log().matches("cannot accept").count();
    assert!(warnings < 100, "{warnings} warnings");
}
