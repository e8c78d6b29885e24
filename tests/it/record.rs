//! Recordings: what is in them, who may prepare or read them, and what becomes of them when the disk
//! is full or webterm is killed.

mod asciinema;

use std::io::BufReader;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use webterm::asciicast::{Reader, What};

use crate::support::{TempDir, Webterm, require, wait_until};

const KILL: i32 = 9;
const TERM: i32 = 15;

/// The names of the recordings' files in a directory.
fn casts(dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut casts: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|ending| ending == "cast"))
        .collect();
    casts.sort();
    casts
}

/// The only recording in a directory.
fn cast(dir: &Path) -> PathBuf {
    let casts = casts(dir);
    assert_eq!(casts.len(), 1, "{casts:?}");
    casts[0].clone()
}

fn summary(cast: &Path) -> Value {
    let text = std::fs::read(cast.with_extension("json")).unwrap();
    serde_json::from_slice(&text).unwrap()
}

/// A recording that is valid to its end, as asciinema 2 demands it.
struct Recording {
    header: Value,
    events: Vec<(Duration, What<'static>)>,
}

impl Recording {
    fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        assert!(text.ends_with('\n'), "the last line is whole");
        for line in text.lines() {
            serde_json::from_str::<Value>(line).expect("each line is JSON");
        }
        let header = serde_json::from_str(text.lines().next().unwrap()).unwrap();
        let mut reader = Reader::begin(BufReader::new(text.as_bytes())).unwrap();
        let mut events = Vec::new();
        while let Some(event) = reader.next_event().unwrap() {
            events.push((event.at, event.what));
        }
        Self { header, events }
    }

    fn output(&self) -> String {
        let output = self.events.iter().filter_map(|(_, what)| match what {
            What::Output(text) => Some(text.as_ref()),
            _ => None,
        });
        output.collect()
    }

    /// All but what is printed, in the order in which it came.
    fn others(&self) -> Vec<What<'static>> {
        let others = self.events.iter().map(|(_, what)| what.clone());
        others
            .filter(|what| !matches!(what, What::Output(_)))
            .collect()
    }
}

#[test]
fn a_terminal_is_recorded_with_its_sizes_and_its_end() {
    for (format, end) in [
        ("v2", What::Marker("exit status 3".into())),
        ("v3", What::Exit(3)),
    ] {
        let dir = TempDir::new();
        let to = dir.path().join("recordings");
        let mut webterm = Webterm::launch(
            Webterm::command()
                .env("SHELL", "/bin/dash")
                .args(["--record", to.to_str().unwrap(), "--record-format", format])
                .args(["-w", "sh", "-c"])
                .arg("printf 'h\\303\\266 \\033[31m\\377'; read x; stty size; exit 3"),
        );
        let mut viewer = webterm.viewer();
        viewer.wait_for_output("h\u{f6}");
        assert_eq!(viewer.setup["recorded"], "output");
        viewer.set_size(100, 30);
        viewer.wait_for_size(100, 30);
        viewer.type_in("secret\r");
        viewer.wait_for_close();
        assert_eq!(webterm.wait().code(), Some(3));
        let log = webterm.log();
        assert!(log.contains(&format!("recording into {}", to.display())));

        let cast = cast(&to);
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&to), 0o700);
        assert_eq!(mode(&cast), 0o600);
        assert_eq!(mode(&cast.with_extension("json")), 0o600);
        let recording = Recording::read(&cast);
        let header = &recording.header;
        assert_eq!(header["version"].to_string(), format[1..]);
        assert_eq!(header["title"], "main");
        assert!(header["command"].as_str().unwrap().starts_with("sh -c "));
        assert_eq!(header["env"]["SHELL"], "/bin/dash");
        let output = recording.output();
        assert!(
            output.starts_with("h\u{f6} \u{1b}[31m\u{fffd}"),
            "{output:?}"
        );
        assert!(output.ends_with("30 100\r\n"), "{output:?}");
        let size = What::Resize("100x30".parse().unwrap());
        assert_eq!(recording.others(), [size, end]);
        let summary = summary(&cast);
        assert_eq!(summary["end"], json!({"exit": 3}));
        assert_eq!(
            (&summary["cols"], &summary["rows"]),
            (&json!(100), &json!(30))
        );
        assert_eq!(summary["bytes"], std::fs::metadata(&cast).unwrap().len());
        assert_eq!(summary["who"], json!(["viewer 1 at 127.0.0.1"]));
        let last = summary["screen"]["lines"].as_array().unwrap().last();
        assert_eq!(last.unwrap()[0][0], "30 100", "the still of the end");
    }
}

