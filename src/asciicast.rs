//! Recordings of terminals as asciinema's tools read and write them: asciicast, versions 1 to 3
//! (docs.asciinema.org/manual/asciicast). Pure functions between bytes and values; it knows no file
//! and no session.

mod escaped;
mod label;
mod read;
mod write;

use std::borrow::Cow;
use std::time::Duration;

use crate::size::TermSize;

pub use escaped::Escaped;
pub use label::Label;
pub use read::{BadCast, Reader};
pub use write::{TextKind, Writer, stretch};

/// The media type of a recording.
pub const MEDIA_TYPE: &str = "application/x-asciicast";

/// A version of the format that can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Version 2, which every tool reads: times since the beginning, no exit status.
    V2,
    /// Version 3, of asciinema 3: times since the event before, the exit status in the end.
    V3,
}

/// What is said of a recording before its first event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The terminal's size in the beginning.
    pub size: TermSize,
    /// When it was begun, in seconds since 1970 (UTC).
    pub begun: Option<u64>,
    /// A title, for people.
    pub title: Option<String>,
    /// The command that ran.
    pub command: Option<String>,
    /// `TERM`, as the command had it.
    pub term: Option<String>,
    /// `SHELL`, as the command had it.
    pub shell: Option<String>,
    /// The longest time without an event that a player should show.
    pub idle_limit: Option<Duration>,
}

/// Something that happened in the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event<'a> {
    /// When, counted from the beginning.
    pub at: Duration,
    /// What.
    pub what: What<'a>,
}

/// What can happen in a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What<'a> {
    /// The program printed this.
    Output(Cow<'a, str>),
    /// Somebody typed this.
    Input(Cow<'a, str>),
    /// The terminal took this size.
    Resize(TermSize),
    /// A place to be found again, and its label.
    Marker(Cow<'a, str>),
    /// The program ended with this status. Version 2 has no event for it.
    Exit(i32),
}

impl What<'_> {
    /// The status that the program ended with, where this tells one: in version 2, which has no event
    /// for it, webterm writes a marker.
    pub fn status(&self) -> Option<i32> {
        match self {
            Self::Exit(status) => Some(*status),
            Self::Marker(label) => match Label::parse(label)? {
                Label::Exit(status) => Some(status),
                Label::Typing(_) | Label::Incomplete(_) => None,
            },
            Self::Output(_) | Self::Input(_) | Self::Resize(_) => None,
        }
    }
}

#[cfg(test)]
mod tests;
