//! What is entered in the audit log. Each event is a line; the names of its fields are documented in
//! the README, and stay. What is typed, and what lets people in, has no field.

use std::fmt::Display;
use std::net::SocketAddr;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::name::SessionName;
use crate::right::Right;
use crate::size::TermSize;
use crate::viewer_id::ViewerId;

use super::chain::{Gap, Hash};

/// A viewer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Visitor {
    /// Its number, counted from 1 in each run of the server.
    #[serde(serialize_with = "number")]
    pub viewer: ViewerId,
    /// The name that it gave proof of, if it was asked for one.
    #[serde(serialize_with = "text_if_any")]
    pub user: Option<Arc<str>>,
    /// Where it comes from.
    pub address: SocketAddr,
    /// What it calls its program.
    #[serde(serialize_with = "text_if_any")]
    pub user_agent: Option<Arc<str>>,
    /// The session that it looks at, as it may be shown; none where it has a program of its own.
    #[serde(serialize_with = "shown_if_any")]
    pub session: Option<SessionName>,
    /// How it is connected.
    pub transport: &'static str,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The log itself was opened: it is the first line of each file and of each run.
    LogOpened {
        /// The hash of the line before, in this file or in another; zeros where a chain begins, and
        /// none where lines have no hashes.
        #[serde(skip_serializing_if = "Option::is_none")]
        previous: Option<Hash>,
        /// What stands between that line and this one.
        #[serde(skip_serializing_if = "Option::is_none")]
        gap: Option<Gap>,
    },
    /// The server began.
    ServerStarted {
        /// webterm's version.
        version: &'static str,
        /// Its process.
        process: u32,
        /// Where it listens.
        address: SocketAddr,
        /// The command that is shared.
        command: String,
    },
    /// The server ended.
    ServerStopped {
        /// The status that it exits with.
        status: u8,
        /// What ended it.
        reason: String,
    },
    /// A session began.
    SessionCreated {
        /// Its name.
        #[serde(serialize_with = "shown")]
        session: SessionName,
        /// Its terminal's columns.
        cols: u16,
        /// Its terminal's rows.
        rows: u16,
    },
    /// A session has another name from now on.
    SessionRenamed {
        /// The name before.
        #[serde(serialize_with = "shown")]
        session: SessionName,
        /// The name from now on.
        #[serde(serialize_with = "shown")]
        name: SessionName,
    },
    /// A session's program ended.
    SessionEnded {
        /// Its name.
        #[serde(serialize_with = "shown")]
        session: SessionName,
        /// The program's exit status; 128 and the signal's number where one ended it.
        status: u8,
        /// For how long it was there.
        seconds: u64,
    },
    /// A session's terminal has another size.
    SizeChanged {
        /// Its name.
        #[serde(serialize_with = "shown")]
        session: SessionName,
        /// Its columns.
        cols: u16,
        /// Its rows.
        rows: u16,
    },
    /// A viewer came.
    ViewerAttached {
        /// Who.
        #[serde(flatten)]
        visitor: Visitor,
        /// What it may do.
        #[serde(serialize_with = "word")]
        right: Right,
    },
    /// A viewer went.
    ViewerLeft {
        /// Who.
        #[serde(flatten)]
        visitor: Visitor,
        /// What it might do last, as far as that is known.
        #[serde(serialize_with = "word_if_any")]
        right: Option<Right>,
        /// For how long it was there.
        seconds: u64,
        /// The bytes that came from it.
        bytes_in: u64,
        /// The bytes that went to it.
        bytes_out: u64,
        /// Its inputs that were dropped, for it might only look.
        refused: u64,
        /// Why it went.
        reason: String,
    },
    /// A viewer's own program, which talks in lines, ended.
    ProgramEnded {
        /// Whose.
        #[serde(flatten)]
        visitor: Visitor,
        /// The program's exit status; 128 and the signal's number where one ended it.
        status: u8,
    },
    /// The host gave a viewer the right to type, or took it.
    RightChanged {
        /// Who.
        #[serde(flatten)]
        visitor: Visitor,
        /// What it may do from now on.
        #[serde(serialize_with = "word")]
        right: Right,
    },
    /// The host threw a viewer out.
    ThrownOut {
        /// Who.
        #[serde(flatten)]
        visitor: Visitor,
    },
    /// Somebody was not let in, or not to what he wanted.
    Denied {
        /// Why, in a word.
        reason: &'static str,
        /// Where he comes from.
        address: SocketAddr,
        /// The name that he gave proof of, if he did.
        #[serde(serialize_with = "text_if_any")]
        user: Option<Arc<str>>,
        /// What he calls his program.
        #[serde(serialize_with = "text_if_any")]
        user_agent: Option<Arc<str>>,
    },
    /// So many more were denied for the same reason than have lines of their own.
    DeniedMore {
        /// Why, in a word.
        reason: &'static str,
        /// How many.
        count: u64,
        /// In how many seconds, up to now.
        seconds: u64,
    },
    /// A recording was begun.
    RecordingBegan {
        /// What is recorded.
        #[serde(serialize_with = "shown")]
        session: SessionName,
        /// The file's path.
        file: String,
    },
    /// A session is not recorded, though it was to be.
    RecordingFailed {
        /// What is not recorded.
        #[serde(serialize_with = "shown")]
        session: SessionName,
        /// Why.
        reason: String,
    },
    /// A recording was ended.
    RecordingEnded {
        /// What was recorded.
        #[serde(serialize_with = "shown")]
        session: SessionName,
        /// The file's path.
        file: String,
        /// The file's size.
        bytes: u64,
        /// Whether all is in it.
        complete: bool,
        /// Why it was ended.
        reason: String,
        /// The SHA-256 of the whole file, in hexadecimal digits.
        sha256: Option<String>,
    },
    /// Somebody was given a recording's file, or a part of it.
    RecordingRead {
        /// The file's name.
        file: String,
        /// Where he comes from.
        address: SocketAddr,
        /// The name that he gave proof of, if he did.
        #[serde(serialize_with = "text_if_any")]
        user: Option<Arc<str>>,
        /// What he calls his program.
        #[serde(serialize_with = "text_if_any")]
        user_agent: Option<Arc<str>>,
    },
    /// webterm itself removed a recording.
    RecordingRemoved {
        /// The file's path.
        file: String,
        /// Why.
        reason: String,
    },
    /// So many events were not entered here: the log could not be written, or not fast enough.
    EventsLost {
        /// How many.
        count: u64,
        /// In how many seconds, up to now.
        seconds: u64,
    },
}

