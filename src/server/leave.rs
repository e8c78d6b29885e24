//! How a viewer's connection went to its end, and how the log tells it.

use std::fmt;

use super::stay::Dismissal;
use super::websocket::Ending;

/// How a viewer's connection went to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leave {
    /// The viewer went.
    Viewer(Ending),
    /// It sent nothing, and answered no ping, for too long.
    Silent,
    /// It sent what the protocol does not have.
    Refused,
    /// The program ended.
    ProgramEnded,
    /// The program printed a line that is longer than allowed.
    LineTooLong,
    /// It had to go.
    Dismissed(Dismissal),
}

impl fmt::Display for Leave {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Viewer(Ending::Closed) => "closed by the viewer",
            Self::Viewer(Ending::Broken) => "broke the WebSocket protocol",
            Self::Viewer(Ending::Lost) => "connection lost",
            Self::Silent => "silent for too long",
            Self::Refused => "refused",
            Self::ProgramEnded => "the program ended",
            Self::LineTooLong => "the program printed too long a line",
            Self::Dismissed(Dismissal::ServerStops) => "the server stops",
            Self::Dismissed(Dismissal::ThrownOut) => "thrown out by the host",
            Self::Dismissed(Dismissal::Expired) => "not let in any more",
        })
    }
}
