//! The host and who is there: the list, the right to type given and taken, throwing out, and the
//! control socket by which it is asked.

use std::fs;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::support::{RawViewer, TempDir, Viewer, Webterm, get, require, wait_until};

/// Shows all that it is given, and nothing else.
const WITNESS: [&str; 3] = ["sh", "-c", "stty raw -echo; echo ready; exec cat"];

/// A webterm whose control socket is in `dir`.
fn start(dir: &TempDir, args: &[&str]) -> Webterm {
    let mut command = Webterm::command();
    let webterm = Webterm::spawn(command.env("XDG_RUNTIME_DIR", dir.path()).args(args));
    webterm.address();
    webterm
}

/// What the host's command printed, and its exit status.
struct Outcome {
    status: i32,
    out: String,
    errors: String,
}

fn command(dir: &TempDir, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_webterm"));
    for (key, _) in std::env::vars_os() {
        if key.to_string_lossy().starts_with("WEBTERM_") {
            command.env_remove(key);
        }
    }
    command.env("XDG_RUNTIME_DIR", dir.path());
    command.env("XDG_STATE_HOME", dir.path().join("state"));
    command.args(args);
    command
}

fn outcome(mut command: Command) -> Outcome {
    let output = command.output().unwrap();
    Outcome {
        status: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        errors: String::from_utf8(output.stderr).unwrap(),
    }
}

fn host(dir: &TempDir, args: &[&str]) -> Outcome {
    outcome(command(dir, args))
}

/// Has it done; gives what was printed.
fn done(dir: &TempDir, args: &[&str]) -> String {
    let outcome = host(dir, args);
    assert_eq!(outcome.status, 0, "{args:?}: {}", outcome.errors);
    assert_eq!(outcome.errors, "");
    outcome.out
}

/// Fails with one line; gives it.
fn failure(dir: &TempDir, args: &[&str], status: i32) -> String {
    let outcome = host(dir, args);
    assert_eq!(outcome.status, status, "{args:?}: {}", outcome.errors);
    assert_eq!(outcome.out, "");
    outcome.errors
}

fn control_socket(dir: &TempDir, webterm: &Webterm) -> PathBuf {
    dir.path().join(format!("webterm/{}.sock", webterm.pid()))
}

fn ready(webterm: &Webterm) -> Viewer {
    let mut viewer = webterm.viewer();
    viewer.wait_for_output("ready");
    viewer
}

#[test]
fn the_host_sees_who_is_there() {
    let dir = TempDir::new();
    let webterm = start(&dir, &["-w", "cat"]);
    assert_eq!(done(&dir, &["--viewers"]).lines().count(), 1, "nobody yet");
    let mut one = webterm.viewer();
    let _other = webterm.viewer();
    one.type_in("hello\r");
    one.wait_for_output("hello");
    let list = done(&dir, &["--viewers"]);
    let rows: Vec<Vec<&str>> = list
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(rows.len(), 3, "{list}");
    assert_eq!(rows[0][..4], ["ID", "USER", "SESSION", "ADDRESS"]);
    let address = one.socket.get_ref().local_addr().unwrap().to_string();
    assert_eq!(rows[1][..4], ["1", "-", "main", &address]);
    assert_eq!(rows[1][5..8], ["ago", "write", "websocket"]);
    assert_eq!(
        rows[1][10..],
        ["19", "B"],
        r#"["stdin","hello\r"] is 19 bytes"#
    );
    assert_eq!(rows[2][0], "2");
    assert!(!list.contains('\u{1b}'), "{list:?}");
    drop(one);
    wait_until("he has left", || {
        let list = done(&dir, &["--viewers"]);
        (list.lines().count() == 2).then_some(())
    });
}

