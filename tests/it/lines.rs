//! Programs that talk in lines, one for each connection.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::Message;

use webterm::server::Limits;

use crate::support::certificates::Authority;
use crate::support::{Local, Talker, TempDir, Webterm, get, output_of, require, wait_until};

const TERM: i32 = 15;
const KILL: i32 = 9;

/// A machine with other work to do may need so much longer for what has a time.
const SLACK: Duration = Duration::from_millis(700);

/// A webterm that runs a shell script for each connection, which may write to it.
fn start(script: &str) -> Webterm {
    Webterm::start(&["-w", "--lines", "sh", "-c", script])
}

fn is_there(pid: &str) -> bool {
    let stat = std::fs::read_to_string(Path::new("/proc").join(pid).join("stat"));
    stat.is_ok_and(|stat| !stat.contains(") Z "))
}

/// How long it takes until a process is gone.
fn time_to_go(pid: &str) -> Duration {
    let since = Instant::now();
    wait_until("the program to be gone", || (!is_there(pid)).then_some(()));
    since.elapsed()
}

#[test]
fn each_message_is_a_line_of_input_and_each_line_of_output_a_message() {
    let webterm = Webterm::start(&["-w", "--lines", "cat"]);
    let mut talker = Talker::connect(&webterm);
    assert_eq!(talker.protocol, None);
    for line in ["hello", "", "zwölf €", "  tabs\t", "\u{1b}[1m"] {
        talker.send(line);
        assert_eq!(talker.line(), line);
    }
}

#[test]
fn each_connection_has_a_program_of_its_own() {
    let webterm = start("while read line; do echo $$ $line; done");
    let mut talkers = [Talker::connect(&webterm), Talker::connect(&webterm)];
    let answers: Vec<String> = talkers
        .iter_mut()
        .map(|talker| {
            talker.send("x");
            talker.line()
        })
        .collect();
    assert_ne!(answers[0], answers[1]);
}

#[test]
fn line_ends_in_a_message_are_line_ends_of_the_input() {
    let webterm = start("while read -r line; do echo \"<$line>\"; done");
    let mut talker = Talker::connect(&webterm);
    talker.send("one\ntwo\n");
    assert_eq!(
        [talker.line(), talker.line(), talker.line()],
        ["<one>", "<two>", "<>"]
    );
    talker.send("three\r");
    assert_eq!(talker.line(), "<three\r>");
}

#[test]
fn output_ends_lines_with_lf_or_cr_lf_and_the_last_as_it_likes() {
    let webterm = start(r"printf 'a\nb\r\n\n\303\274\377\nlast'; exit 3");
    let mut talker = Talker::connect(&webterm);
    let (lines, code, reason) = talker.rest();
    assert_eq!(lines, ["a", "b", "", "ü\u{fffd}", "last"]);
    assert_eq!((code, &*reason), (1000, "the program ended with status 3"));
}

#[test]
fn all_that_was_printed_arrives_before_the_end() {
    let webterm = start("seq 1 200000; kill -9 $$");
    let (lines, code, reason) = Talker::connect(&webterm).rest();
    assert_eq!(lines.len(), 200_000);
    assert_eq!(
        (lines[0].as_str(), lines[199_999].as_str()),
        ("1", "200000")
    );
    assert_eq!(
        (code, &*reason),
        (1000, "the program ended with status 137")
    );
}

#[test]
fn programs_of_all_kinds_answer_line_by_line() {
    let python = "import sys\nfor line in sys.stdin: print(line.strip()[::-1])";
    let bash = "while read -r a b; do echo $((a + b)); done";
    let awk = "{ print toupper($0); fflush() }";
    // It waits for a whole buffer of input, unless it is told not to.
    let is_mawk = output_of("awk", &["-W", "version"]).contains("mawk");
    let awk: &[&str] = match is_mawk {
        true => &["-W", "interactive", awk],
        false => &[awk],
    };
    for (program, args, question, answer) in [
        ("python3", ["-u", "-c", python].as_slice(), "abc", "cba"),
        ("bash", &["-c", bash], "20 22", "42"),
        ("awk", awk, "abc", "ABC"),
        ("sed", &["-u", "s/a/o/"], "hallo", "hollo"),
    ] {
        require(program);
        let webterm = Webterm::start(&[["-w", "--lines", program].as_slice(), args].concat());
        let mut talker = Talker::connect(&webterm);
        for _ in 0..3 {
            talker.send(question);
            assert_eq!(talker.line(), answer, "{program}");
        }
    }
}

