//! What a session runs on, as channels: a program on a pseudo-terminal, a recording, a feed.
//! It knows neither which of them it is nor who is watching.

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};

use crate::size::TermSize;

/// The most bytes of output that a backend hands over at once.
pub const MAX_CHUNK: usize = 64 * 1024;

/// How a session's program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It ended by itself, with this status (0 to 255).
    Code(i32),
    /// This signal killed it.
    Signal(i32),
}

impl Exit {
    /// The status as shells give it: the program's own, or 128 and the signal's number.
    pub fn status(self) -> u8 {
        let status = match self {
            Self::Code(code) => code,
            Self::Signal(signal) => 128 + signal,
        };
        u8::try_from(status).unwrap_or(1)
    }
}

/// What a session may ask of its backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// Take this size.
    Resize(TermSize),
    /// End, politely at first, by force in the end (within 5 s).
    End,
    /// End now.
    Kill,
}

/// The session's ends of the channels to what it runs on. Once nobody holds the requests' end any
/// more, the backend ends.
#[derive(Debug)]
pub struct Backend {
    /// Output in chunks of at most [`MAX_CHUNK`] bytes, cut anywhere. The backend waits while it is
    /// full, and with it the program; it closes after the last output.
    pub output: mpsc::Receiver<Bytes>,
    /// Input. Who sends waits while it is full, for the program does not read.
    pub input: mpsc::Sender<Bytes>,
    /// Requests. Never full in practice: a session sends few of them a second.
    pub requests: mpsc::Sender<Request>,
    /// How it ended; arrives after the output has closed.
    pub exit: oneshot::Receiver<Exit>,
}

/// The backend's ends of the same channels.
#[derive(Debug)]
pub struct Feed {
    /// Where output goes.
    pub output: mpsc::Sender<Bytes>,
    /// Where input comes from.
    pub input: mpsc::Receiver<Bytes>,
    /// Where requests come from.
    pub requests: mpsc::Receiver<Request>,
    /// Where the end is told.
    pub exit: oneshot::Sender<Exit>,
}

/// A pair of joined ends.
pub fn pair() -> (Backend, Feed) {
    let (output_tx, output_rx) = mpsc::channel(2);
    // Short, for what is in it can no longer be taken back from somebody who lost the right to type.
    let (input_tx, input_rx) = mpsc::channel(4);
    let (requests_tx, requests_rx) = mpsc::channel(16);
    let (exit_tx, exit_rx) = oneshot::channel();
    let backend = Backend {
        output: output_rx,
        input: input_tx,
        requests: requests_tx,
        exit: exit_rx,
    };
    let feed = Feed {
        output: output_tx,
        input: input_rx,
        requests: requests_rx,
        exit: exit_tx,
    };
    (backend, feed)
}