impl Event {
    /// A session's terminal has this size from now on.
    pub fn size_changed(session: SessionName, size: TermSize) -> Self {
        Self::SizeChanged {
            session,
            cols: size.cols(),
            rows: size.rows(),
        }
    }

    /// A session began with a terminal of this size.
    pub fn session_created(session: SessionName, size: TermSize) -> Self {
        Self::SessionCreated {
            session,
            cols: size.cols(),
            rows: size.rows(),
        }
    }
}

/// The most bytes of a text that a stranger chose.
const MAX_FOREIGN: usize = 256;

/// A text that a stranger chose, cut where it is too long.
pub fn foreign(text: &[u8]) -> Arc<str> {
    let text = String::from_utf8_lossy(text);
    if text.len() <= MAX_FOREIGN {
        return text.into();
    }
    let end = text.floor_char_boundary(MAX_FOREIGN - "…".len());
    format!("{}…", text.get(..end).unwrap_or_default()).into()
}

fn shown<S: Serializer>(value: &impl Display, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(value)
}

fn text_if_any<S: Serializer>(text: &Option<Arc<str>>, to: S) -> Result<S::Ok, S::Error> {
    text.as_deref().serialize(to)
}

fn shown_if_any<S: Serializer>(value: &Option<SessionName>, to: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => to.collect_str(value),
        None => to.serialize_none(),
    }
}

fn number<S: Serializer>(id: &ViewerId, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_u64(id.number())
}

fn word<S: Serializer>(right: &Right, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(match right {
        Right::View => "view",
        Right::Write => "write",
    })
}

fn word_if_any<S: Serializer>(right: &Option<Right>, to: S) -> Result<S::Ok, S::Error> {
    match right {
        Some(right) => word(right, to),
        None => to.serialize_none(),
    }
}