#[test]
fn r19_nothing_that_a_client_sends_reaches_a_read_only_program() {
    // What runs in a shell's background has no input, unless it is given.
    let script = "exec 3<&0; (while read -r line; do echo \"got $line\"; done <&3) & \
                  while sleep 0.05; do echo tick; done";
    let webterm = Webterm::start(&["-v", "--lines", "sh", "-c", script]);
    let mut talker = Talker::connect(&webterm);
    assert_eq!(talker.line(), "tick");
    talker.send("rm");
    talker.send("rm");
    for _ in 0..8 {
        assert_eq!(talker.line(), "tick");
    }
    wait_until("the log to tell it", || {
        webterm.log().contains("input refused").then_some(())
    });
    talker.socket.close(None).unwrap();
    wait_until("the count", || {
        webterm.log().contains("refused=2").then_some(())
    });
}

#[test]
fn a_program_that_may_be_written_to_gets_what_a_read_only_one_does_not() {
    let webterm = start("while read -r line; do echo \"got $line\"; done");
    let mut talker = Talker::connect(&webterm);
    talker.send("rm");
    assert_eq!(talker.line(), "got rm");
}

#[test]
fn binary_messages_are_refused() {
    let webterm = Webterm::start(&["-w", "--lines", "cat"]);
    let mut talker = Talker::connect(&webterm);
    talker.socket.send(Message::binary(vec![b'x'])).unwrap();
    let (lines, code, reason) = talker.rest();
    assert_eq!((lines.len(), code), (0, 1003));
    assert!(reason.contains("text"), "{reason}");
}

#[test]
fn a_line_that_is_too_long_ends_the_connection_and_its_program() {
    let script = "echo $$; head -c 2048 /dev/zero | tr '\\0' x; echo; echo ok; head -c 2049 /dev/zero | tr '\\0' y; exec sleep 1000";
    let args = ["-w", "--lines", "--max-line", "2K", "sh", "-c", script];
    let webterm = Webterm::start(&args);
    let mut talker = Talker::connect(&webterm);
    let pid = talker.line();
    let (lines, code, reason) = talker.rest();
    assert_eq!(lines, ["x".repeat(2048), "ok".to_owned()]);
    assert_eq!(code, 1011);
    assert!(
        reason.contains("--max-line") && reason.contains("2048"),
        "{reason}"
    );
    time_to_go(&pid);
}

#[test]
fn a_message_that_is_too_large_is_refused() {
    let webterm = Webterm::start(&["-w", "--lines", "--max-message", "32K", "cat"]);
    let mut talker = Talker::connect(&webterm);
    // The server may close before all of it is sent.
    let _ = talker.socket.send(Message::text("x".repeat(32 * 1024 + 1)));
    assert_eq!(talker.rest().1, 1009);
}

#[test]
fn a_long_line_passes_both_ways() {
    let webterm = Webterm::start(&["-w", "--lines", "cat"]);
    let mut talker = Talker::connect(&webterm);
    let long = "ü".repeat(500_000);
    talker.send(&long);
    assert!(talker.line() == long);
}

#[test]
fn a_program_whose_client_left_is_ended_within_a_second() {
    let stubborn = "trap '' HUP TERM; echo $$; while :; do sleep 1000; done";
    let chatty = "echo $$; exec yes";
    let deaf = "echo $$; exec sleep 1000";
    let heeding = "echo $$; cat > /dev/null; sleep 1000";
    for script in [stubborn, chatty, deaf, heeding] {
        let webterm = start(script);
        let mut talker = Talker::connect(&webterm);
        let pid = talker.line();
        assert!(is_there(&pid));
        drop(talker);
        let time = time_to_go(&pid);
        assert!(time < Duration::from_secs(1) + SLACK, "{script}: {time:?}");
    }
}

