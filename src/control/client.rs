//! The end of the control socket that the host holds: finds the running webterms of this user, and
//! asks one of them.

use std::io;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::time::timeout;

use super::message::{Answer, Request};
use super::place::{Found, Place, name_of};
use super::{MAX_ANSWER, PATIENCE};

/// A running webterm of this user.
#[derive(Debug)]
pub struct Instance<'a> {
    place: &'a Place,
    /// Its process.
    pub process: u32,
}

/// Why a webterm did not answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// It is no more.
    #[error("it has ended")]
    Gone,
    /// What listens there is another process, or another user's.
    #[error("what listens on its control socket is another process")]
    Impostor,
    /// It did not answer in time.
    #[error("it does not answer; is it stopped?")]
    Silent,
    /// What it answered can't be read: it is of another version.
    #[error("it answered what this version does not understand")]
    Unknown,
    /// The socket failed.
    #[error(transparent)]
    Io(io::Error),
}

impl From<io::Error> for AskError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::ConnectionRefused
            | io::ErrorKind::NotFound
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::ConnectionReset => Self::Gone,
            // As many wait for it already as may.
            io::ErrorKind::WouldBlock => Self::Silent,
            _ => Self::Io(error),
        }
    }
}

/// The running webterms of this user whose sockets are in `places`. One that is stopped is running.
pub async fn instances(places: &[Place]) -> Vec<Instance<'_>> {
    let mut running = Vec::new();
    for place in places {
        for process in place.processes() {
            let connected = connect(place, process).await;
            if matches!(connected, Ok(_) | Err(AskError::Silent)) {
                running.push(Instance { place, process });
            }
        }
    }
    running
}

/// Asks one of them.
pub async fn ask(instance: &Instance<'_>, request: &Request) -> Result<Answer, AskError> {
    let answer = converse(instance, request);
    timeout(PATIENCE, answer)
        .await
        .unwrap_or(Err(AskError::Silent))
}

async fn converse(instance: &Instance<'_>, request: &Request) -> Result<Answer, AskError> {
    let mut stream = BufReader::new(connect(instance.place, instance.process).await?);
    let line = format!("{}\n", request.encode());
    stream.write_all(line.as_bytes()).await?;
    let mut line = Vec::new();
    stream.take(MAX_ANSWER).read_until(b'\n', &mut line).await?;
    Answer::decode(&line).ok_or(match line.is_empty() {
        true => AskError::Gone,
        false => AskError::Unknown,
    })
}

/// Connects to a process, if it is the one that listens on its socket.
async fn connect(place: &Place, process: u32) -> Result<UnixStream, AskError> {
    let name = name_of(process);
    if !matches!(place.look(&name), Found::Socket(_)) {
        return Err(AskError::Gone);
    }
    let stream = UnixStream::connect(place.address(&name)).await?;
    let peer = stream.peer_cred()?;
    let is_our_user = peer.uid() == rustix::process::geteuid().as_raw();
    let is_named_so = peer.pid().and_then(|pid| u32::try_from(pid).ok()) == Some(process);
    match is_our_user && is_named_so {
        true => Ok(stream),
        false => Err(AskError::Impostor),
    }
}
