//! The audit log: what is in it and what is not, rotation, chains, disks that are full, verifying.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::{
    RawViewer, Talker, TempDir, Webterm, exchange, get, output_of, require, wait_until,
};

const HUP: i32 = 1;
const KILL: i32 = 9;
const TERM: i32 = 15;

/// The log of a webterm, in a directory of the test's own, where its control socket is too.
struct Log {
    dir: TempDir,
    path: String,
}

impl Log {
    fn new() -> Self {
        let dir = TempDir::new();
        let path = dir.file("audit.log");
        Self { dir, path }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Webterm::command();
        command.env("XDG_RUNTIME_DIR", self.dir.path());
        command.args(["--audit-log", &self.path]).args(args);
        command
    }

    fn start(&self, args: &[&str]) -> Webterm {
        Webterm::launch(&mut self.command(args))
    }

    fn host(&self, webterm: &Webterm, args: &[&str]) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_webterm"));
        command.env("XDG_RUNTIME_DIR", self.dir.path()).args(args);
        command.args(["--instance", &webterm.pid().to_string()]);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }

    fn lines(&self) -> Vec<Value> {
        parsed(&fs::read_to_string(&self.path).unwrap_or_default())
    }

    /// The first line of this kind, once it is there.
    fn line(&self, event: &str) -> Value {
        wait_until(event, || {
            let lines = self.lines();
            lines.into_iter().find(|line| line["event"] == event)
        })
    }

    /// Renames it, as logrotate does.
    fn rotate(&self) -> String {
        let old = self.dir.file("audit.log.1");
        fs::rename(&self.path, &old).unwrap();
        old
    }
}

/// All whole lines.
fn parsed(text: &str) -> Vec<Value> {
    let lines = text.split_inclusive('\n');
    let whole = lines.filter(|line| line.ends_with('\n'));
    whole
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}")))
        .collect()
}

fn events(lines: &[Value]) -> Vec<&str> {
    let events = lines.iter().map(|line| line["event"].as_str().unwrap());
    events.collect()
}

