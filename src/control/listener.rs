//! The end of the control socket that a running webterm holds: hears requests of its own user, and
//! answers each. It knows nothing of what they are about.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustix::process::Pid;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::message::{Answer, Request};
use super::place::{Found, Identity, Place, name_of};
use super::{MAX_REQUEST, PATIENCE};

/// The most clients at once; more are not heard. All are of one user, who has no need of as many.
const MOST_CLIENTS: usize = 32;

/// How long no client is accepted after that failed, for want of descriptors mostly.
const BACK_OFF: Duration = Duration::from_secs(1);

/// Why there is no control socket.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no directory for it.
    #[error("there is no private directory for the control socket: {0}")]
    Place(io::Error),
    /// Something that is no socket of ours is in its place, and stays there.
    #[error("{0} is in the way of the control socket; remove it")]
    Foreign(String),
    /// The socket can't be made.
    #[error("the control socket {path} can't be made: {reason}")]
    Socket {
        /// Where.
        path: String,
        /// What the system said.
        reason: io::Error,
    },
}

/// A control socket.
#[derive(Debug)]
pub struct Listener(UnixListener);

/// The file of a control socket. Dropping it removes it.
#[derive(Debug)]
pub struct SocketFile {
    place: Place,
    name: String,
    identity: Identity,
}

impl Listener {
    /// Makes the socket of this process in `place`, and removes those whose process is gone.
    pub async fn open(place: io::Result<Place>) -> Result<(Self, SocketFile), OpenError> {
        let place = place.map_err(OpenError::Place)?;
        for process in place.processes() {
            remove_stale(&place, process).await;
        }
        let name = name_of(std::process::id());
        let path = place.path().join(&name).display().to_string();
        let failed = |reason| OpenError::Socket {
            path: path.clone(),
            reason,
        };
        let socket = UnixListener::bind(place.address(&name)).map_err(|error| {
            match error.kind() == io::ErrorKind::AddrInUse {
                true => OpenError::Foreign(path.clone()),
                false => failed(error),
            }
        })?;
        place.protect(&name).map_err(failed)?;
        match place.look(&name) {
            Found::Socket(identity) => {
                let file = SocketFile {
                    place,
                    name,
                    identity,
                };
                Ok((Self(socket), file))
            }
            Found::Nothing | Found::Foreign => Err(OpenError::Foreign(path)),
        }
    }

    /// Answers all who ask by `answer`, until it is dropped. No client can hold up another, nor what
    /// else this process does.
    pub async fn serve<F>(self, answer: F)
    where
        F: Fn(Request) -> Answer + Clone + Send + Sync + 'static,
    {
        let room = Arc::new(Semaphore::new(MOST_CLIENTS));
        // Dropped with this future, and all conversations with it.
        let mut clients = JoinSet::new();
        loop {
            let stream = match self.0.accept().await {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "the control socket accepts nobody for a while");
                    tokio::time::sleep(BACK_OFF).await;
                    continue;
                }
            };
            while clients.try_join_next().is_some() {}
            let Ok(permit) = Arc::clone(&room).try_acquire_owned() else {
                tracing::warn!("too many clients on the control socket at once");
                continue;
            };
            let answer = answer.clone();
            clients.spawn(async move {
                let _permit = permit;
                if let Ok(Err(error)) = timeout(PATIENCE, converse(stream, answer)).await {
                    tracing::debug!(%error, "a client of the control socket was not answered");
                }
            });
        }
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        self.place.remove(&self.name, self.identity);
    }
}

async fn converse(stream: UnixStream, answer: impl Fn(Request) -> Answer) -> io::Result<()> {
    let peer = stream.peer_cred()?;
    // The directory is closed to all others; this is the second lock on that door.
    if peer.uid() != 0 && peer.uid() != rustix::process::geteuid().as_raw() {
        tracing::warn!(
            uid = peer.uid(),
            "another user on the control socket was turned away"
        );
        return Ok(());
    }
    let mut stream = BufReader::new(stream);
    let mut line = Vec::new();
    (&mut stream)
        .take(MAX_REQUEST)
        .read_until(b'\n', &mut line)
        .await?;
    let answer = match Request::decode(&line) {
        Some(request) => answer(request),
        None => Answer::Refused("this webterm does not know what it was asked for".to_owned()),
    };
    let line = format!("{}\n", answer.encode());
    stream.write_all(line.as_bytes()).await?;
    stream.shutdown().await
}

/// Removes the socket of a process that is gone: nobody listens there, nor is any process called so
/// that may be about to. One that goes by our own number was left by an earlier process.
async fn remove_stale(place: &Place, process: u32) {
    let name = name_of(process);
    let Found::Socket(identity) = place.look(&name) else {
        return;
    };
    let is_gone = process == std::process::id() || !is_there(process);
    if is_gone && is_deserted(place, &name).await {
        place.remove(&name, identity);
    }
}

fn is_there(process: u32) -> bool {
    let process = i32::try_from(process).ok().and_then(Pid::from_raw);
    process.is_some_and(|process| {
        rustix::process::test_kill_process(process) != Err(rustix::io::Errno::SRCH)
    })
}

async fn is_deserted(place: &Place, name: &str) -> bool {
    let connected = UnixStream::connect(place.address(name)).await;
    connected.is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
}