#[test]
fn r19_a_viewer_is_moved_to_view_and_back() {
    let dir = TempDir::new();
    let webterm = start(&dir, &[&["-w"], &WITNESS[..]].concat());
    let mut one = ready(&webterm);
    let mut other = webterm.viewer();
    one.type_in("A");
    one.wait_for_output("A");
    assert_eq!(done(&dir, &["--let-view", "1"]), "viewer 1 may only look\n");
    one.type_in("B");
    one.wait_for("the change", |viewer| viewer.rights == [(false, false)]);
    one.wait_for("the refusal", |viewer| viewer.notices.len() == 1);
    assert!(one.notices[0].contains("read-only"), "{:?}", one.notices);
    assert!(done(&dir, &["--viewers"]).contains(" view "));
    other.type_in("C");
    one.wait_for_output("C");
    assert!(!one.output.contains('B'), "{:?}", one.output);
    assert_eq!(done(&dir, &["--let-write", "1"]), "viewer 1 may write\n");
    one.wait_for("the change", |viewer| {
        viewer.rights.last() == Some(&(true, true))
    });
    one.type_in("D");
    one.wait_for_output("D");
    assert!(one.output.ends_with("ACD"), "{:?}", one.output);
    // Told anew, for he was allowed in between.
    done(&dir, &["--let-view", "1"]);
    one.type_in("E");
    one.wait_for("the refusal", |viewer| viewer.notices.len() == 2);
}

#[test]
fn r19_a_viewer_that_speaks_bytes_is_moved_to_view_and_back() {
    let dir = TempDir::new();
    let webterm = start(&dir, &[&["-w"], &WITNESS[..]].concat());
    let mut one = RawViewer::connect(&webterm.address(), "/raw");
    one.wait_for_output("ready");
    let mut other = ready(&webterm);
    one.type_in("A");
    one.wait_for_output("A");
    done(&dir, &["--let-view", "1"]);
    one.type_in("B");
    // What it sent before this was heard is answered first.
    one.socket
        .send(tungstenite::Message::Ping("heard".into()))
        .unwrap();
    while one.socket.read().unwrap() != tungstenite::Message::Pong("heard".into()) {}
    other.type_in("C");
    one.wait_for_output("C");
    done(&dir, &["--let-write", "1"]);
    one.send(b"D");
    other.wait_for_output("D");
    assert!(other.output.ends_with("ACD"), "{:?}", other.output);
    done(&dir, &["--throw-out", "1"]);
    let reason = "thrown out by the host".to_owned();
    assert_eq!(one.wait_for_close(), (1008, reason));
}

#[test]
fn r20_the_size_follows_who_may_write() {
    let dir = TempDir::new();
    let webterm = start(&dir, &["-w", "cat"]);
    let (mut large, mut small) = (webterm.viewer(), webterm.viewer());
    large.set_size(100, 40);
    large.wait_for_size(100, 40);
    small.set_size(60, 20);
    large.wait_for_size(60, 20);
    done(&dir, &["--let-view", "2"]);
    large.wait_for_size(100, 40);
    small.set_size(61, 21);
    done(&dir, &["--let-write", "2"]);
    large.wait_for_size(61, 21);
    done(&dir, &["--throw-out", "2"]);
    large.wait_for_size(100, 40);
}

#[test]
fn where_all_windows_count_a_viewer_is_told_so() {
    let dir = TempDir::new();
    let webterm = start(&dir, &["-w", "--size", "viewers", "cat"]);
    let mut viewer = webterm.viewer();
    done(&dir, &["--let-view", "1"]);
    viewer.wait_for("the change", |viewer| viewer.rights == [(false, true)]);
}

#[test]
fn r19_a_webterm_that_is_read_only_stays_so() {
    let dir = TempDir::new();
    let webterm = start(&dir, &WITNESS);
    let mut viewer = ready(&webterm);
    let error = failure(&dir, &["--let-write", "1"], 1);
    assert_eq!(error.lines().count(), 1);
    assert!(
        error.contains("read-only") && error.contains("-w"),
        "{error}"
    );
    done(&dir, &["--let-view", "1"]);
    viewer.type_in("x");
    viewer.wait_for("the refusal", |viewer| !viewer.notices.is_empty());
    assert!(viewer.rights.is_empty(), "nothing changed");
}