/// `webterm --verify`: its exit status, and what it printed.
fn verify(args: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_webterm"));
    let output = command.arg("--verify").args(args).output().unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

fn last_hash(path: &str) -> String {
    let (status, out, errors) = verify(&[path]);
    assert_eq!(status, 0, "{out}{errors}");
    let (_, rest) = out.split_once("last hash: ").unwrap();
    rest.lines().next().unwrap().to_owned()
}

#[test]
fn who_came_what_he_might_and_how_it_ended_is_in_the_log_and_nothing_that_he_typed() {
    let log = Log::new();
    let mut webterm = log.start(&["-w", "sh", "-c", "read line; exit 3"]);
    let mut viewer = webterm.viewer();
    let address = viewer.socket.get_ref().local_addr().unwrap().to_string();
    viewer.set_size(90, 30);
    viewer.wait_for_size(90, 30);
    viewer.type_in("hidden words\r");
    viewer.wait_for_close();
    assert_eq!(webterm.wait().code(), Some(3));
    let lines = log.lines();
    let expected = [
        "log_opened",
        "server_started",
        "session_created",
        "viewer_attached",
        "size_changed",
        "session_ended",
        "viewer_left",
        "server_stopped",
    ];
    let mut sorted = events(&lines);
    // Who notes first that the program ended, the session or its viewer, is left to chance.
    sorted[5..7].sort_unstable();
    assert_eq!(sorted, expected);
    for (index, line) in lines.iter().enumerate() {
        assert_eq!(line["seq"], index + 1);
        let time = line["time"].as_str().unwrap();
        assert!(time.len() == 27 && time.ends_with('Z'), "{time}");
    }
    let attached = log.line("viewer_attached");
    assert_eq!(attached["viewer"], 1);
    assert_eq!(attached["address"], address);
    assert_eq!(attached["user"], Value::Null);
    assert_eq!(attached["session"], "main");
    assert_eq!(attached["right"], "write");
    assert_eq!(attached["transport"], "websocket");
    let left = log.line("viewer_left");
    assert_eq!(left["reason"], "the program ended");
    assert!(left["bytes_in"].as_u64() > Some(10), "{left}");
    assert!(left["bytes_out"].as_u64() > Some(10), "{left}");
    let size = log.line("size_changed");
    assert_eq!((&size["cols"], &size["rows"]), (&90.into(), &30.into()));
    assert_eq!(log.line("session_ended")["status"], 3);
    assert_eq!(log.line("server_stopped")["status"], 3);
    let text = fs::read_to_string(&log.path).unwrap();
    assert!(!text.contains("hidden"), "{text}");
    let mode = fs::metadata(&log.path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn viewers_of_every_kind_are_in_the_log_with_the_names_of_their_programs() {
    let log = Log::new();
    let webterm = log.start(&["cat"]);
    let agent = "User-Agent: evil\u{9b}31m\u{202e}\r\n";
    let raw = RawViewer::connect(&webterm.address(), "/raw");
    assert_eq!(log.line("viewer_attached")["transport"], "raw");
    drop(raw);
    assert_eq!(log.line("viewer_left")["refused"], 0);
    let address = webterm.address();
    let open = "/socket.io/?EIO=4&transport=polling";
    let greeting = get(&address, open, agent).text();
    let (_, sid) = greeting.split_once("\"sid\":\"").unwrap();
    let path = format!("{open}&sid={}", sid.split_once('"').unwrap().0);
    for body in ["40", "421[\"terminal:create\",{\"cols\":80,\"rows\":24}]"] {
        let length = body.len();
        exchange(
            &address,
            &format!(
                "POST {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
                 Content-Length: {length}\r\n\r\n{body}"
            ),
        );
        get(&address, &path, "");
    }
    let of_socket_io = wait_until("the client of Socket.IO", || {
        let lines = log.lines();
        lines
            .into_iter()
            .find(|line| line["transport"] == "socket.io")
    });
    let agent = of_socket_io["user_agent"].as_str().unwrap();
    assert!(
        agent.starts_with("evil") && agent.contains('\u{202e}'),
        "{agent:?}"
    );
    let text = fs::read_to_string(&log.path).unwrap();
    let is_bad = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
    assert!(!text.contains(is_bad), "{text:?}");
}

#[test]
fn programs_that_talk_in_lines_are_in_the_log_with_their_exit_status() {
    let log = Log::new();
    let webterm = log.start(&["-w", "--lines", "sh", "-c", "read x; exit 4"]);
    let mut talker = Talker::connect(&webterm);
    assert_eq!(log.line("viewer_attached")["transport"], "lines");
    talker.send("now");
    let ended = log.line("program_ended");
    assert_eq!((&ended["status"], &ended["viewer"]), (&4.into(), &1.into()));
    assert_eq!(log.line("viewer_left")["reason"], "the program ended");
}

#[test]
fn r29_who_is_turned_away_is_in_the_log_but_does_not_fill_it_nor_is_any_secret_there() {
    let log = Log::new();
    let mut webterm = log.start(&["-c", "alice:sesame", "cat"]);
    let address = webterm.address();
    for _ in 0..100 {
        let evil = "Origin: http://evil.example\r\nAuthorization: Basic c2VjcmV0\r\n";
        assert_eq!(get(&address, "/?token=secret", evil).status, 403);
    }
    assert_eq!(get(&address, "/", "User-Agent: curl\r\n").status, 401);
    webterm.signal(TERM);
    webterm.wait();
    let lines = log.lines();
    let denied = |reason: &str| {
        let alike = lines.iter().filter(|line| line["reason"] == reason);
        alike.filter(|line| line["event"] == "denied").count()
    };
    assert_eq!((denied("origin_foreign"), denied("login_missing")), (20, 1));
    let more = log.line("denied_more");
    assert_eq!(
        (&more["reason"], &more["count"]),
        (&"origin_foreign".into(), &80.into())
    );
    let text = fs::read_to_string(&log.path).unwrap();
    for secret in ["secret", "c2Vj", "sesame"] {
        assert!(!text.contains(secret), "{text}");
    }
    assert_eq!(log.line("server_stopped")["reason"], "SIGTERM");
}

#[test]
fn what_who_may_only_look_wants_to_do_by_rest_is_in_the_log_as_denied() {
    let log = Log::new();
    let webterm = log.start(&[
        "-w",
        "--mode",
        "named",
        "-c",
        "ann:a",
        "--view-credential",
        "bob:b",
        "cat",
    ]);
    let address = webterm.address();
    let (ann, bob) = (
        "Authorization: Basic YW5uOmE=",
        "Authorization: Basic Ym9iOmI=",
    );
    let ask = |line: &str, login: &str, body: &str| {
        let head =
            format!("{line} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{login}\r\n");
        let length = format!("Content-Length: {}\r\n\r\n", body.len());
        exchange(&address, &[&head, &length, body].concat()).status
    };
    assert_eq!(ask("POST /api/terminals", ann, r#"{"name":"fox"}"#), 200);
    assert_eq!(ask("DELETE /api/terminals/fox", bob, ""), 403);
    let denied = log.line("denied");
    assert_eq!(
        (&denied["reason"], &denied["user"]),
        (&"read_only".into(), &"bob".into())
    );
    // What is allowed is not denied.
    assert_eq!(ask("DELETE /api/terminals/fox", ann, ""), 204);
    let lines = log.lines();
    assert_eq!(
        lines
            .iter()
            .filter(|line| line["event"] == "denied")
            .count(),
        1
    );
}

#[test]
fn what_the_host_does_with_viewers_is_in_the_log() {
    let log = Log::new();
    let webterm = log.start(&["-w", "cat"]);
    let mut viewer = webterm.viewer();
    log.host(&webterm, &["--let-view", "1"]);
    let changed = log.line("right_changed");
    assert_eq!(
        (&changed["viewer"], &changed["right"]),
        (&1.into(), &"view".into())
    );
    // What changes nothing is not entered.
    log.host(&webterm, &["--let-view", "1"]);
    viewer.type_in("x");
    log.host(&webterm, &["--throw-out", "1"]);
    assert_eq!(log.line("thrown_out")["viewer"], 1);
    viewer.wait_for_close();
    let left = log.line("viewer_left");
    assert_eq!(left["reason"], "thrown out by the host");
    assert_eq!(left["right"], "view");
    let lines = log.lines();
    let changes = lines.iter().filter(|line| line["event"] == "right_changed");
    assert_eq!(changes.count(), 1);
}

#[test]
fn sessions_are_in_the_log_by_name_and_r14_secret_ones_by_their_beginning() {
    let log = Log::new();
    let webterm = log.start(&["--mode", "per-viewer", "--grace", "0", "cat"]);
    let viewer = webterm.viewer();
    let created = log.line("session_created");
    let shown = created["session"].as_str().unwrap().to_owned();
    assert!(
        shown.chars().count() == 7 && shown.ends_with('…'),
        "{shown}"
    );
    drop(viewer);
    assert_eq!(log.line("session_ended")["session"], shown);
}

#[test]
fn a_log_that_somebody_removes_is_told_of_and_goes_on_in_a_new_file() {
    let log = Log::new();
    let mut webterm = log.start(&["--audit-chain", "cat"]);
    wait_until("the first lines", || (log.lines().len() > 1).then_some(()));
    fs::remove_file(&log.path).unwrap();
    drop(webterm.viewer());
    wait_until("the new file", || {
        let there = fs::read_to_string(&log.path).unwrap_or_default();
        there.contains("log_opened").then_some(())
    });
    wait_until("a line about it", || {
        webterm
            .log()
            .contains("somebody has removed the audit log")
            .then_some(())
    });
    webterm.signal(TERM);
    webterm.wait();
    let lines = log.lines();
    assert!(
        lines[0]["seq"].as_u64().unwrap() > 2,
        "it tells that some are gone"
    );
    assert_ne!(lines[0]["previous"], "0".repeat(64));
}

#[test]
fn a_rotation_in_the_middle_of_events_loses_and_doubles_none_and_the_chain_goes_on() {
    let log = Log::new();
    let mut webterm = log.start(&["--audit-chain", "cat"]);
    let mut old = String::new();
    for number in 0..60 {
        if number == 30 {
            old = log.rotate();
            webterm.signal(HUP);
        }
        drop(webterm.viewer());
    }
    wait_until("the new file", || log.lines().first().cloned());
    webterm.signal(TERM);
    webterm.wait();
    let (before, after) = (parsed(&fs::read_to_string(&old).unwrap()), log.lines());
    let all = [&before[..], &after].concat();
    for (index, line) in all.iter().enumerate() {
        assert_eq!(line["seq"], index + 1);
    }
    for event in ["viewer_attached", "viewer_left"] {
        let lines = all.iter().filter(|line| line["event"] == event);
        let mut numbers: Vec<_> = lines.map(|line| line["viewer"].as_u64().unwrap()).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=60).collect::<Vec<_>>(), "{event}");
    }
    assert_eq!(after[0]["previous"], last_hash(&old));
    let (status, out, _) = verify(&[&log.path]);
    assert_eq!(status, 0);
    assert!(
        out.contains(&format!(
            "earlier log, whose last hash was {}",
            last_hash(&old)
        )),
        "{out}"
    );
}

#[test]
fn after_a_kill_the_chain_goes_on_and_a_torn_line_is_told() {
    let log = Log::new();
    let mut webterm = log.start(&["--audit-chain", "cat"]);
    drop(webterm.viewer());
    log.line("viewer_left");
    webterm.signal(KILL);
    webterm.wait();
    let noted = last_hash(&log.path);
    drop(log.start(&["--audit-chain", "cat"]));
    wait_until("both runs", || {
        let opened = events(&log.lines())
            .iter()
            .filter(|e| **e == "log_opened")
            .count();
        (opened == 2).then_some(())
    });
    assert_eq!(
        log.lines()
            .iter()
            .filter(|line| line["previous"] == noted)
            .count(),
        1
    );
    let text = fs::read_to_string(&log.path).unwrap();
    fs::write(&log.path, &text[..text.len() - 20]).unwrap();
    let (status, _, errors) = verify(&[&log.path]);
    assert_eq!(status, 1);
    assert!(errors.contains("was cut off"), "{errors}");
    drop(log.start(&["--audit-chain", "cat"]));
    let told = wait_until("the gap", || {
        let (status, out, _) = verify(&[&log.path, "--expect-hash", &noted]);
        (status == 0).then_some(out)
    });
    assert!(
        told.contains("in front of line") && told.contains("expected hash: at line"),
        "{told}"
    );
}

#[test]
fn a_log_that_was_not_chained_so_far_is_bound_into_the_chain() {
    let log = Log::new();
    for chain in [None, Some("--audit-chain"), None, Some("--audit-chain")] {
        let mut webterm = log.start(&[chain.as_slice(), &["cat"]].concat());
        webterm.signal(TERM);
        webterm.wait();
    }
    let (status, out, errors) = verify(&[&log.path]);
    assert_eq!(
        (status, out.matches("note:").count()),
        (0, 2),
        "{out}{errors}"
    );
    let lines = log.lines();
    for (index, line) in lines.iter().enumerate() {
        assert_eq!(line["seq"], index + 1);
    }
    let text = fs::read_to_string(&log.path).unwrap();
    fs::write(
        &log.path,
        text.replacen("server_started", "server_stopped", 1),
    )
    .unwrap();
    assert_eq!(verify(&[&log.path]).0, 1);
}

#[test]
fn r25_a_full_disk_stops_nobody_and_nothing_is_lost_once_there_is_room() {
    let log = Log::new();
    let line = log.command(&["--audit-chain", "-w", "cat"]);
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -f 8; exec \"$0\" \"$@\""]);
    shell.arg(line.get_program()).args(line.get_args());
    for (key, value) in line.get_envs() {
        match value {
            Some(value) => shell.env(key, value),
            None => shell.env_remove(key),
        };
    }
    let mut webterm = Webterm::launch(&mut shell);
    for _ in 0..30 {
        drop(webterm.viewer());
    }
    wait_until("the warning", || {
        let log = webterm.log();
        log.contains("the audit log is not written").then_some(())
    });
    let mut viewer = webterm.viewer();
    viewer.type_in("still here\r");
    viewer.wait_for_output("still here");
    let text = fs::read_to_string(&log.path).unwrap();
    assert!(text.ends_with('\n'), "whole lines only");
    let mut files = vec![];
    // Each rotation makes room for as much again.
    wait_until("all of it", || {
        let old = log.dir.file(&format!("audit.log.{}", files.len()));
        if fs::rename(&log.path, &old).is_ok() {
            files.push(old);
            webterm.signal(HUP);
        }
        let all: String = files
            .iter()
            .map(|file| fs::read_to_string(file).unwrap())
            .collect();
        all.contains("\"viewer_attached\",\"viewer\":31,")
            .then_some(())
    });
    webterm.signal(TERM);
    webterm.wait();
    files.push(log.path.clone());
    let all: String = files
        .iter()
        .map(|file| fs::read_to_string(file).unwrap_or_default())
        .collect();
    let lines = parsed(&all);
    for (index, line) in lines.iter().enumerate() {
        assert_eq!(line["seq"], index + 1, "{all}");
    }
    let count = |event: &str| events(&lines).iter().filter(|one| **one == event).count();
    assert_eq!((count("viewer_attached"), count("events_lost")), (31, 0));
    // Once for each time that it began to fail.
    let told = webterm.log().matches("is not written").count();
    let again = webterm.log().matches("is written again").count();
    assert!(told - again <= 1, "{}", webterm.log());
}

#[test]
fn a_log_that_nobody_reads_stops_nobody() {
    require("mkfifo");
    let dir = TempDir::new();
    let pipe = dir.file("pipe");
    output_of("mkfifo", &[&pipe]);
    let mut reader = fs::OpenOptions::new();
    let reader = reader.read(true).write(true).open(&pipe).unwrap();
    let mut command = Command::new("sh");
    let binary = env!("CARGO_BIN_EXE_webterm");
    let line = format!("exec {binary} -p 0 -w --audit-log - cat > {pipe}");
    let webterm = Webterm::launch(command.args(["-c", &line]));
    for _ in 0..200 {
        drop(webterm.viewer());
    }
    let mut viewer = webterm.viewer();
    viewer.type_in("still here\r");
    viewer.wait_for_output("still here");
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(reader));
    let mut sequence = 1;
    loop {
        let line: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        assert_eq!(line["seq"], sequence);
        sequence += 1;
        if line["event"] == "viewer_attached" && line["viewer"] == 201 {
            break;
        }
    }
}

