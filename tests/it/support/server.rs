//! webterm as a process of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};

use super::{Viewer, wait_until};

/// A running webterm. Dropping it ends it.
pub(crate) struct Webterm {
    child: Child,
    log: Arc<Mutex<String>>,
}

impl Webterm {
    /// `webterm --port 0 ARGS…`, once it listens.
    pub(crate) fn start(args: &[&str]) -> Self {
        Self::launch(Self::command().args(args))
    }

    /// Starts a command that is, or becomes, webterm; waits until it listens.
    pub(crate) fn launch(command: &mut Command) -> Self {
        let mut webterm = Self::spawn(command);
        wait_until("the address to open", || {
            let ended = webterm.child.try_wait().unwrap();
            assert_eq!(
                ended,
                None,
                "webterm ended before it listened:\n{}",
                webterm.log()
            );
            webterm.log().contains("://").then_some(())
        });
        webterm
    }

    /// The command `webterm --port 0`, with no variables of ours around, in a locale that knows
    /// UTF-8: programs go by it.
    pub(crate) fn command() -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_webterm"));
        for (key, _) in std::env::vars_os() {
            if key.to_string_lossy().starts_with("WEBTERM_") {
                command.env_remove(key);
            }
        }
        // Not among those of whoever runs the tests.
        command.env("XDG_RUNTIME_DIR", env!("CARGO_TARGET_TMPDIR"));
        command.env("LC_ALL", "C.UTF-8").args(["--port", "0"]);
        command
    }

    /// Starts a command that is, or becomes, webterm.
    pub(crate) fn spawn(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let sink = Arc::clone(&log);
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                let mut log = sink.lock().unwrap();
                log.push_str(&line);
                log.push('\n');
            }
        });
        Self { child, log }
    }

    /// What it printed on standard error so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// HOST:PORT, once it is printed.
    pub(crate) fn address(&self) -> String {
        wait_until("the address to open", || {
            let log = self.log();
            let (_, rest) = log.split_once("://")?;
            Some(rest.split_once('/')?.0.to_owned())
        })
    }

    pub(crate) fn viewer(&self) -> Viewer {
        Viewer::connect(&self.address())
    }

    pub(crate) fn pid(&self) -> i32 {
        i32::try_from(self.child.id()).unwrap()
    }

    pub(crate) fn signal(&self, signal: i32) {
        let pid = self.pid().to_string();
        let status = Command::new("kill")
            .args([&format!("-{signal}"), &pid])
            .status();
        assert!(status.unwrap().success());
    }

    /// Waits for its end.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        wait_until("webterm's end", || self.child.try_wait().unwrap())
    }

    /// The number of descriptors that it has open.
    pub(crate) fn descriptors(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.pid()))
            .unwrap()
            .count()
    }

    /// Its resident memory, in KiB.
    pub(crate) fn memory(&self) -> u64 {
        self.status("VmRSS:")
    }

    /// A number out of what the system tells of it.
    pub(crate) fn status(&self, field: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status.lines().find(|line| line.starts_with(field)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// Its children: each was started by one of its threads.
    pub(crate) fn children(&self) -> Vec<i32> {
        let threads = std::fs::read_dir(format!("/proc/{}/task", self.pid())).unwrap();
        let children = threads.map(|thread| {
            let path = thread.unwrap().path().join("children");
            // A thread may have ended since it was listed.
            std::fs::read_to_string(path).unwrap_or_default()
        });
        let children = children.collect::<String>();
        let numbers = children.split_whitespace();
        numbers.map(|pid| pid.parse().unwrap()).collect()
    }
}

impl Drop for Webterm {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("webterm printed:\n{}", self.log());
        }
    }
}