#[test]
fn r34_who_is_thrown_out_goes_at_once_and_nobody_else() {
    let dir = TempDir::new();
    let webterm = start(&dir, &[&["-w"], &WITNESS[..]].concat());
    let (mut one, mut other) = (ready(&webterm), ready(&webterm));
    assert_eq!(
        done(&dir, &["--throw-out", "1"]),
        "viewer 1 is thrown out\n"
    );
    let reason = "thrown out by the host".to_owned();
    assert_eq!(one.wait_for_close(), (1008, reason));
    other.type_in("still here");
    other.wait_for_output("still here");
    let error = failure(&dir, &["--throw-out", "1"], 1);
    assert_eq!(error, "webterm: there is no viewer 1\n");
}

#[test]
fn r34_who_takes_nothing_is_thrown_out_as_well() {
    let dir = TempDir::new();
    let webterm = start(&dir, &["-v", "-w", "sh", "-c", "read go; exec yes"]);
    let mut stalled = webterm.viewer();
    stalled.type_in("\r");
    // A viewer who keeps up shows that the flood is on.
    let mut witness = webterm.viewer();
    witness.wait_for("a flood", |viewer| viewer.output.len() > 20_000_000);
    done(&dir, &["--throw-out", "1"]);
    let gone = Instant::now();
    wait_until("the connection's end", || {
        webterm.log().contains("viewer left").then_some(())
    });
    assert!(
        gone.elapsed() < Duration::from_secs(5),
        "{:?}",
        gone.elapsed()
    );
}

#[test]
fn r19_what_waits_for_the_program_is_dropped_with_the_right_and_he_is_told() {
    require("python3");
    let dir = TempDir::new();
    let go = dir.file("go");
    let script = "\
import os, select, sys, time, tty
tty.setraw(0)
print('ready', flush=True)
while not os.path.exists(sys.argv[1]): time.sleep(0.01)
count = 0
while select.select([0], [], [], 1)[0]: count += len(os.read(0, 65536))
print('count', count, 'end', flush=True)
";
    let webterm = start(&dir, &["-w", "python3", "-c", script, &go]);
    let mut viewer = ready(&webterm);
    for _ in 0..5 {
        viewer.type_in(&"x".repeat(100_000));
    }
    // All of it has come in when this is answered.
    viewer.set_size(77, 22);
    viewer.wait_for_size(77, 22);
    done(&dir, &["--let-view", "1"]);
    viewer.wait_for("the notice", |viewer| !viewer.notices.is_empty());
    assert!(
        viewer.notices[0].contains("dropped"),
        "{:?}",
        viewer.notices
    );
    fs::write(&go, "").unwrap();
    viewer.wait_for_output(" end");
    let (_, rest) = viewer.output.split_once("count ").unwrap();
    let count: usize = rest.split(' ').next().unwrap().parse().unwrap();
    assert!(count <= 32 * 1024, "{count} bytes had been handed over");
}

#[test]
fn with_more_than_one_the_host_has_to_choose() {
    let dir = TempDir::new();
    let one = start(&dir, &["cat", "-u"]);
    let other = start(&dir, &["-w", "cat"]);
    let _viewer = other.viewer();
    let error = failure(&dir, &["--viewers"], 1);
    assert!(error.contains("--instance"), "{error}");
    for (webterm, command) in [(&one, "cat -u"), (&other, "cat")] {
        let line = format!(
            "  --instance {}  {}  {command}\n",
            webterm.pid(),
            webterm.address()
        );
        assert!(error.contains(&line), "{line:?} in {error:?}");
    }
    let pid = other.pid().to_string();
    let list = done(&dir, &["--viewers", "--instance", &pid]);
    assert_eq!(list.lines().count(), 2);
    let error = failure(&dir, &["--viewers", "--instance", "1"], 1);
    assert!(
        error.contains("process 1") && error.contains(&pid),
        "{error}"
    );
    drop(one);
    // One that was killed leaves its socket, but is no longer there.
    done(&dir, &["--viewers"]);
}

#[test]
fn where_none_is_running_it_is_said() {
    let dir = TempDir::new();
    for args in [&["--viewers"][..], &["--throw-out", "1", "--instance", "1"]] {
        let error = failure(&dir, args, 1);
        assert_eq!(
            error,
            "webterm: no webterm of yours is running on this machine\n"
        );
    }
}

