//! The two servers that are compared, as processes. It starts them, finds where they listen, and
//! ends them; it knows nothing of what is measured.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

use crate::options;

/// The terminal's width in cells, on both sides.
pub(crate) const COLS: u16 = 120;

/// The terminal's height in cells, on both sides.
pub(crate) const ROWS: u16 = 36;

/// How long a server may take to end once it is asked to: webterm gives its program 5 s.
const PATIENCE: Duration = Duration::from_secs(8);

/// Who is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// The program that cargo built for the bench.
    Webterm,
    /// The bare pump.
    Pump,
}

impl Side {
    /// Both, the one whose turn it is in this round first: who runs second finds a warmer machine.
    pub(crate) fn both(round: usize) -> [Self; 2] {
        match round % 2 {
            0 => [Self::Webterm, Self::Pump],
            _ => [Self::Pump, Self::Webterm],
        }
    }

    fn command(self) -> Result<Command> {
        if self == Self::Webterm {
            return Ok(webterm(&["--permit-write"]));
        }
        myself(options::PUMP)
    }
}

/// webterm on a free port, with options.
pub(crate) fn webterm(options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_webterm"));
    command
        .args(["--port", "0", "--size", &format!("{COLS}x{ROWS}")])
        .args(["--max-viewers", "1000"])
        .args(options);
    command
}

/// This very program, in another role.
pub(crate) fn myself(role: &str) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(role);
    Ok(command)
}

/// A running server. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
    /// Held open, for a server may have more to say.
    _stderr: BufReader<ChildStderr>,
}

impl Server {
    /// Starts one side with a shell script on its terminal, and waits until it listens. Whoever
    /// opens the address may type.
    pub(crate) fn start(side: Side, script: &str, args: &[&OsStr]) -> Result<Self> {
        Self::start_as(side.command()?, script, args)
    }

    /// The same with a command line of the caller's.
    pub(crate) fn start_as(mut command: Command, script: &str, args: &[&OsStr]) -> Result<Self> {
        command.args(["sh", "-c", script, "sh"]).args(args);
        Self::spawn(command)
    }

    /// Starts a whole command line, and waits until it listens.
    pub(crate) fn spawn(mut command: Command) -> Result<Self> {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .with_context(|| format!("cannot start {command:?}"))?;
        let stderr = child
            .stderr
            .take()
            .context("a server without standard error")?;
        let mut stderr = BufReader::new(stderr);
        match find_address(&mut stderr) {
            Ok(address) => Ok(Self {
                child,
                address,
                _stderr: stderr,
            }),
            Err(error) => {
                end(&mut child);
                Err(error.context(format!("{command:?} did not say where it listens")))
            }
        }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// Reads status lines up to the one that names the address.
fn find_address(lines: &mut impl BufRead) -> Result<SocketAddr> {
    let mut said = String::new();
    loop {
        let start = said.len();
        if lines.read_line(&mut said)? == 0 {
            bail!("it ended, and said: {}", said.trim());
        }
        let line = said.get(start..).unwrap_or_default();
        let url = line
            .split_whitespace()
            .find_map(|word| word.strip_prefix("http://"));
        if let Some(url) = url {
            let address = url.trim_end_matches('/');
            return address
                .parse()
                .with_context(|| format!("'{address}' is no address"));
        }
    }
}

/// Asks a process to end, then makes it.
fn end(child: &mut Child) {
    let deadline = Instant::now() + PATIENCE;
    // It may have ended already, and is then only to be fetched.
    let _ = kill_process(Pid::from_child(child), Signal::TERM);
    while Instant::now() < deadline {
        if !matches!(child.try_wait(), Ok(None)) {
            return;
        }
        thread::sleep(Duration::from_millis(2));
    }
    eprintln!(
        "against_pump: process {} did not end, and is killed",
        child.id()
    );
    let _ = child.kill();
    let _ = child.wait();
}