#[test]
fn r30_a_file_that_others_may_change_is_refused_and_so_is_what_is_none() {
    let dir = TempDir::new();
    let shared = dir.file("shared");
    fs::write(&shared, "").unwrap();
    fs::set_permissions(&shared, PermissionsExt::from_mode(0o620)).unwrap();
    let link = dir.file("link");
    symlink(dir.file("elsewhere"), &link).unwrap();
    let pipe = dir.file("pipe");
    output_of("mkfifo", &[&pipe]);
    for (path, part) in [
        (&shared, "chmod go-w"),
        (&link, "symbolic link"),
        (&pipe, "no regular file"),
        (&dir.path().to_str().unwrap().to_owned(), "no regular file"),
        (&dir.file("no/such/file"), "No such file"),
        (&"/dev/null".to_owned(), "no regular file"),
        (&"-".to_owned(), "standard output is closed"),
    ] {
        let mut command = Webterm::command();
        command
            .stdout(Stdio::null())
            .args(["--audit-log", path, "cat"]);
        let output = command.output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{path}: {errors}");
        assert!(
            errors.contains(part) && errors.lines().count() == 1,
            "{path}: {errors}"
        );
    }
    let log = Log::new();
    let webterm = log.start(&["cat"]);
    let output = log.command(&["cat"]).output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("another webterm"), "{errors}");
    drop(webterm);
    let closed = format!(
        "{} -p 0 --audit-log - true >&-",
        env!("CARGO_BIN_EXE_webterm")
    );
    let output = Command::new("sh").args(["-c", &closed]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
}

