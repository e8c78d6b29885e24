//! What a viewer is told of whether a session is recorded. It knows no recorder.

use crate::protocol;
use crate::session::{Recorded, Taped};

/// What somebody is told who has no other word for it.
pub(super) const NO_LONGER_RECORDED: &str = "this terminal is no longer recorded: that failed";

impl From<Recorded> for protocol::Recorded {
    fn from(recorded: Recorded) -> Self {
        match recorded {
            Recorded::No => Self::No,
            Recorded::Yes(Taped::Output) => Self::Output,
            Recorded::Yes(Taped::InputToo) => Self::Input,
            Recorded::Failed => Self::Failed,
        }
    }
}
