//! A recording's file, read piece by piece on threads that may wait for a disk. It knows no session.

use std::fs::File;
use std::io::{self, BufReader, Seek};
use std::path::Path;

use tokio::task::spawn_blocking;

use crate::asciicast::{BadCast, Event, Header, Reader, What};

/// A piece is read until it has so many bytes of text: as little as keeps the threads from being
/// changed for every key.
const PIECE: usize = 64 * 1024;

/// Or so many events, for not all have text.
const EVENTS: usize = 1024;

/// Why a recording can't be replayed.
#[derive(Debug, thiserror::Error)]
pub enum Unplayable {
    /// There is no file to be read.
    #[error(transparent)]
    File(#[from] io::Error),
    /// It can be read once only.
    #[error("it is no file that can be read again from its beginning")]
    Once,
    /// What is in it is no recording.
    #[error(transparent)]
    Cast(#[from] BadCast),
}

/// A recording that is being read.
#[derive(Debug)]
pub(super) struct Reel {
    reader: Reader<BufReader<File>>,
    /// The same file, to begin anew.
    file: File,
}

/// The next events of a recording.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) events: Vec<Event<'static>>,
    /// What comes after them.
    pub(super) rest: Rest,
}

impl Piece {
    /// What is read where there is nothing to read.
    pub(super) const NOTHING: Self = Self {
        events: Vec::new(),
        rest: Rest::Nothing,
    };
}

/// What comes after a piece.
#[derive(Debug)]
pub(super) enum Rest {
    /// More, perhaps.
    More,
    /// Nothing.
    Nothing,
    /// Something that can't be read.
    Broken(BadCast),
}

impl Reel {
    /// Opens the recording and reads its header.
    pub(super) fn open(path: &Path) -> Result<Self, Unplayable> {
        let file = File::open(path)?;
        if file.metadata()?.is_dir() {
            return Err(io::Error::from(io::ErrorKind::IsADirectory).into());
        }
        Ok(Self::on(file)?)
    }

    fn on(file: File) -> Result<Self, BadCast> {
        let unreadable = |reason| BadCast::Unreadable { line: 1, reason };
        let reader = Reader::begin(BufReader::new(file.try_clone().map_err(unreadable)?))?;
        Ok(Self { reader, file })
    }

    /// What is said of it.
    pub(super) fn header(&self) -> &Header {
        self.reader.header()
    }

    /// Whether it can be read a second time: a pipe can't.
    pub(super) fn can_rewind(&self) -> bool {
        self.file.metadata().is_ok_and(|about| about.is_file())
    }

    /// Reads the next piece.
    pub(super) fn read(&mut self) -> Piece {
        let (mut events, mut bytes) = (Vec::new(), 0);
        let rest = loop {
            if bytes >= PIECE || events.len() >= EVENTS {
                break Rest::More;
            }
            match self.reader.next_event() {
                Ok(Some(event)) => {
                    bytes += text_of(&event);
                    events.push(event);
                }
                Ok(None) => break Rest::Nothing,
                Err(bad) => break Rest::Broken(bad),
            }
        };
        Piece { events, rest }
    }

    /// Reads the next piece where that may take its time. A thread that is lost has read nothing.
    pub(super) async fn next(mut self) -> (Option<Self>, Piece) {
        let work = spawn_blocking(move || {
            let piece = self.read();
            (Some(self), piece)
        });
        work.await.unwrap_or_else(|lost| {
            let reason = io::Error::other(lost);
            let rest = Rest::Broken(BadCast::Unreadable { line: 1, reason });
            let events = Vec::new();
            (None, Piece { events, rest })
        })
    }

    /// Begins anew.
    pub(super) async fn rewound(mut self) -> Result<Self, BadCast> {
        let work = spawn_blocking(move || {
            let rewound = self.file.rewind();
            rewound.map_err(|reason| BadCast::Unreadable { line: 1, reason })?;
            Self::on(self.file)
        });
        work.await.unwrap_or_else(|lost| {
            let reason = io::Error::other(lost);
            Err(BadCast::Unreadable { line: 1, reason })
        })
    }
}

fn text_of(event: &Event<'_>) -> usize {
    match &event.what {
        What::Output(text) | What::Input(text) | What::Marker(text) => text.len(),
        What::Resize(_) | What::Exit(_) => 0,
    }
}