#[test]
fn a_chain_can_be_verified_by_ten_lines_of_python() {
    require("python3");
    let log = Log::new();
    Webterm::spawn(&mut log.command(&["--audit-chain", "true"])).wait();
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let readme = fs::read_to_string(readme).unwrap();
    let (_, rest) = readme.split_once("```python\n").unwrap();
    let script = log.dir.file("verify.py");
    fs::write(&script, rest.split_once("```").unwrap().0).unwrap();
    let run = || {
        let output = Command::new("python3")
            .args([&script, &log.path])
            .output()
            .unwrap();
        (
            output.status.success(),
            String::from_utf8(output.stdout).unwrap(),
        )
    };
    let (is_intact, out) = run();
    assert!(is_intact && out.contains(&last_hash(&log.path)), "{out}");
    let text = fs::read_to_string(&log.path).unwrap();
    fs::write(&log.path, text.replace("\"status\":0", "\"status\":1")).unwrap();
    assert!(!run().0);
    let (status, out, errors) = verify(&[&log.path]);
    assert_eq!((status, out), (1, String::new()));
    assert!(
        errors.contains("line ") && errors.contains("was changed"),
        "{errors}"
    );
}

#[test]
fn verifying_starts_no_server_and_goes_with_nothing_that_does() {
    for (args, part) in [
        (vec!["--verify", "x", "-w"], "--permit-write"),
        (vec!["--verify", "x", "bash"], "COMMAND"),
        (vec!["--expect-hash", &"0".repeat(64)], "--verify"),
        (
            vec!["--verify", "x", "--expect-hash", "x"],
            "64 hexadecimal",
        ),
    ] {
        let output = Webterm::command().args(&args).output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {errors}");
        assert!(
            errors.contains(part) || errors.contains("--port"),
            "{args:?}: {errors}"
        );
    }
    let (status, _, errors) = verify(&["/no/such/log"]);
    assert_eq!(status, 1);
    assert!(errors.contains("/no/such/log"), "{errors}");
}