#[test]
fn r48_what_is_typed_is_recorded_only_when_asked_for_and_with_who_typed_it() {
    let script = "stty -echo; printf 'password: '; read x; echo; echo done";
    for (options, expected) in [
        (&["-w"][..], vec![]),
        (
            &["-w", "--record-input"],
            vec![
                What::Marker("typing: viewer 1 at 127.0.0.1".into()),
                What::Input("hunter2\r".into()),
            ],
        ),
    ] {
        let dir = TempDir::new();
        let mut webterm = Webterm::start(
            &[
                &["--record", dir.path().to_str().unwrap()],
                options,
                &["sh", "-c", script],
            ]
            .concat(),
        );
        let mut viewer = webterm.viewer();
        viewer.wait_for_output("password: ");
        viewer.type_in("hunter2\r");
        viewer.wait_for_close();
        webterm.wait();
        let cast = cast(dir.path());
        let mut others = Recording::read(&cast).others();
        assert_eq!(others.pop(), Some(What::Marker("exit status 0".into())));
        assert_eq!(others, expected);
    }
}

#[test]
fn each_viewer_of_his_own_terminal_has_his_own_recording() {
    let dir = TempDir::new();
    let webterm = Webterm::start(&[
        "--record",
        dir.path().to_str().unwrap(),
        "--mode",
        "per-viewer",
        "--grace",
        "0",
        "sh",
        "-c",
        "echo here; sleep 1000",
    ]);
    let mut viewers = [webterm.viewer(), webterm.viewer(), webterm.viewer()];
    for viewer in &mut viewers {
        viewer.wait_for_output("here");
    }
    drop(viewers);
    let all = wait_until("three recordings that have ended", || {
        let casts = casts(dir.path());
        let ended = |cast: &PathBuf| cast.with_extension("json").exists();
        (casts.len() == 3 && casts.iter().all(ended)).then_some(casts)
    });
    for cast in all {
        assert_eq!(Recording::read(&cast).output(), "here\r\n");
        let name = cast.file_stem().unwrap().to_str().unwrap().to_owned();
        assert!(
            name.len() <= 25,
            "r14: {name} has no more of a secret name than may be shown"
        );
    }
}

#[test]
fn a_kill_in_the_middle_of_a_flood_leaves_a_valid_file() {
    for round in 0..10 {
        let dir = TempDir::new();
        let start = Instant::now();
        let mut webterm = Webterm::start(&[
            "--record",
            dir.path().to_str().unwrap(),
            "sh",
            "-c",
            "yes 'a line of a flood that goes on and on'",
        ]);
        let grows = || {
            let casts = casts(dir.path());
            let size = std::fs::metadata(casts.first()?).ok()?.len();
            (size > 1_000_000 * (round + 1)).then_some(())
        };
        wait_until("a recording that grows", grows);
        webterm.signal(KILL);
        let killed = start.elapsed();
        webterm.wait();
        let recording = Recording::read(&cast(dir.path()));
        let (last, _) = recording.events.last().unwrap();
        assert!(
            *last + Duration::from_secs(2) > killed,
            "{last:?} {killed:?}"
        );
        assert!(recording.output().lines().count() > 1000);
    }
}

#[test]
fn r30_what_was_printed_a_second_before_a_kill_is_in_the_file() {
    let dir = TempDir::new();
    let mut webterm = Webterm::start(&[
        "--record",
        dir.path().to_str().unwrap(),
        "sh",
        "-c",
        "echo some'thing'; sleep 1000",
    ]);
    let begun = Instant::now();
    wait_until("the output in the file", || {
        let text = std::fs::read_to_string(casts(dir.path()).first()?).ok()?;
        text.contains("something").then_some(())
    });
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "and not only at the end"
    );
    webterm.signal(KILL);
    webterm.wait();
    assert_eq!(Recording::read(&cast(dir.path())).output(), "something\r\n");
}