#[test]
fn of_several_ids_all_are_meant() {
    let dir = TempDir::new();
    let webterm = start(&dir, &["-w", "cat"]);
    let (mut one, mut two, mut three) = (webterm.viewer(), webterm.viewer(), webterm.viewer());
    let out = done(
        &dir,
        &["--let-view", "1,2", "--throw-out", "3", "--viewers"],
    );
    assert!(
        out.starts_with("viewer 1 may only look\nviewer 2 may only look\n"),
        "{out}"
    );
    assert_eq!(out.matches(" view ").count(), 2, "{out}");
    one.wait_for("the change", |viewer| viewer.rights.len() == 1);
    two.wait_for("the change", |viewer| viewer.rights.len() == 1);
    assert_eq!(three.wait_for_close().0, 1008);
    assert_eq!(done(&dir, &["-q", "--let-write", "1"]), "");
}

#[test]
fn a_wrong_command_line_asks_nobody_and_exits_with_2() {
    let dir = TempDir::new();
    let webterm = start(&dir, &["-w", "cat"]);
    let _viewer = webterm.viewer();
    for (args, part) in [
        (&["--viewers", "bash"][..], "COMMAND"),
        (&["--throw-out", "1", "--port", "1"], "--port"),
        (&["-w", "--let-write", "1"], "--permit-write"),
        (&["--instance", "1"], "--viewers"),
        (&["--instance", "1", "bash"], "--viewers"),
        (&["--throw-out", "0"], "--throw-out"),
        (&["--throw-out", "x"], "--throw-out"),
        (&["--throw-out"], "--throw-out"),
        (&["--let-view", "1,-1"], "--let-view"),
    ] {
        let error = failure(&dir, args, 2);
        assert!(error.contains(part), "{args:?}: {error}");
    }
    assert_eq!(
        done(&dir, &["--viewers"]).lines().count(),
        2,
        "he is still there"
    );
    // Variables for the next start may stand around, and a variable can be the job.
    let mut around = command(&dir, &["--viewers"]);
    around
        .env("WEBTERM_PORT", "1")
        .env("WEBTERM_PERMIT_WRITE", "1");
    assert_eq!(outcome(around).status, 0);
    let mut job = command(&dir, &[]);
    job.env("WEBTERM_LET_VIEW", "1");
    assert_eq!(outcome(job).out, "viewer 1 may only look\n");
    let mut both = command(&dir, &["true"]);
    both.env("WEBTERM_VIEWERS", "1");
    assert_eq!(outcome(both).status, 2);
    let mut no_job = command(&dir, &["-p", "0", "true"]);
    no_job.env("WEBTERM_VIEWERS", "0");
    assert_eq!(outcome(no_job).status, 0);
}

#[test]
fn r30_the_control_socket_is_the_users_alone_and_goes_with_webterm() {
    let dir = TempDir::new();
    for (signals, args) in [
        (&[][..], &["true"][..]),
        (&[15], &["cat"]),
        (
            &[2, 2],
            &[
                "sh",
                "-c",
                "trap '' INT TERM HUP; while :; do sleep 0.1; done",
            ],
        ),
        (&[1], &["cat"]),
    ] {
        let args = [&["sh", "-c", "umask 0; exec \"$@\"", "sh"], args].concat();
        let mut webterm = start(&dir, &args);
        if !signals.is_empty() {
            let socket = fs::symlink_metadata(control_socket(&dir, &webterm)).unwrap();
            assert!(socket.file_type().is_socket());
            assert_eq!(socket.mode() & 0o777, 0o600);
            let place = fs::symlink_metadata(dir.path().join("webterm")).unwrap();
            assert_eq!(place.mode() & 0o7777, 0o700);
        }
        for signal in signals {
            webterm.signal(*signal);
        }
        webterm.wait();
        assert!(!control_socket(&dir, &webterm).exists(), "{args:?}");
    }
    // Where the command can't be run there never was one.
    let mut command = Webterm::command();
    command
        .env("XDG_RUNTIME_DIR", dir.path())
        .arg("/no/such/command");
    assert_eq!(command.output().unwrap().status.code(), Some(127));
    assert_eq!(fs::read_dir(dir.path().join("webterm")).unwrap().count(), 0);
}

