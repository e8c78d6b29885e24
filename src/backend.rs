//! What a session runs on, as channels: a program on a pseudo-terminal, a recording, a feed.
//! It knows neither which of them it is nor who is watching.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};

use crate::size::TermSize;
use crate::visible::visible;

/// The most bytes of output that a backend hands over at once.
pub const MAX_CHUNK: usize = 64 * 1024;

/// What comes out of a backend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// This was printed: at most [`MAX_CHUNK`] bytes, cut anywhere.
    Printed(Bytes),
    /// The terminal took this size, as a recording's does: nobody asked for it.
    Size(TermSize),
}

impl Output {
    /// What was printed; nothing where it is a size.
    pub fn into_printed(self) -> Bytes {
        match self {
            Self::Printed(bytes) => bytes,
            Self::Size(_) => Bytes::new(),
        }
    }
}

impl From<Bytes> for Output {
    fn from(bytes: Bytes) -> Self {
        Self::Printed(bytes)
    }
}

impl From<&'static str> for Output {
    fn from(text: &'static str) -> Self {
        Self::Printed(text.into())
    }
}

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

/// Where a backend's program is at work, as far as that can be told. What is said here are the
/// program's own words: for people there are [`Place::shown_cwd`] and [`Place::shown_program`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The directory that it is in, or was in when that was removed.
    pub cwd: Option<PathBuf>,
    /// The name of the program.
    pub program: Option<String>,
}

impl Place {
    /// The directory as people may safely see it.
    pub fn shown_cwd(&self) -> Option<String> {
        let cwd = self.cwd.as_ref()?;
        Some(visible(&cwd.to_string_lossy()))
    }

    /// The program's name as people may safely see it.
    pub fn shown_program(&self) -> Option<String> {
        self.program.as_deref().map(visible)
    }
}

/// What can tell where a backend's program is at work.
pub trait Locate: fmt::Debug + Send + Sync {
    /// Where it is at the moment; nothing once it has ended. Quick, and never waits for the program.
    fn place(&self) -> Place;
}

/// Of what is no program there is nothing to tell.
#[derive(Debug)]
struct Nowhere;

impl Locate for Nowhere {
    fn place(&self) -> Place {
        Place::default()
    }
}

/// The session's ends of the channels to what it runs on. Once nobody holds the requests' end any
/// more, the backend ends.
#[derive(Debug)]
pub struct Backend {
    /// Output, and sizes at their places in it. The backend waits while it is full, and with it the
    /// program; it closes after the last output.
    pub output: mpsc::Receiver<Output>,
    /// Input. Who sends waits while it is full, for the program does not read.
    pub input: mpsc::Sender<Bytes>,
    /// Requests. Never full in practice: a session sends few of them a second.
    pub requests: mpsc::Sender<Request>,
    /// How it ended; arrives after the output has closed.
    pub exit: oneshot::Receiver<Exit>,
    /// Tells where it is at work.
    pub locator: Arc<dyn Locate>,
}

/// The backend's ends of the same channels.
#[derive(Debug)]
pub struct Feed {
    /// Where output goes.
    pub output: mpsc::Sender<Output>,
    /// Where input comes from.
    pub input: mpsc::Receiver<Bytes>,
    /// Where requests come from.
    pub requests: mpsc::Receiver<Request>,
    /// Where the end is told.
    pub exit: oneshot::Sender<Exit>,
}

/// A pair of joined ends; where the program is at work is not known.
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
        locator: Arc::new(Nowhere),
    };
    let feed = Feed {
        output: output_tx,
        input: input_rx,
        requests: requests_rx,
        exit: exit_tx,
    };
    (backend, feed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_see_no_control_characters_of_names() {
        let place = Place {
            cwd: Some(PathBuf::from("/tmp/a\n\u{1b}[2Jb")),
            program: Some("v\u{202e}im".to_owned()),
        };
        assert_eq!(place.shown_cwd().unwrap(), r"/tmp/a\n\u{1b}[2Jb");
        assert_eq!(place.shown_program().unwrap(), r"v\u{202e}im");
        assert_eq!(Place::default().shown_cwd(), None);
        assert_eq!(Place::default().shown_program(), None);
    }
}
