//! Connections for which there is no place: they are told so, as long as that costs next to nothing.
//! It knows no route.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyper::StatusCode;
use hyper::header::{self, HeaderValue};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use super::headers;
use super::peer::Transport;
use super::places::Full;
use super::refusal::last;

/// How many are told at once; more are closed without a word.
const TOLD_AT_ONCE: usize = 32;

/// How long telling one may take: most of it is waiting for a request to be answered.
const PATIENCE: Duration = Duration::from_secs(1);

/// What is read of such a connection at most, in bytes.
const MOST_READ: u64 = 64 * 1024;

/// When it may be worth to try again, in seconds: until then idle connections have been closed.
pub(super) const RETRY_AFTER: HeaderValue = HeaderValue::from_static("10");

/// Tells those who come when all places are taken.
#[derive(Debug)]
pub(super) struct Overflow(Arc<Semaphore>);

impl Overflow {
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(TOLD_AT_ONCE)))
    }

    /// Tells the client at the other end of `stream`, in a task among `tasks`, and closes.
    pub(super) fn turn_away(&self, stream: TcpStream, full: Full, tasks: &TaskTracker) {
        if let Ok(permit) = Arc::clone(&self.0).try_acquire_owned() {
            tasks.spawn(async move {
                let _permit = permit;
                // Who does not hear it is gone all the same.
                let _ = timeout(PATIENCE, tell(stream, full)).await;
            });
        }
    }
}

/// Waits for a request and for the client's end around the answer: a connection that is closed with
/// bytes unread is reset, and the answer may be lost.
async fn tell(mut stream: TcpStream, full: Full) -> io::Result<()> {
    let mut some = [0; 1024];
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && (head.len() as u64) < MOST_READ {
        match stream.read(&mut some).await? {
            0 => return Ok(()),
            count => head.extend_from_slice(some.get(..count).unwrap_or_default()),
        }
    }
    stream.write_all(&answer(full)).await?;
    stream.shutdown().await?;
    let mut rest = stream.take(MOST_READ);
    while rest.read(&mut some).await? > 0 {}
    Ok(())
}

/// 503, as it goes over the wire.
fn answer(full: Full) -> Vec<u8> {
    let reason = full.to_string();
    let mut response = last(StatusCode::SERVICE_UNAVAILABLE, &reason);
    headers::secure(&mut response, Transport::Plain);
    let fields = response.headers_mut();
    fields.insert(header::RETRY_AFTER, RETRY_AFTER);
    fields.insert(header::CONTENT_LENGTH, (reason.len() + 1).into());
    let mut bytes = format!("HTTP/1.1 {}\r\n", response.status()).into_bytes();
    for (name, value) in response.headers() {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("\r\n{reason}\n").as_bytes());
    bytes
}
