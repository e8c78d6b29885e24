//! What the tests have in common: webterm as a process, viewers as sockets, waiting with deadlines.

pub(crate) mod certificates;
mod local;
mod old_kernel;
mod raw;
mod server;
mod talker;
mod viewer;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

pub(crate) use local::Local;
pub(crate) use old_kernel::OldKernel;
pub(crate) use raw::RawViewer;
pub(crate) use server::Webterm;
pub(crate) use talker::Talker;
pub(crate) use viewer::{Viewer, open};

/// How long anything that should happen may take on a busy machine.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

/// Waits until `condition` gives something; fails with `what` after the deadline.
pub(crate) fn wait_until<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + DEADLINE;
    loop {
        if let Some(value) = condition() {
            return value;
        }
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        // Nothing tells us; between two looks the processor is left to what we wait for.
        std::thread::park_timeout(Duration::from_millis(5));
    }
}

/// Fails, naming the program, where it is not installed: a test that skips is no test.
pub(crate) fn require(program: &str) {
    let found = std::env::split_paths(&std::env::var_os("PATH").unwrap())
        .any(|dir| dir.join(program).is_file());
    assert!(
        found,
        "this test needs '{program}'; install it (tests/run.sh does)"
    );
}

/// A directory of the test's own, removed when it is dropped.
pub(crate) struct TempDir(PathBuf);

impl TempDir {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("webterm-test-{}-{number}", std::process::id()));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A response, as it came over the wire.
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Sends `request` as it is and reads the answer until the server closes.
pub(crate) fn exchange(address: &str, request: &str) -> Response {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    // A connection that is closed with bytes unread is reset; what came before counts.
    let _ = stream.read_to_end(&mut answer);
    parse(&answer)
}

/// GET with extra header lines.
pub(crate) fn get(address: &str, path: &str, headers: &str) -> Response {
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{headers}\r\n");
    exchange(address, &request)
}

/// A request to upgrade, with extra header lines.
pub(crate) fn handshake(address: &str, path: &str, headers: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n"
    )
}

fn parse(answer: &[u8]) -> Response {
    let end = answer.windows(4).position(|w| w == b"\r\n\r\n");
    let end = end.unwrap_or_else(|| panic!("no answer: {:?}", String::from_utf8_lossy(answer)));
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Response {
        status,
        head,
        body: answer[end + 4..].to_vec(),
    }
}

/// Runs a program to its end; gives what it printed.
pub(crate) fn output_of(program: &str, args: &[&str]) -> String {
    require(program);
    let output = Command::new(program).args(args).output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}