#[test]
fn a_program_may_put_its_things_in_order_when_its_input_ends() {
    let dir = TempDir::new();
    let file = dir.file("end");
    let webterm = start(&format!("echo ready; cat; echo orderly > {file}"));
    let mut talker = Talker::connect(&webterm);
    assert_eq!(talker.line(), "ready");
    talker.socket.close(None).unwrap();
    wait_until("the program's last deed", || {
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        (text == "orderly\n").then_some(())
    });
}

#[test]
fn what_a_program_leaves_behind_ends_with_it() {
    let webterm = start("sleep 1000 & echo $!");
    let mut talker = Talker::connect(&webterm);
    let job = talker.line();
    let (_, code, _) = talker.rest();
    assert_eq!(code, 1000);
    time_to_go(&job);
}

#[test]
fn r22_a_program_that_does_not_read_makes_its_client_wait_and_costs_little() {
    let webterm = start("echo $$; exec sleep 1000");
    let mut talker = Talker::connect(&webterm);
    let pid = talker.line();
    let before = webterm.memory();
    let line = "x".repeat(100_000);
    let patience = Some(Duration::from_millis(500));
    talker.socket.get_ref().set_write_timeout(patience).unwrap();
    let sent = (0..1000).take_while(|_| talker.socket.send(Message::text(line.as_str())).is_ok());
    let sent = sent.count();
    assert!((10..500).contains(&sent), "{sent} lines of 100 kB");
    let grown = webterm.memory().saturating_sub(before);
    assert!(grown < 16 * 1024, "{grown} KiB more");
    // A client that is not heard is looked after all the same.
    drop(talker);
    let time = time_to_go(&pid);
    assert!(time < Duration::from_secs(2) + SLACK, "{time:?}");
}

#[test]
fn a_program_that_reads_late_gets_all_of_it() {
    let webterm = start("sleep 1; head -n 500 | tr -d x | wc -c");
    let mut talker = Talker::connect(&webterm);
    let line = "x".repeat(10_000);
    for _ in 0..500 {
        talker.send(&line);
    }
    assert_eq!(talker.line().trim(), "500");
}

#[test]
fn r22_a_client_that_does_not_read_makes_its_program_wait_and_disturbs_nobody() {
    let webterm = start("read -r what; if [ $what = flood ]; then echo $$; exec yes; fi; exec cat");
    let mut stalled = Talker::connect(&webterm);
    stalled.send("flood");
    let pid = stalled.line();
    let written = || {
        let io = std::fs::read_to_string(format!("/proc/{pid}/io")).unwrap_or_default();
        let line = io.lines().find(|line| line.starts_with("wchar"));
        line.map(str::to_owned)
    };
    let mut last = (written(), Instant::now());
    wait_until("the program to stand still", || {
        let now = written();
        if now != last.0 {
            last = (now, Instant::now());
        }
        (last.1.elapsed() > Duration::from_millis(300)).then_some(())
    });
    assert!(webterm.memory() < 64 * 1024, "{} KiB", webterm.memory());
    let mut other = Talker::connect(&webterm);
    other.send("talk");
    other.send("hello");
    assert_eq!(other.line(), "hello");
    for _ in 0..100_000 {
        assert_eq!(stalled.line(), "y");
    }
}

#[test]
fn a_flood_arrives_line_by_line() {
    let webterm = start("yes | head -n 1000000; echo END");
    let mut talker = Talker::connect(&webterm);
    let mut count = 0;
    while talker.line() == "y" {
        count += 1;
    }
    assert_eq!(count, 1_000_000);
}

