//! Which viewer of a session is meant. It knows nothing of the viewer.

use std::fmt;

/// A viewer's number within its session, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ViewerId(u64);

impl ViewerId {
    pub(super) fn new(number: u64) -> Self {
        Self(number)
    }
}

impl fmt::Display for ViewerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