#[test]
fn r30_what_is_in_the_sockets_place_stays_and_webterm_serves_all_the_same() {
    let dir = TempDir::new();
    let script = "mkdir -m 700 \"$XDG_RUNTIME_DIR/webterm\"
        echo mine > \"$XDG_RUNTIME_DIR/webterm/$$.sock\"; exec \"$0\" --port 0 -q \"$@\"";
    let mut command = Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_webterm"), "cat"]);
    let webterm = Webterm::spawn(command.env("XDG_RUNTIME_DIR", dir.path()));
    wait_until("the warning", || {
        webterm.log().contains("warning").then_some(())
    });
    let log = webterm.log();
    let socket = control_socket(&dir, &webterm);
    assert!(log.contains(&*socket.to_string_lossy()), "{log}");
    assert!(log.contains("--viewers"), "{log}");
    webterm.signal(15);
    let mut webterm = webterm;
    assert_eq!(webterm.wait().code(), Some(0));
    assert_eq!(fs::read_to_string(&socket).unwrap(), "mine\n");
}

#[test]
fn r30_a_directory_that_others_may_enter_is_not_taken() {
    let dir = TempDir::new();
    let place = dir.path().join("webterm");
    fs::create_dir(&place).unwrap();
    fs::set_permissions(&place, PermissionsExt::from_mode(0o755)).unwrap();
    let mut command = Webterm::command();
    command
        .env("XDG_RUNTIME_DIR", dir.path())
        .env_remove("XDG_STATE_HOME")
        .env_remove("HOME");
    let webterm = Webterm::spawn(command.arg("cat"));
    webterm.viewer();
    let log = webterm.log();
    assert!(
        log.contains("warning") && log.contains("chmod 700"),
        "{log}"
    );
    assert_eq!(fs::read_dir(&place).unwrap().count(), 0);
    // With a state directory it goes there, and is found.
    let mut command = Webterm::command();
    command
        .env("XDG_RUNTIME_DIR", dir.path())
        .env("XDG_STATE_HOME", dir.path().join("state"));
    let other = Webterm::spawn(command.arg("cat"));
    other.address();
    assert!(!other.log().contains("warning"), "{}", other.log());
    assert_eq!(done(&dir, &["--viewers"]).lines().count(), 1);
}

#[test]
fn one_that_is_stopped_is_not_waited_for_for_ever() {
    let dir = TempDir::new();
    let webterm = start(&dir, &["cat"]);
    webterm.signal(19);
    let error = failure(&dir, &["--viewers"], 1);
    assert!(error.contains("does not answer"), "{error}");
    webterm.signal(18);
    done(&dir, &["--viewers"]);
}

/// `alice:pässwörd` as a header's value.
const ALICE: &str = "Basic YWxpY2U6cMOkc3N3w7ZyZA==";

/// A webterm that asks for a password, whose control socket is in `dir`.
fn locked(dir: &TempDir) -> Webterm {
    let mut command = Webterm::command();
    command
        .env("XDG_RUNTIME_DIR", dir.path())
        .env("WEBTERM_CREDENTIAL", "alice:pässwörd")
        .args(["-w"])
        .args(WITNESS);
    let webterm = Webterm::spawn(&mut command);
    webterm.address();
    webterm
}

/// The cookie of a browser that logs in.
fn log_in(webterm: &Webterm) -> String {
    let page = get(
        &webterm.address(),
        "/",
        &format!("Authorization: {ALICE}\r\n"),
    );
    let given = page.header("set-cookie").expect("a cookie");
    given.split(';').next().unwrap().to_owned()
}

/// A tab of the browser that has this cookie; the status where it is not let in.
fn tab(webterm: &Webterm, cookie: &str) -> Result<Viewer, u16> {
    let address = webterm.address();
    let origin = format!("http://{address}");
    Viewer::try_connect(&address, "/ws", &[("origin", &origin), ("cookie", cookie)])
}