/// The variables that a program of `webterm` finds, asked for at `path`.
fn variables(
    webterm: &Webterm,
    path: &str,
    headers: &[(&'static str, &str)],
) -> Vec<(String, String)> {
    let mut talker = Talker::try_connect(webterm, path, headers).unwrap();
    let (lines, ..) = talker.rest();
    let pair = |line: &String| {
        let (name, value) = line.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    };
    lines.iter().filter_map(pair).collect()
}

fn value<'a>(variables: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = variables.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value.as_str())
}

#[test]
fn a_program_is_told_who_talks_to_it() {
    let mut command = Webterm::command();
    let outside = [
        ("REMOTE_USER", "root"),
        ("PATH_INFO", "/x"),
        ("HTTPS", "on"),
        ("AUTH_TYPE", "Basic"),
        ("WEBTERM_TERM", "vt100"),
        ("TMUX", "x"),
    ];
    let webterm = Webterm::launch(
        command
            .envs(outside)
            .args(["--lines", "--env", "A=1", "env"]),
    );
    let headers = [
        ("cookie", "secret=1"),
        ("user-agent", "spy"),
        ("x-forwarded-for", "192.0.2.1"),
        ("authorization", "Basic YTpi"),
    ];
    let found = variables(&webterm, "/ws?a=1&b=%20+x", &headers);
    let address = webterm.address();
    for (name, expected) in [
        ("REMOTE_ADDR", "127.0.0.1"),
        ("REMOTE_HOST", "127.0.0.1"),
        ("QUERY_STRING", "a=1&b=%20+x"),
        ("REQUEST_URI", "/ws?a=1&b=%20+x"),
        ("SCRIPT_NAME", "/ws"),
        ("REQUEST_METHOD", "GET"),
        ("GATEWAY_INTERFACE", "CGI/1.1"),
        ("SERVER_NAME", "127.0.0.1"),
        ("SERVER_PORT", address.rsplit_once(':').unwrap().1),
        ("SERVER_PROTOCOL", "HTTP/1.1"),
        ("UNIQUE_ID", "1"),
        ("TERM", "dumb"),
        ("A", "1"),
    ] {
        assert_eq!(value(&found, name), Some(expected), "{name}");
    }
    assert!(value(&found, "REMOTE_PORT").unwrap().parse::<u16>().is_ok());
    for name in [
        "REMOTE_USER",
        "PATH_INFO",
        "HTTPS",
        "AUTH_TYPE",
        "TMUX",
        "COLORTERM",
    ] {
        assert_eq!(value(&found, name), None, "{name}");
    }
    for (name, value) in &found {
        assert!(
            !name.starts_with("WEBTERM_") && !name.starts_with("HTTP_"),
            "{name}"
        );
        assert!(
            !value.contains("secret") && !value.contains("YTpi"),
            "{name}"
        );
    }
    assert_eq!(
        value(&variables(&webterm, "/ws", &[]), "QUERY_STRING"),
        Some("")
    );
}

#[test]
fn r14_neither_passwords_nor_secret_words_are_told_to_the_program() {
    let words = ["--lines", "-r", "-c", "alice:wonderland", "env"];
    let webterm = Webterm::start(&words);
    let log = webterm.log();
    let (_, rest) = log.split_once("://").unwrap();
    let word = rest
        .split('/')
        .nth(1)
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap();
    assert_eq!(word.len(), 22);
    let basic = ("authorization", "Basic YWxpY2U6d29uZGVybGFuZA==");
    let found = variables(&webterm, &format!("/{word}/ws?q"), &[basic]);
    assert_eq!(value(&found, "REMOTE_USER"), Some("alice"));
    assert_eq!(value(&found, "REQUEST_URI"), Some("/ws?q"));
    assert_eq!(value(&found, "SCRIPT_NAME"), Some("/ws"));
    for (name, value) in &found {
        let is_told = [word, "wonderland", "YWxpY2U6"]
            .iter()
            .any(|secret| value.contains(secret));
        assert!(!is_told, "{name}={value}");
    }
}

#[test]
fn a_strange_query_is_refused_before_anything_is_started() {
    let webterm = Webterm::start(&["--lines", "env"]);
    let refused = |path: &str| Talker::try_connect(&webterm, path, &[]).err();
    let long = format!("/ws?{}", "x".repeat(2049));
    assert_eq!(refused(&long), Some(400));
    assert_eq!(refused(&long[..long.len() - 1]), None);
    wait_until("no program", || webterm.children().is_empty().then_some(()));
}

#[test]
fn standard_error_goes_to_the_log_escaped_and_shortened() {
    let script = r"printf 'oh \033[2J no\n' >&2; head -c 3000 /dev/zero | tr '\0' x >&2; echo out";
    let webterm = Webterm::start(&["--lines", "sh", "-c", script]);
    let (lines, ..) = Talker::connect(&webterm).rest();
    assert_eq!(lines, ["out"]);
    wait_until("both lines", || {
        webterm.log().contains("xxx…").then_some(())
    });
    let log = webterm.log();
    assert!(log.contains(r"oh \u{1b}[2J no"), "{log}");
    assert!(!log.contains(&"x".repeat(1025)));
}

#[test]
fn standard_error_may_come_as_binary_messages() {
    let script = "echo out; sleep 0.2; printf 'oh \\377\\nlast' >&2";
    let webterm = Webterm::start(&["--lines", "--lines-stderr", "sh", "-c", script]);
    let mut talker = Talker::connect(&webterm);
    assert_eq!(talker.hear(), Message::text("out"));
    assert_eq!(
        talker.hear(),
        Message::binary("oh \u{fffd}".as_bytes().to_vec())
    );
    assert_eq!(talker.hear(), Message::binary(b"last".to_vec()));
    assert_eq!(talker.rest().1, 1000);
    assert!(!webterm.log().contains("line="));
}

fn messages(webterm: &Webterm) -> Talker {
    let offered = ("sec-websocket-protocol", "other, webterm.lines");
    let talker = Talker::try_connect(webterm, "/ws", &[offered]).unwrap();
    assert_eq!(talker.protocol.as_deref(), Some("webterm.lines"));
    talker
}

fn message(talker: &mut Talker) -> Value {
    serde_json::from_str(&talker.line()).unwrap()
}

#[test]
fn who_asks_for_messages_gets_lines_that_are_named() {
    let script = "read -r line; echo \"<$line>\"; echo oh >&2; sleep 0.1; exit 4";
    let args = ["-w", "--lines", "--lines-stderr", "sh", "-c", script];
    let webterm = Webterm::start(&args);
    let mut talker = messages(&webterm);
    let setup = message(&mut talker);
    assert_eq!(
        (&setup[0], &setup[1]["writable"]),
        (&json!("setup"), &json!(true))
    );
    assert!(setup[1]["command"].as_str().unwrap().starts_with("sh -c"));
    talker.send(r#"["x-later",1]"#);
    talker.send(r#"["set_size",24,80]"#);
    talker.send(r#"["stdin","a \"b\""]"#);
    let mut both = [message(&mut talker), message(&mut talker)].to_vec();
    both.sort_by_key(|message| message[0].as_str().unwrap().to_owned());
    assert_eq!(
        both,
        [json!(["stderr", "oh"]), json!(["stdout", "<a \"b\">"])]
    );
    assert_eq!(message(&mut talker), json!(["disconnect", 4]));
    assert_eq!(talker.rest().1, 1000);
    let mut talker = messages(&webterm);
    message(&mut talker);
    talker.send("no message");
    assert_eq!(talker.rest().1, 1008);
}

#[test]
fn who_may_only_look_and_asks_for_messages_is_told_so_once() {
    let webterm = Webterm::start(&["--lines", "cat"]);
    let mut talker = messages(&webterm);
    assert_eq!(message(&mut talker)[1]["writable"], json!(false));
    talker.send(r#"["stdin","a"]"#);
    talker.send(r#"["stdin","b"]"#);
    let notice = message(&mut talker);
    assert_eq!(notice[0], "notice");
    assert!(
        notice[1].as_str().unwrap().contains("read-only"),
        "{notice}"
    );
    talker
        .socket
        .send(Message::Ping(Vec::new().into()))
        .unwrap();
    assert!(matches!(talker.socket.read().unwrap(), Message::Pong(_)));
}

#[test]
fn r17_a_client_that_answers_no_ping_is_let_go_and_its_program_ended() {
    let limits = Limits {
        ping: Duration::from_millis(100),
        // Who answers has so much time, also on a busy machine.
        missed_pings: 20,
        ..Limits::default()
    };
    let local = Local::start_lines(limits, "echo $$; exec sleep 1000");
    let url = format!("ws://{}/ws", local.host());
    let mut silent = Talker::over(local.connect(), &url, &[]).unwrap();
    let pid = silent.line();
    let mut alive = Talker::over(local.connect(), &url, &[]).unwrap();
    let other = alive.line();
    // It answers pings whenever it hears.
    let patience = Some(Duration::from_millis(20));
    alive.socket.get_ref().set_read_timeout(patience).unwrap();
    wait_until("the silent one's program to be gone", || {
        assert!(alive.socket.read().is_err() || alive.socket.can_read());
        (!is_there(&pid)).then_some(())
    });
    assert!(is_there(&other));
}

#[test]
fn who_asks_for_messages_is_shown_signs_of_life() {
    let limits = Limits {
        ping: Duration::from_millis(50),
        missed_pings: 40,
        ..Limits::default()
    };
    let local = Local::start_lines(limits, "exec cat");
    let url = format!("ws://{}/ws", local.host());
    let offered = ("sec-websocket-protocol", "webterm.lines");
    let mut talker = Talker::over(local.connect(), &url, &[offered]).unwrap();
    assert_eq!(message(&mut talker)[0], "setup");
    assert_eq!(message(&mut talker), json!(["heartbeat"]));
    assert_eq!(message(&mut talker), json!(["heartbeat"]));
}

#[test]
fn a_program_is_told_that_its_client_comes_by_tls() {
    let dir = TempDir::new();
    let authority = Authority::new("authority");
    let [certificate, key] = authority.sign_well(&dir, "own");
    let args = [
        "--tls-crt",
        &certificate,
        "--tls-key",
        &key,
        "--lines",
        "env",
    ];
    let webterm = Webterm::start(&args);
    let address = webterm.address();
    let stream = authority.connect(&address);
    let mut talker = Talker::over(stream, &format!("wss://{address}/ws"), &[]).unwrap();
    let (lines, ..) = talker.rest();
    assert!(lines.contains(&"HTTPS=on".to_owned()), "{lines:?}");
    assert!(lines.contains(&"REMOTE_ADDR=127.0.0.1".to_owned()));
}

#[test]
fn a_session_may_run_on_pipes_as_well() {
    let local = Local::start_pipes("echo ready; sleep 0.5; echo done; exit 5");
    let mut viewer = local.viewer();
    viewer.wait_for_output("ready");
    viewer.wait_for_close();
    assert!(viewer.output.contains("done"), "{:?}", viewer.output);
    assert_eq!(viewer.disconnect, Some(json!(5)));
}

#[test]
fn as_many_programs_run_as_allowed_and_one_that_ends_makes_room() {
    let args = ["-w", "--lines", "--max-sessions", "2", "cat"];
    let webterm = Webterm::start(&args);
    let mut first = Talker::connect(&webterm);
    let _second = Talker::connect(&webterm);
    let third = || Talker::try_connect(&webterm, "/ws", &[]);
    assert_eq!(third().err(), Some(503));
    first.socket.close(None).unwrap();
    wait_until("a place", || third().ok());
}

#[test]
fn r23_two_hundred_connections_talk_and_leave_nothing_behind() {
    let args = ["-w", "--lines", "--max-sessions", "200", "cat"];
    let webterm = Webterm::start(&args);
    drop(Talker::connect(&webterm));
    let settled = || wait_until("no program", || webterm.children().is_empty().then_some(()));
    settled();
    let (descriptors, memory) = (webterm.descriptors(), webterm.memory());
    for round in 0..2 {
        let mut talkers: Vec<Talker> = (0..200)
            .map(|_| wait_until("a place", || Talker::try_connect(&webterm, "/ws", &[]).ok()))
            .collect();
        assert_eq!(webterm.children().len(), 200);
        for (number, talker) in talkers.iter_mut().enumerate() {
            talker.send(&format!("{round} {number}"));
        }
        for (number, talker) in talkers.iter_mut().enumerate() {
            assert_eq!(talker.line(), format!("{round} {number}"));
        }
        drop(talkers);
        settled();
    }
    wait_until("descriptors", || {
        (webterm.descriptors() <= descriptors + 8).then_some(())
    });
    let grown = webterm.memory().saturating_sub(memory);
    assert!(grown < 24 * 1024, "{grown} KiB more");
}

#[test]
fn r27_a_signal_ends_webterm_and_all_programs_within_five_seconds() {
    let mut webterm = start("trap '' HUP TERM INT; echo $$; while :; do sleep 1000; done");
    let mut talkers = [Talker::connect(&webterm), Talker::connect(&webterm)];
    let pids: Vec<String> = talkers.iter_mut().map(Talker::line).collect();
    let since = Instant::now();
    webterm.signal(TERM);
    for talker in &mut talkers {
        assert_eq!(talker.rest().1, 1001);
    }
    assert_eq!(webterm.wait().code(), Some(0));
    assert!(
        since.elapsed() < Duration::from_secs(5),
        "{:?}",
        since.elapsed()
    );
    assert!(pids.iter().all(|pid| !is_there(pid)));
}

#[test]
fn r27_programs_die_with_a_webterm_that_is_killed() {
    let webterm = start("trap '' HUP TERM INT; echo $$; exec sleep 1000");
    let mut talker = Talker::connect(&webterm);
    let pid = talker.line();
    webterm.signal(KILL);
    time_to_go(&pid);
}

#[test]
fn a_command_that_is_not_there_is_told_at_the_start() {
    let mut webterm = Webterm::spawn(Webterm::command().args(["--lines", "no-such-program"]));
    assert_eq!(webterm.wait().code(), Some(127));
    let mut webterm = Webterm::spawn(Webterm::command().args(["--lines", "/etc/passwd"]));
    assert_eq!(webterm.wait().code(), Some(126));
}

#[test]
fn webterm_goes_on_when_programs_end() {
    let webterm = start("echo once");
    for _ in 0..3 {
        let (lines, code, _) = Talker::connect(&webterm).rest();
        assert_eq!((lines, code), (vec!["once".to_owned()], 1000));
    }
}

#[test]
fn r3_pages_of_other_sites_and_other_addresses_get_no_program() {
    let dir = TempDir::new();
    let file = dir.file("started");
    let webterm = start(&format!("echo x >> {file}; cat"));
    let refused = |path: &str, headers: &[(&'static str, &str)]| {
        Talker::try_connect(&webterm, path, headers).err()
    };
    assert_eq!(
        refused("/ws", &[("origin", "http://evil.example")]),
        Some(403)
    );
    assert_eq!(refused("/ws", &[("origin", "null")]), Some(403));
    for path in ["/ws/", "/w", "/terminals/websocket/main", "/"] {
        assert!(refused(path, &[]).is_some(), "{path}");
    }
    assert!(!Path::new(&file).exists());
    let own = format!("http://{}", webterm.address());
    assert_eq!(refused("/ws", &[("origin", &own)]), None);
}

#[test]
fn the_page_is_one_for_lines() {
    let webterm = Webterm::start(&["--lines", "cat"]);
    let page = get(&webterm.address(), "/", "");
    assert_eq!(page.status, 200);
    assert!(page.text().contains("js/lines/main.js"));
    assert_eq!(get(&webterm.address(), "/api/terminals", "").status, 404);
}

/// What the host's command printed.
fn host(dir: &TempDir, webterm: &Webterm, args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_webterm"));
    command.args(["--instance", &webterm.pid().to_string()]);
    let output = command
        .env("XDG_RUNTIME_DIR", dir.path())
        .args(args)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_host_sees_who_talks_takes_the_right_to_it_and_throws_out() {
    let dir = TempDir::new();
    let mut command = Webterm::command();
    command.env("XDG_RUNTIME_DIR", dir.path());
    let webterm = Webterm::launch(command.args(["-w", "--lines", "sh", "-c", "echo $$; exec cat"]));
    let mut talker = messages(&webterm);
    message(&mut talker);
    let pid = message(&mut talker)[1].as_str().unwrap().to_owned();
    let list = host(&dir, &webterm, &["--viewers"]);
    assert!(
        list.contains("127.0.0.1") && list.contains("write"),
        "{list}"
    );
    host(&dir, &webterm, &["--let-view", "1"]);
    assert_eq!(message(&mut talker), json!(["writable", false]));
    talker.send(r#"["stdin","lost"]"#);
    assert_eq!(message(&mut talker)[0], "notice");
    host(&dir, &webterm, &["--let-write", "1"]);
    assert_eq!(message(&mut talker), json!(["writable", true]));
    talker.send(r#"["stdin","found"]"#);
    assert_eq!(message(&mut talker), json!(["stdout", "found"]));
    host(&dir, &webterm, &["--throw-out", "1"]);
    let (_, code, reason) = talker.rest();
    assert_eq!((code, &*reason), (1008, "thrown out by the host"));
    time_to_go(&pid);
}