/// What a script of the shell prints that goes on after a flood of 100 kB.
const FLOOD_THEN_LIFE: &str =
    "read go; yes 0123456789 | head -c 100000; echo; read x; echo alive; read y; exit 5";

/// Records on what `prepare`, shell script, makes of the directory; looks at what a full disk does.
fn assert_survives_a_full_disk(webterm: &mut Webterm, dir: &Path, reason: &str) {
    let mut viewer = webterm.viewer();
    viewer.type_in("\r");
    viewer.wait_for("the word that it is no longer recorded", |viewer| {
        viewer.recorded.as_deref() == Some("failed")
    });
    viewer.type_in("\r");
    viewer.wait_for_output("alive");
    viewer.type_in("\r");
    viewer.wait_for_close();
    let cast = cast(dir);
    let recording = Recording::read(&cast);
    let expected = format!("recording incomplete: {reason}");
    let Some(What::Marker(label)) = recording.others().pop() else {
        panic!("no marker");
    };
    assert!(label.starts_with(&expected), "{label}");
    assert!(recording.output().contains("0123456789"));
    let size = std::fs::metadata(&cast).unwrap().len();
    assert!(size > 24 * 1024, "what has room stays: {size} bytes");
    let log = webterm.log();
    let lines = log
        .lines()
        .filter(|line| line.contains("no longer recorded"));
    assert_eq!(lines.count(), 1, "{log}");
}

#[test]
fn r25_a_file_that_may_not_grow_ends_the_recording_and_nothing_else() {
    let dir = TempDir::new();
    let script = "ulimit -f 32; exec \"$@\"";
    let mut command = Command::new("bash");
    command.args(["-c", script, "bash"]);
    let inner = Webterm::command();
    command.arg(inner.get_program()).args(inner.get_args());
    command
        .args(["--record", dir.path().to_str().unwrap()])
        .args(["-w", "sh", "-c", FLOOD_THEN_LIFE]);
    let mut webterm = Webterm::launch(&mut command);
    assert_survives_a_full_disk(&mut webterm, dir.path(), "File too large");
    assert_eq!(webterm.wait().code(), Some(5));
    let summary = summary(&cast(dir.path()));
    let reason = summary["end"]["incomplete"].as_str().unwrap();
    assert!(reason.starts_with("File too large"), "{summary}");
}

#[test]
fn r25_a_full_disk_ends_the_recording_and_nothing_else() {
    require("unshare");
    let dir = TempDir::new();
    // The small disk is there for webterm alone, and looked at through its eyes.
    let script = "mount -t tmpfs -o size=48k none \"$0\" && exec \"$@\"";
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", script]);
    command.arg(dir.path());
    let inner = Webterm::command();
    command.arg(inner.get_program()).args(inner.get_args());
    command
        .args(["--record", dir.path().join("r").to_str().unwrap()])
        .args(["-w", "sh", "-c", FLOOD_THEN_LIFE]);
    let mut webterm = Webterm::launch(&mut command);
    let seen = format!("/proc/{}/root{}/r", webterm.pid(), dir.path().display());
    let hold = std::fs::File::open(&seen).unwrap();
    let held = PathBuf::from(format!(
        "/proc/self/fd/{}",
        std::os::fd::AsRawFd::as_raw_fd(&hold)
    ));
    assert_survives_a_full_disk(&mut webterm, &held, "No space left on device");
    assert_eq!(webterm.wait().code(), Some(5));
}

#[test]
fn a_recording_that_is_removed_meanwhile_counts_as_failed() {
    let dir = TempDir::new();
    let webterm = Webterm::start(&["--record", dir.path().to_str().unwrap(), "-w", "sh"]);
    let mut viewer = webterm.viewer();
    viewer.type_in(&format!(
        "rm {}/*.cast; echo go''ne\r",
        dir.path().display()
    ));
    viewer.wait_for_output("gone");
    // Noticed when the next is to be written.
    viewer.wait_for("the word that it is no longer recorded", |viewer| {
        viewer.recorded.as_deref() == Some("failed")
    });
    wait_until("a line about it", || {
        webterm
            .log()
            .contains("somebody has removed the file")
            .then_some(())
    });
}