#[test]
fn r34_throwing_out_ends_the_cookie_and_all_its_connections() {
    let dir = TempDir::new();
    let webterm = locked(&dir);
    let (cookie, another) = (log_in(&webterm), log_in(&webterm));
    let mut tabs = [(); 2].map(|()| tab(&webterm, &cookie).unwrap());
    let mut other = tab(&webterm, &another).unwrap();
    let list = done(&dir, &["--viewers"]);
    assert_eq!(list.matches(" alice ").count(), 3, "{list}");
    let said = done(&dir, &["--throw-out", "2"]);
    assert_eq!(
        said,
        "viewer 2 is thrown out; so with others of the same browser: 1\n"
    );
    for tab in &mut tabs {
        let reason = "thrown out by the host".to_owned();
        assert_eq!(tab.wait_for_close(), (1008, reason));
    }
    assert_eq!(tab(&webterm, &cookie).err(), Some(403));
    let address = webterm.address();
    for path in ["/", "/static/x/js/main.js"] {
        let headers = format!("Cookie: {cookie}\r\nAuthorization: {ALICE}\r\n");
        assert_eq!(get(&address, path, &headers).status, 403, "{path}");
    }
    other.type_in("still here");
    other.wait_for_output("still here");
    tab(&webterm, &another).unwrap();
}

#[test]
fn r19_who_was_moved_to_view_is_so_in_all_tabs_and_when_he_comes_back() {
    let dir = TempDir::new();
    let webterm = locked(&dir);
    let (cookie, another) = (log_in(&webterm), log_in(&webterm));
    let mut one = tab(&webterm, &cookie).unwrap();
    let mut two = tab(&webterm, &cookie).unwrap();
    let said = done(&dir, &["--let-view", "1"]);
    assert_eq!(
        said,
        "viewer 1 may only look; so with others of the same browser: 2\n"
    );
    two.wait_for("the change", |viewer| viewer.rights == [(false, false)]);
    one.wait_for("the change", |viewer| viewer.rights == [(false, false)]);
    drop((one, two));
    let mut back = tab(&webterm, &cookie).unwrap();
    assert_eq!(back.setup["writable"], false);
    assert_eq!(back.setup["resizes"], false);
    back.type_in("x");
    back.wait_for("the refusal", |viewer| !viewer.notices.is_empty());
    assert_eq!(tab(&webterm, &another).unwrap().setup["writable"], true);
    let list = done(&dir, &["--viewers"]);
    let id = list
        .lines()
        .find(|line| line.contains(" view "))
        .and_then(|line| line.split(' ').next());
    done(&dir, &["--let-write", id.unwrap()]);
    back.wait_for("the change", |viewer| viewer.rights == [(true, true)]);
    assert_eq!(tab(&webterm, &cookie).unwrap().setup["writable"], true);
}

#[test]
fn who_has_the_link_to_look_can_be_let_write_by_the_host() {
    let dir = TempDir::new();
    let webterm = start(&dir, &[&["-w", "-r"], &WITNESS[..]].concat());
    let log = webterm.log();
    let paths: Vec<&str> = log
        .lines()
        .filter_map(|line| Some(line.split_once("http://")?.1.split_once('/')?.1.trim()))
        .collect();
    let page = get(&webterm.address(), &format!("/{}", paths[1]), "");
    let cookie = page
        .header("set-cookie")
        .unwrap()
        .split(';')
        .next()
        .unwrap();
    let origin = format!("http://{}", webterm.address());
    let headers = [("origin", origin.as_str()), ("cookie", cookie)];
    let path = format!("/{}ws", paths[1]);
    let mut viewer = Viewer::try_connect(&webterm.address(), &path, &headers)
        .ok()
        .unwrap();
    assert_eq!(viewer.setup["writable"], false);
    done(&dir, &["--let-write", "1"]);
    viewer.wait_for("the change", |viewer| viewer.rights == [(true, true)]);
    viewer.type_in("now");
    viewer.wait_for_output("now");
}