#[test]
fn a_terminal_whose_recording_is_required_ends_with_it() {
    let dir = TempDir::new();
    let mut command = Command::new("bash");
    command.args(["-c", "ulimit -f 32; exec \"$@\"", "bash"]);
    let inner = Webterm::command();
    command.arg(inner.get_program()).args(inner.get_args());
    command
        .args([
            "--record",
            dir.path().to_str().unwrap(),
            "--record-required",
        ])
        .args(["-w", "sh", "-c", FLOOD_THEN_LIFE]);
    let mut webterm = Webterm::launch(&mut command);
    let mut viewer = webterm.viewer();
    viewer.type_in("\r");
    viewer.wait_for_close();
    assert_eq!(webterm.wait().code(), Some(128 + 1), "SIGHUP ended it");
    assert!(
        webterm
            .log()
            .contains("the session ends: it is no longer recorded")
    );
    let incomplete = summary(&cast(dir.path()))["end"]["incomplete"].to_string();
    assert!(incomplete.contains("File too large"), "{incomplete}");
}

/// What webterm says that can't record into `dir`, and how it ends.
fn refused(dir: &Path, options: &[&str]) -> (i32, String) {
    let output = Webterm::command()
        .args(["--record", dir.to_str().unwrap()])
        .args(options)
        .arg("true")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), said)
}

#[test]
fn r30_a_directory_that_others_could_prepare_is_refused() {
    let dir = TempDir::new();
    let open = dir.path().join("open");
    std::fs::create_dir(&open).unwrap();
    std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o777)).unwrap();
    let (status, said) = refused(&open, &[]);
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("others may write into it"), "{said}");
    assert!(said.contains("of your own"), "the remedy: {said}");

    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    let (status, said) = refused(&file, &[]);
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("cannot record into"), "{said}");
    assert!(std::fs::read(&file).unwrap().is_empty());
}

#[test]
fn options_that_mean_nothing_are_refused() {
    let dir = TempDir::new();
    let (status, said) = refused(dir.path(), &["--lines"]);
    assert_eq!(status, 2, "{said}");
    assert!(said.contains("--lines"), "{said}");
    let alone = Webterm::command().args(["--record-input", "true"]).output();
    assert_eq!(alone.unwrap().status.code(), Some(2));
}

#[test]
fn a_server_that_is_stopped_finishes_its_recordings() {
    let dir = TempDir::new();
    let mut webterm = Webterm::start(&[
        "--record",
        dir.path().to_str().unwrap(),
        "sh",
        "-c",
        "echo up; sleep 1000",
    ]);
    webterm.viewer().wait_for_output("up");
    webterm.signal(TERM);
    webterm.wait();
    let cast = cast(dir.path());
    assert_eq!(Recording::read(&cast).output(), "up\r\n");
    assert_eq!(summary(&cast)["end"], json!({"exit": 128 + 1}));
}

#[test]
fn a_recording_that_was_changed_is_found_by_the_audit_log() {
    let dir = TempDir::new();
    let (to, log) = (dir.path().join("r"), dir.path().join("audit.log"));
    let mut webterm = Webterm::spawn(
        Webterm::command()
            .args(["--record", to.to_str().unwrap(), "--audit-chain"])
            .args(["--audit-log", log.to_str().unwrap()])
            .args(["sh", "-c", "echo done; exit 3"]),
    );
    webterm.wait();
    let cast = cast(&to);
    let text = std::fs::read_to_string(&log).unwrap();
    let entry = |event: &str| -> Value {
        let mut lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
        lines.find(|line: &Value| line["event"] == event).unwrap()
    };
    assert_eq!(entry("recording_began")["file"], cast.to_str().unwrap());
    let ended = entry("recording_ended");
    assert_eq!(ended["complete"], true);
    assert_eq!(ended["sha256"], summary(&cast)["sha256"]);
    assert_eq!(ended["sha256"].as_str().unwrap().len(), 64);
    let verify = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_webterm"));
        let output = command.arg("--verify").arg(&log).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        (output.status.code(), said)
    };
    let (status, said) = verify();
    assert_eq!(status, Some(0), "{said}");
    let recording = std::fs::read_to_string(&cast).unwrap();
    std::fs::write(&cast, recording.replace("done", "gone")).unwrap();
    let (status, said) = verify();
    assert_eq!(status, Some(1), "{said}");
    assert!(
        said.contains(cast.file_name().unwrap().to_str().unwrap()),
        "{said}"
    );
}
